// What is left in the memory of a page: the bytes of WebAssembly, and the strings of the JavaScript heap.
import type { Page } from '@playwright/test';

/** Keeps at hand the memory of every WebAssembly module that the page starts, before it starts any. */
export async function watchMemory(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const memories = new Set<WebAssembly.Memory>();
    Object.defineProperty(window, '__memories', { value: memories });
    const keep = (values: object | undefined): void => {
      for (const value of Object.values(values ?? {})) {
        if (value instanceof WebAssembly.Memory) memories.add(value);
        else if (value && typeof value === 'object') for (const inner of Object.values(value)) if (inner instanceof WebAssembly.Memory) memories.add(inner);
      }
    };
    type Made = WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource;
    for (const name of ['instantiate', 'instantiateStreaming'] as const) {
      const real = WebAssembly[name] as (source: never, imports?: WebAssembly.Imports) => Promise<Made>;
      const watched = async (source: never, imports?: WebAssembly.Imports): Promise<Made> => {
        keep(imports);
        const made = await real.call(WebAssembly, source, imports);
        keep(('instance' in made ? made.instance : made).exports);
        return made;
      };
      Object.defineProperty(WebAssembly, name, { value: watched });
    }
  });
}

/** What is looked for, so written that looking for it leaves no copy behind. */
const covered = (secret: string): number[] => [...Buffer.from(secret)].map((byte) => byte ^ 0x5a);

export interface Found {
  /** The place in the memory. */
  at: number;
  /** The bytes around it; what is looked for stands as dots. */
  around: string;
}

/** Where the memory of WebAssembly holds the bytes of a text. */
export async function inWasm(page: Page, secret: string): Promise<Found[]> {
  return page.evaluate((needle) => {
    const found: Found[] = [];
    const { __memories: memories } = window as unknown as { __memories: Set<WebAssembly.Memory> };
    if (memories.size === 0) throw new Error('no memory of WebAssembly was seen');
    const [first] = needle;
    for (const memory of memories) {
      const bytes = new Uint8Array(memory.buffer);
      for (let at = bytes.indexOf((first ?? 0) ^ 0x5a); at >= 0; at = bytes.indexOf((first ?? 0) ^ 0x5a, at + 1)) {
        let same = 1;
        while (same < needle.length && bytes[at + same] === ((needle[same] ?? 0) ^ 0x5a)) same += 1;
        if (same < needle.length) continue;
        const shown = (from: number, to: number): string =>
          [...bytes.subarray(Math.max(0, from), to)].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
        found.push({ at, around: `${shown(at - 40, at)}[…]${shown(at + needle.length, at + needle.length + 40)}` });
      }
    }
    return found;
  }, covered(secret));
}

/** Which strings of the JavaScript heap hold each text, after what nobody holds was collected. */
export async function inHeap(page: Page, secrets: string[]): Promise<Record<string, string[]>> {
  const client = await page.context().newCDPSession(page);
  await client.send('HeapProfiler.enable');
  for (let round = 0; round < 3; round += 1) await client.send('HeapProfiler.collectGarbage');
  const pieces: string[] = [];
  client.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => pieces.push(chunk));
  await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await client.detach();
  const { strings } = JSON.parse(pieces.join('')) as { strings: string[] };
  const found: Record<string, string[]> = {};
  for (const secret of secrets) found[secret] = strings.filter((text) => text.includes(secret)).map((text) => text.slice(0, 200));
  return found;
}
