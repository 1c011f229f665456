// How smooth the page stays while messages pour in: frame gaps when idle and at several rates, in one run.
//
// Chromium is started without a debugging protocol, which would copy every WebSocket frame to the driver and halve the
// rate. A page of our own holds the built app in a frame, works its controls as a script would, measures, and
// reports by one request at the end of each rate.
//
//   script/bench                       1,000 and 10,000 messages a second, one packet a WebSocket frame
//   script/bench 5000 20000 10         these rates, ten packets a WebSocket frame (a last number of 100 or less)
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

const SECONDS = 6;
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.svg': 'image/svg+xml' };
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--window-size=1500,950'];

const numbers = process.argv.slice(2).map(Number);
const perFrame = numbers.length > 1 && numbers.at(-1) <= 100 ? numbers.pop() : 1;
const rates = numbers.length > 0 ? numbers : [1_000, 10_000];

/** A PUBLISH of about 200 bytes with QoS 0. */
function publish(n) {
  const topic = Buffer.from(`/bench/device/${n % 20}`);
  const payload = Buffer.from(JSON.stringify({ RequestID: String(n), temperature: 20 + (n % 10), pad: 'x'.repeat(120) }));
  const length = 2 + topic.length + payload.length;
  return Buffer.concat([Buffer.from([0x30, (length & 127) | 128, length >> 7, 0, topic.length]), topic, payload]);
}

/** Runs inside the page that holds the app. */
async function measure(url, rate, seconds) {
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const frame = document.querySelector('iframe');
  frame.src = 'index.html';
  await new Promise((done) => (frame.onload = done));
  const control = (id) => frame.contentDocument.querySelector(`[data-testid="${id}"]`);
  const until = async (what, there) => {
    for (let i = 0; i < 300; i++) {
      if (there()) return;
      await sleep(50);
    }
    throw new Error(`not within 15 s: ${what}`);
  };
  const fill = async (id, text) => {
    control(id).value = text;
    control(id).dispatchEvent(new Event('input', { bubbles: true }));
    await sleep(50);
  };
  await until('the form', () => control('mode'));
  control('mode').querySelector('[data-option=generic]').click();
  await sleep(50);
  await fill('host', url);
  control('connect').click();
  await until('the messages page', () => control('subscribe-filter'));
  await fill('subscribe-filter', '#');
  control('subscribe').click();
  const total = () => Number(control('message-log').dataset.total);
  if (rate > 0) await until('the first message', () => total() > 0);
  const gaps = [];
  let last;
  const tick = (now) => {
    if (last !== undefined) gaps.push(now - last);
    last = now;
    frame.contentWindow.requestAnimationFrame(tick);
  };
  frame.contentWindow.requestAnimationFrame(tick);
  await sleep(seconds * 1000);
  const during = gaps.slice().sort((a, b) => a - b);
  const waited = performance.now();
  while (total() < rate * (seconds + 1) && performance.now() - waited < 20_000) await sleep(50);
  return { gaps: during, total: total(), late: performance.now() - waited, rows: frame.contentDocument.querySelectorAll('[data-testid=message-row]').length };
}

async function run(rate) {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'mqtt' });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      if (data[0] >> 4 === 1) socket.send(Buffer.from([0x20, 2, 0, 0]));
      if (data[0] >> 4 !== 8) return;
      socket.send(Buffer.from([0x90, 3, data[2], data[3], 0]));
      const began = Date.now();
      const all = rate * (SECONDS + 1);
      let sent = 0;
      const timer = setInterval(() => {
        const due = Math.min(all, Math.floor(((Date.now() - began) / 1000) * rate));
        while (sent < due) {
          const packets = [];
          while (packets.length < perFrame && sent < due) packets.push(publish(sent++));
          socket.send(packets.length === 1 ? packets[0] : Buffer.concat(packets));
        }
        if (sent >= all) clearInterval(timer);
      }, 5);
      socket.on('close', () => clearInterval(timer));
    });
  });
  await new Promise((done) => sockets.on('listening', done));
  const broker = `ws://127.0.0.1:${sockets.address().port}/`;
  const page = `<!doctype html><title>bench</title><iframe style="width:1440px;height:900px;border:0"></iframe><script>
    (${measure})(${JSON.stringify(broker)}, ${rate}, ${SECONDS}).then((r) => r, (e) => ({ error: String(e) }))
      .then((r) => fetch('result', { method: 'POST', body: JSON.stringify(r) }));</script>`;
  let report;
  const result = new Promise((done) => (report = done));
  const site = createServer((request, response) => {
    const path = normalize(request.url.split('?')[0]);
    if (path === '/result') {
      let body = '';
      request.on('data', (chunk) => (body += chunk)).on('end', () => {
        response.end();
        report(JSON.parse(body));
      });
      return;
    }
    try {
      const body = path === '/bench' ? page : readFileSync(join(DIST, path));
      response.setHeader('content-type', path === '/bench' ? 'text/html' : (TYPES[extname(path)] ?? 'application/octet-stream'));
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await new Promise((done) => site.on('listening', done));
  const profile = mkdtempSync(join(tmpdir(), 'uiot-bench-'));
  const browser = spawn(process.env.CHROMIUM ?? 'chromium', [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${site.address().port}/bench`], { stdio: 'ignore' });
  const timeout = setTimeout(() => report({ error: 'no result within 60 s' }), 60_000);
  const measured = await result;
  clearTimeout(timeout);
  browser.kill();
  await new Promise((done) => browser.on('exit', done));
  rmSync(profile, { recursive: true, force: true });
  site.close();
  site.closeAllConnections();
  sockets.close();
  for (const client of sockets.clients) client.terminate();
  if (measured.error) throw new Error(`${rate} a second: ${measured.error}`);
  return measured;
}

const at = (gaps, part) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * part))];
console.log(`Frame gaps over ${SECONDS} s, in ms; ${perFrame} packet${perFrame === 1 ? '' : 's'} a WebSocket frame. "late" is what was still to come when the sender was done.`);
console.log('    rate   p50   p95   p99   max  over 50   p99 / idle  received      late  rows in the page');
let idle;
for (const rate of [0, ...rates]) {
  const { gaps, total, late, rows } = await run(rate);
  idle ??= at(gaps, 0.99);
  const cells = [0.5, 0.95, 0.99, 1].map((part) => at(gaps, part).toFixed(0).padStart(6)).join('');
  const over = gaps.filter((gap) => gap > 50.5).length;
  console.log(`${String(rate).padStart(8)}${cells}${String(over).padStart(9)}${(at(gaps, 0.99) / idle).toFixed(2).padStart(13)}${String(total).padStart(10)}${`${late.toFixed(0)} ms`.padStart(10)}${String(rows).padStart(18)}`);
}
