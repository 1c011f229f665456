// Servers that misbehave on purpose: WebSocket servers that follow a script, and an HTTP server that is no
// WebSocket server at all. They record what the page offered and sent.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { cutPackets, PINGREQ, pingresp, connack, CONNECT, puback, PUBLISH, readPublish, readSubscribe, suback, SUBSCRIBE, UNSUBSCRIBE, unsuback } from './packets';
import type { Packet } from './packets';

/** One connection from the page. */
export class Peer {
  /** All bytes that came in binary frames. */
  received: Buffer = Buffer.alloc(0);
  /** All packets that were cut from them so far. */
  readonly packets: Packet[] = [];
  /** Text frames, which MQTT forbids. */
  readonly texts: string[] = [];
  closed: { code: number; reason: string } | undefined;
  private rest: Buffer = Buffer.alloc(0);
  private taken = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly socket: WebSocket,
    /** The subprotocols that the page offered, in its order. */
    readonly offered: string[],
    readonly path: string,
  ) {
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) {
        this.received = Buffer.concat([this.received, data]);
        const cut = cutPackets(Buffer.concat([this.rest, data]));
        this.packets.push(...cut.packets);
        this.rest = cut.rest;
      } else {
        this.texts.push(data.toString());
      }
      this.wake();
    });
    socket.on('close', (code: number, reason: Buffer) => {
      this.closed = { code, reason: reason.toString() };
      this.wake();
    });
    socket.on('error', () => undefined);
  }

  private wake(): void {
    for (const done of this.waiting) done();
  }

  private async until(ready: () => boolean, what: string, limit: number): Promise<void> {
    const end = Date.now() + limit;
    while (!ready()) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`the page has not ${what} within ${limit} ms`);
      await new Promise<void>((done) => {
        const timer = setTimeout(() => finish(), left);
        const finish = (): void => {
          clearTimeout(timer);
          this.waiting.delete(finish);
          done();
        };
        this.waiting.add(finish);
      });
    }
  }

  /** The page's next packet, in order: for scripts. */
  async next(limit = 7_000): Promise<Packet> {
    await this.until(() => this.packets.length > this.taken, 'sent a packet', limit);
    const packet = this.packets[this.taken];
    this.taken += 1;
    if (!packet) throw new Error('no packet');
    return packet;
  }

  /** The page's next packet of `type`; packets before it are skipped: for scripts. */
  async nextOf(type: number, limit = 7_000): Promise<Packet> {
    for (;;) {
      const packet = await this.next(limit);
      if (packet.type === type) return packet;
    }
  }

  /** The page's packet number `index` of `type`, counted from 0, whoever else has read it. */
  async packet(type: number, index = 0, limit = 7_000): Promise<Packet> {
    const ofType = (): Packet[] => this.packets.filter((packet) => packet.type === type);
    await this.until(() => ofType().length > index, `sent packet ${index + 1} of type ${type}`, limit);
    return ofType()[index] as Packet;
  }

  async untilClosed(limit = 7_000): Promise<{ code: number; reason: string }> {
    await this.until(() => this.closed !== undefined, 'closed the connection', limit);
    return this.closed ?? { code: 0, reason: '' };
  }

  send(bytes: Buffer): void {
    this.socket.send(bytes, { binary: true });
  }

  sendText(value: string): void {
    this.socket.send(value, { binary: false });
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  /** Cuts the TCP connection without a closing handshake. */
  cut(): void {
    this.socket.terminate();
  }
}

export type Script = (peer: Peer) => void | Promise<void>;

export class ScriptedServer {
  readonly peers: Peer[] = [];
  private arrived: () => void = () => undefined;

  private constructor(
    private readonly server: WebSocketServer,
    readonly port: number,
  ) {}

