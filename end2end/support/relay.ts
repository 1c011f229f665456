// A WebSocket in front of a broker's plain TCP listener, as gateways do it: bytes go through as they come, so a
// packet may span many WebSocket messages. It also spares the tests a fault of mosquitto 2.0.11: its own WebSocket
// listener sends a large message in pieces of 8 KB, and the next piece only when the client says something.
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export class Relay {
  private constructor(
    private readonly server: WebSocketServer,
    readonly port: number,
  ) {}

  static async start(tcpPort: number): Promise<Relay> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      perMessageDeflate: false,
      handleProtocols: (offered) => [...offered][0] ?? false,
    });
    await new Promise<void>((done, fail) => server.once('listening', done).once('error', fail));
    server.on('connection', (socket) => {
      const broker = connect({ port: tcpPort, host: '127.0.0.1' });
      socket.on('message', (data: Buffer) => broker.write(data));
      socket.on('close', () => broker.end());
      socket.on('error', () => broker.destroy());
      broker.on('data', (data) => {
        broker.pause();
        socket.send(data, { binary: true }, () => broker.resume());
      });
      broker.on('close', () => socket.close());
      broker.on('error', () => socket.close(1011));
    });
    return new Relay(server, (server.address() as AddressInfo).port);
  }

  async stop(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}
