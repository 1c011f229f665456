// A Chromium of its own for each measurement, without a debugging protocol, which would copy every WebSocket frame to
// the driver and halve the rate.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--enable-precise-memory-info',
  '--window-size=1500,950',
];
/** Of the CPU times in /proc. */
const TICK_MS = 10;
const program = process.env.CHROMIUM ?? 'chromium';

export function version() {
  return execFileSync(program, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim().split(' built')[0];
}

export class Chromium {
  #profile = mkdtempSync(join(tmpdir(), 'uiot-bench-'));

  constructor(url) {
    this.process = spawn(program, [...FLAGS, `--user-data-dir=${this.#profile}`, url], { stdio: 'ignore' });
    this.ended = new Promise((done) => this.process.on('exit', done).on('error', done));
  }

  async close() {
    this.process.kill();
    await this.ended;
    // Its helpers end a little later, and write until then.
    for (let tries = 0; tries < 50; tries += 1) {
      try {
        return rmSync(this.#profile, { recursive: true, force: true });
      } catch {
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }

  /** Resident memory of the page's process in bytes; nothing where the system does not tell. */
  resident() {
    return this.#ofPage(({ resident }) => resident);
  }

  /** CPU time that the page's main thread has spent, in ms; nothing where the system does not tell. */
  spent() {
    return this.#ofPage(({ pid }) => {
      const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    });
  }

  #ofPage(read) {
    try {
      return read(offspring(this.process.pid).map(renderer).reduce((most, each) => (each.resident > most.resident ? each : most)));
    } catch {
      return undefined;
    }
  }
}

/** All processes below this one. */
function offspring(root) {
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // The name before it is in brackets and may hold anything.
      parents.set(Number(pid), Number(/.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]));
    } catch {
      // It has just ended.
    }
  }
  const found = [root];
  for (const above of found) for (const [pid, parent] of parents) if (parent === above) found.push(pid);
  return found;
}

function renderer(pid) {
  if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return { pid, resident: 0 };
  return { pid, resident: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024 };
}