  static async start(script: Script): Promise<ScriptedServer> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      perMessageDeflate: false,
      handleProtocols: (offered) => [...offered][0] ?? false,
    });
    await new Promise<void>((done, fail) => server.once('listening', done).once('error', fail));
    const scripted = new ScriptedServer(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket, request) => {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim()).filter(Boolean);
      const peer = new Peer(socket, offered, request.url ?? '');
      scripted.peers.push(peer);
      scripted.arrived();
      // A script may end early because the test is over and its connection closed: that is no fault.
      Promise.resolve(script(peer)).catch(() => undefined);
    });
    return scripted;
  }

  /** The page's connection number `index`, counted from 0. */
  async peer(index = 0, limit = 7_000): Promise<Peer> {
    const end = Date.now() + limit;
    for (;;) {
      const peer = this.peers[index];
      if (peer) return peer;
      const left = end - Date.now();
      if (left <= 0) throw new Error(`the page opened ${this.peers.length} connections, not ${index + 1}`);
      await new Promise<void>((done) => {
        const timer = setTimeout(done, left);
        this.arrived = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}

/** An HTTP server that knows nothing of WebSockets: it answers each request, upgrades too, with a page. */
export class PlainHttpServer {
  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
    readonly port: number,
  ) {}

  static async start(): Promise<PlainHttpServer> {
    const sockets = new Set<Socket>();
    const server = createServer((_request, response) => response.end('a web page, not a broker'));
    server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nnot a broker');
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new PlainHttpServer(server, sockets, (server.address() as AddressInfo).port);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}

// Scripts.

/** Says nothing at all. */
export const silent: Script = () => undefined;

/** Sends bytes of another protocol as soon as the connection is open. */
export const notMqtt: Script = (peer) => peer.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n', 'latin1'));

/** Answers CONNECT with `code` and closes, as MQTT demands after a refusal. */
export const refusing = (code: number): Script => async (peer) => {
  await peer.nextOf(CONNECT);
  peer.send(connack(code));
  peer.close(1000, '');
};

/** Closes with a code and a reason before any CONNACK. */
export const closing = (code: number, reason: string): Script => async (peer) => {
  await peer.nextOf(CONNECT);
  peer.close(code, reason);
};

export interface Manners {
  /** The return code for each filter; without it the requested QoS is granted. `undefined` leaves it unanswered. */
  grant?: (filter: string, qos: number) => number | undefined;
  /** False leaves QoS 1 messages unacknowledged. */
  acknowledge?: boolean;
  /** Whether a QoS 1 message of this topic is acknowledged; the default acknowledges all. */
  answers?: (topic: string) => boolean;
  /** Called once after CONNACK was sent. */
  afterConnack?: Script;
  /** Sends `bytes` to the page; the default sends them in one frame. */
  send?: (peer: Peer, bytes: Buffer) => void;
}

/** A small broker with manners that a test can change. */
export const polite = (manners: Manners = {}): Script => async (peer) => {
  const send = (bytes: Buffer): void => (manners.send ? manners.send(peer, bytes) : peer.send(bytes));
  await peer.nextOf(CONNECT);
  send(connack(0));
  await manners.afterConnack?.(peer);
  for (;;) {
    const packet = await peer.next(600_000);
    if (packet.type === SUBSCRIBE) {
      const { id, filters } = readSubscribe(packet);
      const codes = filters.map(({ filter, qos }) => (manners.grant ? manners.grant(filter, qos) : qos));
      if (codes.every((code) => code !== undefined)) send(suback(id, codes as number[]));
    } else if (packet.type === UNSUBSCRIBE) {
      send(unsuback(packet.body.readUInt16BE(0)));
    } else if (packet.type === PUBLISH && manners.acknowledge !== false) {
      const { id, topic } = readPublish(packet);
      if (id !== undefined && manners.answers?.(topic) !== false) send(puback(id));
    } else if (packet.type === PINGREQ) {
      send(pingresp());
    }
  }
};

/** Sends each byte in a WebSocket message of its own. */
export const byteByByte = (peer: Peer, bytes: Buffer): void => {
  for (const byte of bytes) peer.send(Buffer.from([byte]));
};
