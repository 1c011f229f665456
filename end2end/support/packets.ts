// Just enough MQTT 3.1/3.1.1 to answer the page and to read what it sent. Written apart from the app's own codec
// on purpose: a test that used the same code would not see its faults.

export interface Packet {
  type: number;
  flags: number;
  /** What follows the fixed header. */
  body: Buffer;
  /** The whole packet as it came. */
  bytes: Buffer;
}

export interface Connect {
  protocol: string;
  level: number;
  flags: number;
  keepAlive: number;
  cleanSession: boolean;
  clientId: string;
  username: string | undefined;
  password: Buffer | undefined;
  will: { topic: string; payload: string; qos: number; retain: boolean } | undefined;
}

export const CONNECT = 1;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBSCRIBE = 8;
export const UNSUBSCRIBE = 10;
export const PINGREQ = 12;
export const DISCONNECT = 14;

function remainingLength(length: number): Buffer {
  const bytes: number[] = [];
  do {
    const digit = length % 128;
    length = Math.floor(length / 128);
    bytes.push(length > 0 ? digit | 0x80 : digit);
  } while (length > 0);
  return Buffer.from(bytes);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

function packet(first: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([first]), remainingLength(body.length), body]);
}

const word = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

/** A CONNECT with MQTT 3.1.1, keep alive 60 and a clean session. */
export const connect = (clientId: string): Buffer =>
  packet(0x10, text('MQTT'), Buffer.from([4, 0x02]), word(60), text(clientId));
export const connack = (code = 0, sessionPresent = false): Buffer => packet(0x20, Buffer.from([sessionPresent ? 1 : 0, code]));
export const suback = (id: number, codes: number[]): Buffer => packet(0x90, word(id), Buffer.from(codes));
export const unsuback = (id: number): Buffer => packet(0xb0, word(id));
export const puback = (id: number): Buffer => packet(0x40, word(id));
export const pubrec = (id: number): Buffer => packet(0x50, word(id));
export const pubrel = (id: number): Buffer => packet(0x62, word(id));
export const pubcomp = (id: number): Buffer => packet(0x70, word(id));
export const pingresp = (): Buffer => packet(0xd0);

export function publish(topic: string, payload: string | Buffer, qos: 0 | 1 | 2 = 0, id = 1): Buffer {
  const content = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
  return packet(0x30 | (qos << 1), text(topic), qos > 0 ? word(id) : Buffer.alloc(0), content);
}

/** Cuts whole packets off the front of `bytes`. What is left over is the beginning of a packet still under way. */
export function cutPackets(bytes: Buffer): { packets: Packet[]; rest: Buffer } {
  const packets: Packet[] = [];
  let rest = bytes;
  for (;;) {
    let length = 0;
    let header = 1;
    let complete = false;
    for (let shift = 0; header < rest.length && header <= 4; header += 1, shift += 7) {
      const digit = rest[header] ?? 0;
      length += (digit & 0x7f) * 2 ** shift;
      if ((digit & 0x80) === 0) {
        complete = true;
        header += 1;
        break;
      }
    }
    if (!complete || rest.length < header + length) return { packets, rest };
    const whole = rest.subarray(0, header + length);
    const first = whole[0] ?? 0;
    packets.push({ type: first >> 4, flags: first & 0x0f, body: whole.subarray(header), bytes: whole });
    rest = rest.subarray(header + length);
  }
}

class Reader {
  private at = 0;
  constructor(private readonly bytes: Buffer) {}
  byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw new Error(`the packet ends after ${this.at} bytes: ${this.bytes.toString('hex')}`);
    this.at += 1;
    return value;
  }
  word(): number {
    return this.byte() * 256 + this.byte();
  }
  block(): Buffer {
    const length = this.word();
    const value = this.bytes.subarray(this.at, this.at + length);
    if (value.length !== length) throw new Error(`a field of ${length} bytes is cut short: ${this.bytes.toString('hex')}`);
    this.at += length;
    return value;
  }
  text(): string {
    return this.block().toString('utf8');
  }
  get left(): Buffer {
    return this.bytes.subarray(this.at);
  }
}

export function readConnect(packet: Packet): Connect {
  if (packet.type !== CONNECT) throw new Error(`expected CONNECT, got packet type ${packet.type}`);
  const reader = new Reader(packet.body);
  const protocol = reader.text();
  const level = reader.byte();
  const flags = reader.byte();
  const keepAlive = reader.word();
  const clientId = reader.text();
  const will =
    flags & 0x04
      ? { topic: reader.text(), payload: reader.text(), qos: (flags >> 3) & 3, retain: (flags & 0x20) !== 0 }
      : undefined;
  const username = flags & 0x80 ? reader.text() : undefined;
  const password = flags & 0x40 ? Buffer.from(reader.block()) : undefined;
  if (reader.left.length > 0) throw new Error(`bytes after the end of CONNECT: ${reader.left.toString('hex')}`);
  return { protocol, level, flags, keepAlive, cleanSession: (flags & 0x02) !== 0, clientId, username, password, will };
}

export function readSubscribe(packet: Packet): { id: number; filters: { filter: string; qos: number }[] } {
  if (packet.type !== SUBSCRIBE) throw new Error(`expected SUBSCRIBE, got packet type ${packet.type}`);
  const reader = new Reader(packet.body);
  const id = reader.word();
  const filters: { filter: string; qos: number }[] = [];
  while (reader.left.length > 0) filters.push({ filter: reader.text(), qos: reader.byte() });
  return { id, filters };
}

/** The two bytes that follow the fixed header of most answers. */
export const packetId = (packet: Packet): number => packet.body.readUInt16BE(0);

export const isDup = (packet: Packet): boolean => (packet.flags & 0x08) !== 0;
export const isRetain = (packet: Packet): boolean => (packet.flags & 0x01) !== 0;

export function readPublish(packet: Packet): { topic: string; qos: number; id: number | undefined; payload: Buffer } {
  if (packet.type !== PUBLISH) throw new Error(`expected PUBLISH, got packet type ${packet.type}`);
  const reader = new Reader(packet.body);
  const topic = reader.text();
  const qos = (packet.flags >> 1) & 3;
  return { topic, qos, id: qos > 0 ? reader.word() : undefined, payload: reader.left };
}
