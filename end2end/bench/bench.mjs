// script/bench tells what it does and which options there are.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Blaster } from './blaster.mjs';
import { Chromium } from './chromium.mjs';
import { PACKET, RARE } from './packets.mjs';
import { PAGES, Site } from './site.mjs';
import * as print from './table.mjs';

const LADDERS = [
  { perFrame: 1, rates: [100, 1000, 5000, 10_000, 15_000, 20_000, 25_000, 30_000] },
  { perFrame: 50, rates: [10_000, 50_000, 100_000, 150_000, 200_000] },
];
const QUICK = [
  { perFrame: 1, rates: [1000, 10_000, 20_000] },
  { perFrame: 50, rates: [100_000] },
];

/** Above this part of all cores other programs spoil the figures. */
const BUSY = 0.1;
/** Messages in a step at the most: by default the app keeps a million, and all are to be kept. */
const MOST_KEPT = 950_000;

const { values: given } = parseArgs({
  options: {
    only: { type: 'string', default: 'raw,mqttjs,ours' },
    rates: { type: 'string' },
    'per-frame': { type: 'string', default: '1' },
    seconds: { type: 'string', default: '5' },
    tries: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false },
    climb: { type: 'boolean', default: true },
    million: { type: 'boolean', default: false },
    messages: { type: 'string', default: '1000000' },
    json: { type: 'string' },
  },
  allowNegative: true,
});

/** A number of a list given as `1,2,3`. */
const numbers = (text) =>
  text.split(',').map((each) => {
    const number = Number(each);
    if (!(number > 0)) refuse(`'${each}' is not a number above 0`);
    return number;
  });
const pages = given.only.split(',');
for (const page of pages) if (!PAGES[page]) refuse(`no page is called '${page}'; there are ${Object.keys(PAGES).join(', ')}`);
const [seconds] = numbers(given.seconds);
const [tries] = numbers(given.tries);
const ladders = given.rates
  ? numbers(given['per-frame']).map((perFrame) => ({ perFrame, rates: numbers(given.rates) }))
  : given.quick ? QUICK : LADDERS;

/** Opens the page in a fresh browser, has it do the task, and gives what it reports. */
async function run(page, task, patience) {
  const blaster = new Blaster();
  await blaster.listen();
  let chromium;
  let report;
  const result = new Promise((done) => (report = done));
  const site = new Site({
    task: () => ({ ...task, broker: blaster.url }),
    blast: async (what) => {
      const [spent, began] = [chromium.spent(), performance.now()];
      const sent = await blaster.blast(what);
      return { ...sent, thread: (chromium.spent() - spent) / (performance.now() - began) };
    },
    spent: () => chromium.spent(),
    resident: () => chromium.resident(),
    report: (what) => report(what),
  });
  await site.listen();
  chromium = new Chromium(site.url + PAGES[page].path);
  const timeout = setTimeout(() => report({ error: `no result within ${patience} s` }), patience * 1000);
  chromium.ended.then(() => report({ error: 'the browser ended' }));
  const measured = await result;
  clearTimeout(timeout);
  await chromium.close();
  site.close();
  blaster.close();
  return measured;
}

async function climb() {
  const steps = [];
  const gaveUp = new Set();
  for (const { perFrame, rates } of ladders) {
    gaveUp.clear();
    for (const rate of rates) {
      for (const page of pages) {
        if (gaveUp.has(page)) continue;
        const step = { page, rate, perFrame, tries: 0, sustained: false };
        while (!step.sustained && step.tries < tries) {
          step.tries += 1;
          step.measured = await run(page, { rate, perFrame, seconds: Math.min(seconds, MOST_KEPT / rate) }, 60 + seconds);
          step.sustained = !step.measured.error && print.faults(step.measured).length === 0;
        }
        steps.push(step);
        if (!step.sustained && given.climb) gaveUp.add(page);
        const verdict = step.measured.error ?? (print.faults(step.measured).join(', ') || 'sustained');
        console.error(`   ${PAGES[page].title}: ${rate} a second, ${perFrame} a frame: ${verdict}`);
      }
    }
  }
  return steps;
}

/** Ends with one line instead of a stack. */
function refuse(why) {
  console.error(`error: ${why}`);
  process.exit(1);
}

const found = { machine: print.machine(), began: new Date().toISOString().slice(0, 10), seconds, busy: await print.busy() };
console.log(`${found.machine} ${found.began}; the machine was ${Math.round(found.busy * 100)} % busy before.\n`);
if (found.busy > BUSY) console.error('   Other programs are at work: these figures are lower than the page deserves.');
if (given.million) {
  const [messages] = numbers(given.messages);
  const rare = Math.floor(messages / RARE.every);
  // A word that is rare, one that nothing has, and one that everything has.
  const queries = [
    { text: RARE.word, hits: rare },
    { text: 'nowhere', hits: 0 },
    { text: 'temperature', hits: messages },
  ];
  found.million = await run('ours', { million: true, messages, queries, rate: 50_000, perFrame: 50 }, 400);
  if (found.million.error) refuse(found.million.error);
  console.log(print.million(found.million, PACKET));
} else {
  found.steps = await climb();
  console.log(`Packets of ${PACKET} bytes for ${seconds} s at each step (at most ${MOST_KEPT.toLocaleString('en-US')} messages). Times in ms.\n`);
  console.log(print.ladder(found.steps));
  console.log(`\n${print.sender(found.steps)}`);
  console.log('\nHighest rate sustained, messages a second:\n');
  console.log(print.ratios(found.steps));
  console.log(`\n${print.goals(found.steps)}`);
}
if (given.json) writeFileSync(given.json, `${JSON.stringify(found, null, 2)}\n`);
