// From opening the page to a form that can be used, beside a bare page of MQTT.js with the same fields: same host, same
// packing, in turns, in one run. `script/bench --first-screen` calls it; docs/performance.md says what is measured.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { builtOrFail, dist, headersOf, host } from '../support/host.mjs';
import { busy, machine } from './table.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** What a phone on a slow network has, as Lighthouse takes it. */
const SLOW = { latency: 150, down: 1.6e6 / 8, up: 750e3 / 8, cpu: 4 };
const PAGES = { ours: 'UIoT Testbench', bare: 'MQTT.js, bare' };
const NETS = { fast: 'as it is', slow: '1.6 Mbit/s, 150 ms, CPU ÷ 4' };
const VISITS = { cold: 'first', warm: 'fourth' };
/** How long a browser gets to put away what it keeps of a page, before the next visit. */
const SETTLE = 1500;
const PATIENCE = 120_000;

const { values: given } = parseArgs({
  options: {
    times: { type: 'string', default: '10' },
    nets: { type: 'string', default: 'fast,slow' },
    json: { type: 'string' },
  },
});
const times = Number(given.times);
const nets = given.nets.split(',');
if (!Number.isInteger(times) || times < 1) refuse(`'${given.times}' is not a number above 0`);
for (const net of nets) if (!NETS[net]) refuse(`'${net}' is no network; there are ${Object.keys(NETS).join(', ')}`);

/** Ends with one line instead of a stack. */
function refuse(why) {
  console.error(`error: ${why}`);
  process.exit(1);
}

/**
 * Runs in the page before all its scripts: at each frame, is there a button to connect that can be pressed, and a first field in
 * which a typed letter stays for a frame that is drawn? The time of that frame is the result.
 */
function probe() {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const look = async () => {
    for (;;) {
      await frame();
      const button = document.querySelector('[data-testid="connect"]');
      const field = document.querySelector('[data-testid="product-sn"]');
      if (!button || button.disabled || button.getAttribute('aria-disabled') === 'true' || !field) continue;
      field.focus();
      field.value = 'x';
      field.dispatchEvent(new InputEvent('input', { data: 'x', inputType: 'insertText', bubbles: true }));
      await frame();
      const shown = performance.now();
      await frame();
      if (document.contains(field) && field.value === 'x' && document.activeElement === field) return shown;
    }
  };
  window.usable = look();
}

async function open(page, url) {
  await page.goto(url, { waitUntil: 'commit', timeout: PATIENCE });
  return page.evaluate(async () => {
    const usable = await window.usable;
    const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    // The browser tells of a paint a little after it.
    const painted = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
    while (painted() === undefined) await new Promise((done) => setTimeout(done, 20));
    const paint = painted();
    return { usable, paint, bytes: loaded.reduce((sum, each) => sum + each.transferSize, 0), files: loaded.length };
  });
}

/** Until what a page does after it is usable (a service worker that fetches all) is over. */
async function settled(page) {
  await page.evaluate(async (limit) => {
    const late = new Promise((done) => setTimeout(done, limit));
    if (navigator.serviceWorker && (await navigator.serviceWorker.getRegistration())) await Promise.race([navigator.serviceWorker.ready, late]);
  }, 20_000);
  await page.waitForTimeout(SETTLE);
}

async function slow(page) {
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Network.enable');
  await protocol.send('Network.emulateNetworkConditions', { offline: false, latency: SLOW.latency, downloadThroughput: SLOW.down, uploadThroughput: SLOW.up });
  await protocol.send('Emulation.setCPUThrottlingRate', { rate: SLOW.cpu });
}

/** A browser with nothing in it opens the page, and again when it has all. */
async function visits(browser, url, net) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  try {
    await context.addInitScript(probe);
    const visit = async (throttled) => {
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE);
      if (throttled) await slow(page);
      const found = await open(page, url);
      if (!throttled) await settled(page);
      await page.close();
      return found;
    };
    const cold = await visit(net === 'slow');
    // What the browser keeps of a program that it has compiled, it keeps from the second visit on.
    await visit(false);
    await visit(false);
    return { cold, warm: await visit(net === 'slow') };
  } finally {
    await context.close();
  }
}

const sorted = (values) => values.toSorted((a, b) => a - b);
const median = (values) => {
  const all = sorted(values);
  return (all[Math.floor((all.length - 1) / 2)] + all[Math.ceil((all.length - 1) / 2)]) / 2;
};
const ms = (value) => Math.round(value).toLocaleString('en-US');

function table(runs) {
  const lines = [
    ['network and CPU', 'visit', 'page', 'usable, median ms', 'least – most', 'first paint', 'kB over the network', 'ours / bare'],
    ['---', '---', '---', '--:', '--:', '--:', '--:', '--:'],
  ];
  for (const net of nets) {
    for (const visit of Object.keys(VISITS)) {
      const of = (page) => runs.filter((run) => run.net === net && run.page === page).map((run) => run[visit]);
      const usable = (page) => median(of(page).map((each) => each.usable));
      for (const page of Object.keys(PAGES)) {
        const all = sorted(of(page).map((each) => each.usable));
        const row = [NETS[net], VISITS[visit], PAGES[page], ms(usable(page)), `${ms(all[0])} – ${ms(all.at(-1))}`];
        row.push(ms(median(of(page).map((each) => each.paint))), (median(of(page).map((each) => each.bytes)) / 1000).toFixed(0));
        row.push(page === 'ours' ? (usable('ours') / usable('bare')).toFixed(2) : '');
        lines.push(row);
      }
    }
  }
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const built = builtOrFail(dist());
const strict = headersOf(built);
const site = await host({
  at: { '/ours/': built, '/bare/': here('pages/bare'), '/bare/lib/': here('../node_modules/mqtt/dist') },
  packed: 'always',
  // The library may be kept as long as our own files, whose names have a hash.
  headers: (path) => (path.startsWith('/ours/') ? strict : path.startsWith('/bare/lib/') ? { 'Cache-Control': 'public, max-age=31536000, immutable' } : {}),
});
const began = new Date().toISOString().slice(0, 10);
const before = await busy();
console.log(`${machine()} ${began}; the machine was ${Math.round(before * 100)} % busy before.\n`);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-quic'],
});
const runs = [];
try {
  // Packs what was not, and lets the machine read all files once.
  for (const page of Object.keys(PAGES)) await visits(browser, `${site.url}${page}/`, 'fast');
  for (let turn = 0; turn < times; turn += 1) {
    for (const net of nets) {
      const order = Object.keys(PAGES);
      if (turn % 2 === 1) order.reverse();
      for (const page of order) runs.push({ net, page, turn, ...(await visits(browser, `${site.url}${page}/`, net)) });
    }
    console.error(`   ${turn + 1} of ${times}`);
  }
} finally {
  await browser.close();
  await site.stop();
}
console.log(`${times} times each, in turns.\n`);
console.log(table(runs));
if (given.json) writeFileSync(given.json, `${JSON.stringify({ began, busy: before, runs }, null, 2)}\n`);
