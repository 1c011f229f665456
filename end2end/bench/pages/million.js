// A million messages kept: memory, scrolling, filters, export; each by the app's own controls.
import { app, control, fill, log, press, rows } from './app.js';
import { Frames, Tasks, ask, memory, nextFrame, sleep, until } from './kit.js';

const WHEEL_STEP = 120;
const WHEEL_SECONDS = 3;
const DRAG_SECONDS = 4;
const JUMPS = 40;

export async function million(task) {
  await app.open(task.broker);
  const prelude = await ask('blast', { rate: 1000, perFrame: 1, count: 1000 });
  await until('the first messages', () => app.counts().shown >= prelude.sent);
  await app.settle();
  const before = await memory();
  const sender = await ask('blast', { rate: task.rate, perFrame: task.perFrame, count: task.messages - prelude.sent });
  await until('all messages', () => app.counts().received >= task.messages, 120);
  await sleep(1000);
  const kept = app.counts().kept;
  const filled = { ...app.counts(), rate: sender.rate, newest: app.newest(sender.first + sender.sent - 1), before, after: await memory() };
  const wheel = await measured(wheels);
  const drag = await measured(drags);
  const jumps = await jumpsWithRows();
  const filters = [];
  for (const query of task.queries) filters.push({ ...query, ...(await attempt(() => filtered(query.text, kept))) });
  return { filled, wheel, drag, jumps, filters, exported: await attempt(() => exported(kept)), end: await memory() };
}

/** What fails is told in its own line, and the rest goes on. */
const attempt = (work) => work().catch((error) => ({ error: String(error) }));

/** Frames, the CPU time of the page's thread for each, and the longest task while something is done. */
async function measured(work) {
  await sleep(300);
  const tasks = new Tasks();
  const before = await ask('spent');
  const frames = new Frames();
  const result = await work();
  const drawn = frames.stop();
  return { ...result, frames: drawn, thread: ((await ask('spent')) - before) / drawn.count, longest: await tasks.take() };
}

/** Up from the end in steps of a wheel, one a frame. */
async function wheels() {
  const end = performance.now() + WHEEL_SECONDS * 1000;
  while (performance.now() < end) {
    log().scrollTop -= WHEEL_STEP;
    await nextFrame();
  }
}

/** From the end to the beginning and back, as one drags the thumb of a scroll bar. */
async function drags() {
  const began = performance.now();
  for (let part = 0; part < 1; part = (performance.now() - began) / (DRAG_SECONDS * 1000)) {
    const scroller = log();
    scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) * Math.abs(1 - 2 * part);
    await nextFrame();
  }
}

/** How many places, jumped to all over the list, have rows two frames later. */
async function jumpsWithRows() {
  let filled = 0;
  for (let i = 0; i < JUMPS; i += 1) {
    const scroller = log();
    // Strides of a golden section come everywhere.
    scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) * ((i * 0.618034) % 1);
    await nextFrame();
    await nextFrame();
    const { top, height } = scroller.getBoundingClientRect();
    const middle = top + height / 2;
    const covers = (row) => row.getBoundingClientRect().top <= middle && row.getBoundingClientRect().bottom >= middle;
    if (rows().some(covers)) filled += 1;
  }
  return { filled, of: JUMPS };
}

/** Whether the filter has gone over everything. */
function isWhole() {
  return log().dataset.filterProgress === undefined;
}

async function unfiltered(kept) {
  await fill('log-filter', '');
  await until('the whole list', () => app.counts().shown === kept && isWhole(), 30);
}

/** From the input to the first hit in the page, and to the end of the scan. */
async function filtered(text, kept) {
  await unfiltered(kept);
  await sleep(500);
  const tasks = new Tasks();
  const frames = new Frames();
  const began = performance.now();
  await fill('log-filter', text);
  let first = null;
  let time = performance.now();
  // What is filtered is told apart from what was shown before by its count alone.
  for (let applied = false; !applied || !isWhole(); time = await nextFrame()) {
    const { shown } = app.counts();
    applied ||= shown !== kept || !isWhole();
    if (first === null && applied && shown > 0 && rows().length > 0) first = time - began;
    if (!applied && time - began > 3_000) throw new Error(`the filter '${text}' shows no effect`);
    if (time - began > 30_000) throw new Error(`the filter '${text}' does not end`);
  }
  const whole = time - began;
  return { shown: app.counts().shown, first, whole, frames: frames.stop(), longest: await tasks.take() };
}

/** Exports everything as JSONL, and reads what was written: each message, in order. */
async function exported(kept) {
  await unfiltered(kept);
  let blob;
  const real = URL.createObjectURL;
  URL.createObjectURL = (object) => {
    if (object instanceof Blob && object.size > kept) blob = object;
    return real.call(URL, object);
  };
  const run = await measured(async () => {
    const began = performance.now();
    await press('log-export');
    await until('the export dialog', () => control('export-start'));
    for (const option of ['jsonl', 'all']) control('export-dialog').querySelector(`[data-option="${option}"]`).click();
    await press('export-start');
    await until('the exported file', () => blob ?? control('export-problem'), 120);
    if (!blob) throw new Error(control('export-problem').textContent);
    return { took: performance.now() - began, bytes: blob.size };
  });
  URL.createObjectURL = real;
  return { ...run, ...(await numbersOf(blob)) };
}

async function numbersOf(blob) {
  let messages = 0;
  let inOrder = true;
  let last = -1;
  let rest = '';
  const lines = blob.stream().pipeThrough(new TextDecoderStream()).getReader();
  for (let read = await lines.read(); !read.done; read = await lines.read()) {
    const pieces = (rest + read.value).split('\n');
    rest = pieces.pop();
    for (const line of pieces) {
      const number = numberOf(line);
      if (number === undefined) continue;
      messages += 1;
      inOrder &&= number === last + 1;
      last = number;
    }
  }
  return { messages, inOrder };
}

/** The number in the payload of an exported message; none for other lines. */
function numberOf(line) {
  const { payload } = JSON.parse(line);
  const found = payload && /"RequestID":"(\d{9})"/.exec(atob(payload));
  return found ? Number(found[1]) : undefined;
}
