// What the measured pages share: waiting, asking the benchmark, and the meters.

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const nextFrame = () => new Promise((done) => requestAnimationFrame(() => done(performance.now())));
/** The time that both sides go by, in ms since 1970 with fractions. */
export const clock = () => performance.timeOrigin + performance.now();

export async function until(what, there, seconds = 15) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = there();
    if (found) return found;
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(20);
  }
}

/** Asks the benchmark: task, blast, resident, report. */
export async function ask(what, body) {
  const answer = await fetch(new URL(`../${what}`, import.meta.url), { method: 'POST', body: JSON.stringify(body ?? null) });
  if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`);
  return answer.json();
}

/** Has the benchmark's task carried out, and reports what came of it. */
export async function carryOut(work) {
  try {
    await ask('report', await work(await ask('task')));
  } catch (error) {
    await ask('report', { error: String(error?.stack ?? error) });
  }
}

/** The value below which this part of the sorted values is. */
const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return { count: sorted.length, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), max: sorted.at(-1) ?? null };
}

/** Gaps between animation frames. `each` runs in every frame. */
export class Frames {
  #gaps = [];
  #last;
  #began = performance.now();
  #running = true;

  constructor(each = () => {}) {
    const tick = () => {
      if (!this.#running) return;
      const time = performance.now();
      if (this.#last !== undefined) this.#gaps.push(time - this.#last);
      this.#last = time;
      each(time);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** The frames since the last call. A frame that does not come counts too. */
  take() {
    const time = performance.now();
    const gaps = this.#gaps;
    if (gaps.length === 0) gaps.push(time - this.#began);
    const found = { ...spread(gaps), fps: (gaps.length / (time - this.#began)) * 1000 };
    this.#gaps = [];
    this.#began = time;
    return found;
  }

  stop() {
    const found = this.take();
    this.#running = false;
    return found;
  }
}

/** Tasks of 50 ms and more, which is all that browsers tell. */
export class Tasks {
  #durations = [];
  #observer = new PerformanceObserver((list) => this.#add(list.getEntries()));

  constructor() {
    this.#observer.observe({ type: 'longtask' });
  }

  #add(entries) {
    this.#durations.push(...entries.map((entry) => entry.duration));
  }

  /** The longest task since the last call in ms; 0 where none took 50 ms. */
  async take() {
    // Entries of a task come after it.
    await sleep(50);
    this.#add(this.#observer.takeRecords());
    const longest = Math.max(0, ...this.#durations);
    this.#durations = [];
    return longest;
  }
}

/** A little more than 200 ms, and never in step with the frames. */
const keyGap = (count) => 200 + ((count * 7) % 17);

/**
 * Types a letter about every 200 ms. Measured is from the time when the key was to be pressed to the frame that shows the letter,
 * so that what a busy page lets the key wait counts.
 */
export class Keys {
  #delays = [];
  #count = 0;
  #timer;
  #field;

  constructor(field) {
    this.#field = field;
    field.focus();
    this.#press(performance.now() + keyGap(0));
  }

  #press(planned) {
    this.#timer = setTimeout(() => {
      const field = this.#field;
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', code: 'KeyX', bubbles: true, cancelable: true }));
      field.setRangeText('x', field.value.length, field.value.length, 'end');
      field.dispatchEvent(new InputEvent('input', { data: 'x', inputType: 'insertText', bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keyup', { key: 'x', code: 'KeyX', bubbles: true }));
      requestAnimationFrame(() => this.#delays.push(performance.now() - planned));
      // A page that was away for long is not given all the keys at once.
      this.#count += 1;
      this.#press(Math.max(planned + keyGap(this.#count), performance.now()));
    }, planned - performance.now());
  }

  stop() {
    clearTimeout(this.#timer);
    return spread(this.#delays);
  }
}

// The app's WebAssembly memory, which nothing else gives away.
const memories = [];
for (const name of ['instantiate', 'instantiateStreaming']) {
  const real = WebAssembly[name];
  WebAssembly[name] = async (...given) => {
    const made = await real.apply(WebAssembly, given);
    for (const item of Object.values((made.instance ?? made).exports)) if (item instanceof WebAssembly.Memory) memories.push(item);
    return made;
  };
}

/** Bytes: of WebAssembly, of JavaScript's heap, and of the page's whole process. */
export async function memory() {
  return {
    wasm: memories.reduce((sum, each) => sum + each.buffer.byteLength, 0),
    heap: performance.memory?.usedJSHeapSize,
    resident: await ask('resident'),
  };
}
