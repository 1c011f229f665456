// The sender: a WebSocket server that answers MQTT just enough to be connected to, and then writes prepared frames at a
// steady rate, straight to the socket.
//
// It never slows down in silence: what the receiver's back-pressure or this process kept from being written until the
// time was over is counted as `short`.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { Frames } from './packets.mjs';

const PACE_MS = 5;
/** What was due may still be written so long after the time was over. */
const GRACE_MS = 50;
/** Bytes that may wait in this process for the socket. The kernel's buffers hold some megabytes more. */
const WAITING = 1 << 20;
/** What is written at once at the most, as a part of a second, when the sender has to make up for a pause. */
const MOST_AT_ONCE = 0.1;
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The time that both sides go by, in ms since 1970 with fractions. */
export const now = () => performance.timeOrigin + performance.now();

export class Blaster {
  #server = createServer((request, response) => response.writeHead(426).end());
  #socket;
  #next = 0;
  #frames = new Map();

  async listen() {
    this.#server.on('upgrade', (request, socket) => this.#accept(request, socket));
    await new Promise((done) => this.#server.listen(0, '127.0.0.1', done));
    this.url = `ws://127.0.0.1:${this.#server.address().port}/`;
  }

  close() {
    this.#socket?.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #accept(request, socket) {
    const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + GUID).digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
    if (request.headers['sec-websocket-protocol']) lines.push('Sec-WebSocket-Protocol: mqtt');
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    socket.setNoDelay(true);
    this.#socket = socket;
    this.#next = 0;
    socket.on('error', () => {});
    readPackets(socket, (packet) => {
      const kind = packet[0] >> 4;
      if (kind === 1) send(socket, [0x20, 2, 0, 0]);
      if (kind === 8) send(socket, [0x90, 3, packet[2], packet[3], 0]);
      if (kind === 10) send(socket, [0xb0, 2, packet[2], packet[3]]);
      if (kind === 12) send(socket, [0xd0, 0]);
    });
  }

  /**
   * Sends `rate` packets a second for `seconds`, or until there were `count`, in frames of `perFrame`.
   * Resolves when the time is over, whatever was sent.
   */
  blast({ rate, perFrame, seconds = Infinity, count = Infinity }) {
    const socket = this.#socket;
    if (!socket) throw new Error('nobody is connected');
    const offered = Math.floor(Math.min(rate * seconds, count) / perFrame) * perFrame;
    const period = (offered / rate) * 1000;
    // Longer than the period only where a count is asked for: then all of it is sent, however long it takes.
    const patient = count !== Infinity;
    if (!this.#frames.has(perFrame)) this.#frames.set(perFrame, new Frames(perFrame));
    const frames = this.#frames.get(perFrame);
    const first = this.#next;
    if (first % perFrame !== 0) throw new Error(`message ${first} does not begin a frame of ${perFrame}`);
    let sent = 0;
    let longestPause = 0;
    const cpu = process.cpuUsage();
    const began = now();
    let last = began;
    return new Promise((done) => {
      const tick = () => {
        const time = now();
        longestPause = Math.max(longestPause, time - last);
        last = time;
        const over = time - began >= period;
        const due = over ? offered : Math.floor((((time - began) / 1000) * rate) / perFrame) * perFrame;
        if (socket.writableLength < WAITING) {
          const packets = Math.min(due - sent, Math.ceil((MOST_AT_ONCE * rate) / perFrame) * perFrame);
          if (packets > 0) socket.write(frames.bytes(first + sent, packets / perFrame));
          sent += packets;
        }
        if (sent < offered && !socket.destroyed && (time - began < period + GRACE_MS || patient)) return;
        clearInterval(timer);
        this.#next = first + sent;
        const spent = process.cpuUsage(cpu);
        const took = now() - began;
        done({
          first,
          sent,
          short: offered - sent,
          stopped: now(),
          longestPause,
          core: (spent.user + spent.system) / 1000 / took,
          rate: (sent / took) * 1000,
        });
      };
      const timer = setInterval(tick, PACE_MS);
    });
  }
}

/** Sends one packet in a frame of its own. */
const send = (socket, packet) => socket.write(Buffer.from([0x82, packet.length, ...packet]));

/** Calls back with each MQTT packet of a client, whatever frames it came in. */
function readPackets(socket, take) {
  let bytes = Buffer.alloc(0);
  let stream = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      if (bytes.length < 2) return;
      const short = bytes[1] & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length < head + 4) return;
      const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
      if (bytes.length < head + 4 + length) return;
      const mask = bytes.subarray(head, head + 4);
      const data = Buffer.from(bytes.subarray(head + 4, head + 4 + length)).map((byte, i) => byte ^ mask[i & 3]);
      const code = bytes[0] & 15;
      bytes = bytes.subarray(head + 4 + length);
      if (code === 8) {
        socket.end(Buffer.from([0x88, 0]));
        return;
      }
      if (code > 2) continue;
      stream = Buffer.concat([stream, data]);
      for (let whole = packetLength(stream); whole > 0 && whole <= stream.length; whole = packetLength(stream)) {
        take(stream.subarray(0, whole));
        stream = stream.subarray(whole);
      }
    }
  });
}

/** The length of the packet that begins here; 0 while its length is not there. */
function packetLength(bytes) {
  let length = 0;
  for (let i = 1; i < Math.min(bytes.length, 5); i += 1) {
    length += (bytes[i] & 127) * 128 ** (i - 1);
    if (bytes[i] < 128) return 1 + i + length;
  }
  return 0;
}
