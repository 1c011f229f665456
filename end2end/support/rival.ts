// Another client with the client identifier of the page. As most clients do, it comes back when it was thrown out:
// MQTT.js after one second.
import { WebSocket } from 'ws';
import { connect } from './packets';

export class Rival {
  private stopped = false;
  private socket: WebSocket | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** How often it had the connection. */
  connections = 0;

  constructor(
    private readonly port: number,
    private readonly clientId: string,
    private readonly pause = 1_000,
  ) {
    this.open();
  }

  private open(): void {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/`, ['mqtt']);
    this.socket = socket;
    socket.on('open', () => socket.send(connect(this.clientId)));
    socket.on('message', () => (this.connections += 1));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!this.stopped) this.timer = setTimeout(() => this.open(), this.pause);
    });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.socket?.terminate();
  }
}
