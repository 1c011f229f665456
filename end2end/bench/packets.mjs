// What the benchmark sends: PUBLISH with QoS 0 of exactly 200 bytes, numbered in the payload, ready to be written.
//
// A template holds many WebSocket frames one after the other; a copy of it gets its numbers and is written at once, so
// that the sender costs little beside the browser that it measures.

/** Bytes of each packet, whole. */
export const PACKET = 200;
const TOPICS = 20;
/** Digits of the number in the payload. */
const DIGITS = 9;
const TOPIC_LENGTH = '/bench/device/00'.length;
const LEAD = '{"RequestID":"';
/** Where the number stands in a packet: after the fixed header, the topic with its length, and the lead. */
const NUMBER_AT = 3 + 2 + TOPIC_LENGTH + LEAD.length;
/** A WebSocket frame of 126 to 65,535 bytes has a header of four. */
const FRAME_HEADER = 4;
/** Every so many messages one holds this word, for the filter to find. */
export const RARE = { word: 'overheated', every: 1000 };

/** The number of a message, as it stands in its payload. */
export const numeral = (n) => String(n).padStart(DIGITS, '0');

function packet(n) {
  const topic = Buffer.from(`/bench/device/${String(n % TOPICS).padStart(2, '0')}`);
  const state = n % RARE.every === RARE.every - 1 ? RARE.word : 'as ordered';
  const values = `","Property":{"temperature":{"Value":${20 + (n % 10)}.5},"state":{"Value":"${state}"},"note":{"Value":"`;
  const end = '"}}}';
  const room = PACKET - 3 - 2 - topic.length - LEAD.length - DIGITS - values.length - end.length;
  const payload = Buffer.from(`${LEAD}${numeral(0)}${values}${'.'.repeat(room)}${end}`);
  const rest = 2 + topic.length + payload.length;
  return Buffer.concat([Buffer.from([0x30, (rest & 127) | 128, rest >> 7, 0, topic.length]), topic, payload]);
}

/** Frames of `perFrame` packets, from any number on. */
export class Frames {
  /** The template is one turn of topics and rare words, in whole frames, all numbered 0. */
  constructor(perFrame) {
    this.perFrame = perFrame;
    this.frameLength = FRAME_HEADER + perFrame * PACKET;
    if (perFrame * PACKET > 0xffff) throw new Error(`${perFrame} packets are too many for one frame`);
    const frames = RARE.every / gcd(RARE.every, perFrame);
    this.template = Buffer.alloc(frames * this.frameLength);
    for (let frame = 0; frame < frames; frame += 1) {
      let at = frame * this.frameLength;
      this.template[at] = 0x82;
      this.template[at + 1] = 126;
      this.template.writeUInt16BE(perFrame * PACKET, at + 2);
      at += FRAME_HEADER;
      for (let i = 0; i < perFrame; i += 1) at += packet(frame * perFrame + i).copy(this.template, at);
    }
  }

  /** The bytes of `count` frames, the first packet numbered `from`, which begins a frame. */
  bytes(from, count) {
    const bytes = Buffer.allocUnsafe(count * this.frameLength);
    let start = ((from / this.perFrame) * this.frameLength) % this.template.length;
    for (let at = 0; at < bytes.length; start = 0) at += this.template.copy(bytes, at, start, Math.min(this.template.length, start + bytes.length - at));
    let n = from;
    for (let frame = 0; frame < count; frame += 1) {
      let at = frame * this.frameLength + FRAME_HEADER + NUMBER_AT;
      for (let i = 0; i < this.perFrame; i += 1, at += PACKET) {
        let rest = n++;
        for (let digit = DIGITS - 1; rest > 0; digit -= 1) {
          const tenth = Math.floor(rest / 10);
          bytes[at + digit] = 48 + rest - tenth * 10;
          rest = tenth;
        }
      }
    }
    return bytes;
  }
}

const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));
