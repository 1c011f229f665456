// The figures as Markdown.
import { cpus, totalmem } from 'node:os';
import { version } from './chromium.mjs';
import { PAGES } from './site.mjs';

const whole = (value) => (value === null || value === undefined || Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en-US'));
const megabytes = (bytes) => (bytes ? whole(bytes / 2 ** 20) : '–');
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const longTask = (ms) => (ms === 0 ? '< 50' : whole(ms));

export function machine() {
  const { model } = cpus()[0];
  return `${cpus().length} cores (${model.trim()}), ${whole(totalmem() / 2 ** 30)} GB, ${version()} headless with software rendering, Node ${process.versions.node}. Sender, browser and page share the machine.`;
}

/** How busy the machine is without the benchmark, as a part of all cores. */
export async function busy() {
  const spent = () => cpus().reduce((sum, { times }) => ({ idle: sum.idle + times.idle, all: sum.all + Object.values(times).reduce((a, b) => a + b) }), { idle: 0, all: 0 });
  const before = spent();
  await new Promise((done) => setTimeout(done, 2000));
  const after = spent();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

/** Why a step is not sustained; empty where it is. */
export function faults({ sent, short, shown, newest, catchUp, frames }) {
  return [
    [short > 0, `${whole(short)} could not be sent in time`],
    [shown !== sent || !newest, `${whole(sent - shown)} not shown`],
    [catchUp === null || catchUp >= 1000, 'caught up late'],
    [frames.fps < 30, `${whole(frames.fps)} frames a second`],
  ]
    .filter(([is]) => is)
    .map(([, why]) => why);
}

export function ladder(steps) {
  const head = [
    'a frame', 'a second', 'page', 'received', 'shown', 'caught up', 'frames/s (new ones)', 'frame p50 / p95 / max', 'thread', 'longest task',
    'key p50 / max', 'open', 'MB: wasm, heap, process', 'sustained',
  ];
  const rows = steps.map(({ page, rate, perFrame, measured, tries }) => {
    const begin = [perFrame, whole(rate), PAGES[page].title];
    if (measured.error) return [...begin, ...head.slice(4).map(() => '–'), measured.error.split('\n')[0]];
    const { received, shown, catchUp, frames, thread, longest, keys, opened, memory } = measured;
    const verdict = faults(measured).join(', ') || 'yes';
    return [
      ...begin, whole(received), whole(shown), whole(catchUp), `${whole(frames.fps)} (${whole(frames.updates)})`,
      [frames.p50, frames.p95, frames.max].map(whole).join(' / '), Number.isFinite(thread) ? `${whole(thread * 100)} %` : '–', longTask(longest), [keys.p50, keys.max].map(whole).join(' / '),
      whole(opened), [memory.wasm, memory.heap, memory.resident].map(megabytes).join(', '), tries > 1 ? `${verdict} (try ${tries})` : verdict,
    ];
  });
  return table(head, rows);
}

/** What the sender itself took, and how even it was. */
export function sender(steps) {
  const all = steps.flatMap(({ measured }) => measured.sender ?? []);
  const worst = (field) => Math.max(0, ...all.map((each) => each[field]));
  return `The sender took ${whole(worst('core') * 100)} % of a core at the most, and paused for ${whole(worst('longestPause'))} ms at the longest.`;
}

const best = (steps, page, perFrame) =>
  Math.max(0, ...steps.filter((step) => step.page === page && step.perFrame === perFrame && step.sustained).map((step) => step.rate));

/** The highest sustained rate of each page, and what ours is to the others. */
export function ratios(steps) {
  const rows = [...new Set(steps.map((step) => step.perFrame))].map((perFrame) => {
    const [raw, mqttjs, ours] = ['raw', 'mqttjs', 'ours'].map((page) => best(steps, page, perFrame));
    const ratio = (other) => (other > 0 && ours > 0 ? (ours / other).toFixed(2) : '–');
    return [perFrame, whole(raw), whole(mqttjs), whole(ours), ratio(raw), ratio(mqttjs)];
  });
  return table(['a frame', 'raw frames', 'MQTT.js', 'ours', 'ours / raw', 'ours / MQTT.js'], rows);
}

/** What was aimed at, beside what came of it. Only what this run measured has a figure. */
export function goals(steps) {
  const ours = steps.filter(({ page, measured }) => page === 'ours' && !measured.error).map((step) => ({ ...step, ...step.measured }));
  const at = ours.find(({ rate, perFrame }) => rate === 10_000 && perFrame === 1);
  const single = [best(steps, 'ours', 1), best(steps, 'raw', 1)];
  // Where the sender was held back by the page, nothing is lost either.
  const lost = ours.reduce((sum, { sent, received, kept }) => sum + Math.max(sent - received, sent - kept), 0);
  const rows = [
    ['sustained at one packet a frame, as a part of the raw counter', 'at least 0.80', single.includes(0) ? '–' : (single[0] / single[1]).toFixed(2)],
    ['sustained at fifty packets a frame', 'at least 100,000 a second', best(steps, 'ours', 50) ? `${whole(best(steps, 'ours', 50))} a second` : '–'],
    ['frame p95 at 10,000 a second', 'under 20 ms', at ? `${whole(at.frames.p95)} ms` : '–'],
    ['key press at 10,000 a second, p50 and longest', 'usable', at ? `${whole(at.keys.p50)} and ${whole(at.keys.max)} ms` : '–'],
    ['opening a message at 10,000 a second', 'usable', at ? `${whole(at.opened)} ms` : '–'],
    ['messages lost over all steps', 'none', ours.length > 0 ? whole(lost) : '–'],
  ];
  return table(['what', 'goal', 'measured'], rows);
}

export function million({ filled, wheel, drag, jumps, filters, exported, end }, packet) {
  const grown = filled.after.wasm - filled.before.wasm;
  const per = grown / filled.kept;
  const frames = ({ frames: { p50, p95, max, count }, longest, thread }) => {
    const spent = thread > 0 ? `, ${whole(thread)} ms of CPU each` : '';
    return `frames ${whole(p50)} / ${whole(p95)} / ${whole(max)} ms (p50, p95, max of ${count})${spent}; longest task ${longTask(longest)} ms`;
  };
  const rows = [
    ['received / kept / shown', `${whole(filled.received)} / ${whole(filled.kept)} / ${whole(filled.shown)}; newest on screen: ${filled.newest ? 'yes' : 'no'}`, '1,000,000, nothing lost'],
    ['arrived at', `${whole(filled.rate)} a second`, '–'],
    ['memory of the app (WebAssembly)', `${megabytes(filled.after.wasm)} MB, grown by ${megabytes(grown)} MB: ${whole(per)} bytes a message, ${(per / packet).toFixed(2)} × its packet`, 'at most 1.50 × its packet'],
    ['JavaScript heap; page process', `${megabytes(filled.after.heap)} MB; ${megabytes(filled.after.resident)} MB (${megabytes(filled.before.resident)} MB before)`, '–'],
    ['scrolling by wheel', frames(wheel), 'smooth'],
    ['dragging through the whole list and back', frames(drag), 'smooth'],
    ['places jumped to that have rows two frames later', `${jumps.filled} of ${jumps.of}`, 'all'],
  ];
  const seconds = (ms) => `${whole(ms)} ms`;
  for (const { text, hits, error, ...found } of filters) {
    const first = hits > 0 ? `first hit ${seconds(found.first)}` : 'no hit';
    const shown = found.shown === hits ? `${whole(hits)} shown` : `${whole(found.shown)} shown, **expected ${whole(hits)}**`;
    const said = error ?? `${first}; whole ${seconds(found.whole)}; ${shown}; ${frames(found)}`;
    rows.push([`filter \`${text}\``, said, 'first hit < 100 ms, whole < 1,500 ms, no task over 50 ms']);
  }
  const order = exported.inOrder ? 'each message in order' : '**not each message in order**';
  const file = `${seconds(exported.took)}, ${megabytes(exported.bytes)} MB, ${whole(exported.messages)} messages, ${order}`;
  rows.push(['export as JSONL', exported.error ?? `${file}; ${frames(exported)}`, 'without a freeze']);
  rows.push(['memory at the end', `WebAssembly ${megabytes(end.wasm)} MB, heap ${megabytes(end.heap)} MB, process ${megabytes(end.resident)} MB`, '–']);
  return table(['what', 'measured', 'goal'], rows);
}
