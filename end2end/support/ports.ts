// Free loopback ports, and waiting for one to answer.
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A port that was free a moment ago. Nothing listens on it until somebody binds it. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((done) => server.close(() => done()));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

/** Waits until a connection to `port` succeeds. `stillAlive` ends the wait early when the program behind it died. */
export async function untilListening(port: number, stillAlive: () => boolean, limit = 10_000): Promise<void> {
  const end = Date.now() + limit;
  while (Date.now() < end && stillAlive()) {
    if (await answers(port)) return;
    await new Promise((next) => setTimeout(next, 15));
  }
  throw new Error(`nothing listens on 127.0.0.1:${port}`);
}
