// Screenshots with at most 256 colours: a third of the bytes, and no eye sees the difference on a page of flat colours.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Pixels {
  width: number;
  height: number;
  /** One number a pixel: red, green, blue. */
  colours: Uint32Array;
}

function* chunks(png: Buffer): Generator<{ type: string; data: Buffer }> {
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

/** The predictor of PNG's fourth filter. */
function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [l, a, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return l <= a && l <= c ? left : a <= c ? above : corner;
}

/** Reads what browsers write: eight bits a channel, with or without transparency, not interlaced. */
function read(png: Buffer): Pixels {
  const parts = [...chunks(png)];
  const head = parts.find((part) => part.type === 'IHDR')?.data;
  const [depth, kind, , , interlace] = head?.subarray(8) ?? [];
  if (!head || depth !== 8 || (kind !== 2 && kind !== 6) || interlace !== 0) throw new Error('not a screenshot of a browser');
  const [width, height, size] = [head.readUInt32BE(0), head.readUInt32BE(4), kind === 2 ? 3 : 4];
  const raw = inflateSync(Buffer.concat(parts.filter((part) => part.type === 'IDAT').map((part) => part.data)));
  const row = width * size;
  const bytes = new Uint8Array(height * row);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x += 1) {
      const here = y * row + x;
      const left = x >= size ? (bytes[here - size] ?? 0) : 0;
      const above = y > 0 ? (bytes[here - row] ?? 0) : 0;
      const corner = x >= size && y > 0 ? (bytes[here - row - size] ?? 0) : 0;
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter ?? 0] ?? 0;
      bytes[here] = (raw[y * (row + 1) + 1 + x] ?? 0) + guess;
    }
  }
  const colours = new Uint32Array(width * height);
  for (let i = 0; i < colours.length; i += 1) {
    const at = i * size;
    colours[i] = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  }
  return { width, height, colours };
}

const distance = (a: number, b: number): number =>
  Math.abs((a >> 16) - (b >> 16)) + Math.abs(((a >> 8) & 255) - ((b >> 8) & 255)) + Math.abs((a & 255) - (b & 255));

/** At most 256 colours, the frequent ones first, none of which stands close to another; and which of them each colour becomes. */
function choose(colours: Uint32Array): { palette: number[]; becomes: Map<number, number> } {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([colour]) => colour);
  for (let apart = 1; ; apart += 2) {
    const palette: number[] = [];
    const becomes = new Map<number, number>();
    for (const colour of ranked) {
      let nearest = 0;
      let least = Infinity;
      palette.forEach((other, index) => {
        const between = distance(colour, other);
        if (between < least) [nearest, least] = [index, between];
      });
      if (least >= apart) nearest = palette.push(colour) - 1;
      if (palette.length > 256) break;
      becomes.set(colour, nearest);
    }
    if (palette.length <= 256) return { palette, becomes };
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** The same picture with a palette. */
export function withPalette(png: Buffer): Buffer {
  const { width, height, colours } = read(png);
  const { palette, becomes } = choose(colours);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (width + 1));
  colours.forEach((colour, i) => (rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = becomes.get(colour) ?? 0));
  const colourTable = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', colourTable),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
