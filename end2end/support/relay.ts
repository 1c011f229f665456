// A WebSocket in front of a broker's plain TCP listener, as gateways do it: bytes go through as they come, so a
// packet may span many WebSocket messages. It also spares the tests a fault of mosquitto 2.0.11: its own WebSocket
// listener sends a large message in pieces of 8 KB, and the next piece only when the client says something.
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export class Relay {
  /** Whether new connections are let in. */
  private open = true;
  /** Whether what the broker says is lost on the way. */
  private muted = false;

  private constructor(
    private readonly server: WebSocketServer,
    readonly port: number,
  ) {}

  static async start(tcpPort: number): Promise<Relay> {
    let relay: Relay | undefined;
    const server = new WebSocketServer({
      verifyClient: (_info, decide) => decide(relay?.open !== false, 503),
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
        if (relay?.muted) return;
        broker.pause();
        socket.send(data, { binary: true }, () => broker.resume());
      });
      broker.on('close', () => socket.close());
      broker.on('error', () => socket.close(1011));
    });
    relay = new Relay(server, (server.address() as AddressInfo).port);
    return relay;
  }

  /** Cuts all connections as a network does: without a word, and without DISCONNECT. The next one is let in. */
  cut(): void {
    for (const socket of this.server.clients) socket.terminate();
  }

  /** Cuts all connections, and lets none in until `up`. */
  down(): void {
    this.open = false;
    this.cut();
  }

  up(): void {
    this.open = true;
  }

  /** From now on nothing that the broker says reaches the page. */
  mute(on = true): void {
    this.muted = on;
  }

  async stop(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}
