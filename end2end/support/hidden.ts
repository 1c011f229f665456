// A tab that is really hidden: document.hidden is true, no frames come, and Chromium throttles the timers of its page.
//
// Playwright makes every page believe that it is looked at, and starts Chromium with its throttling switched off. So
// this Chromium is started here, with none of those flags, and Playwright only joins it. A second tab in front of the
// first hides it, as it does for a person.
//
// What Chromium 156 does to the timers of a hidden page, as measured; an open WebSocket changes nothing about it:
//  - at once: they fire once a second at most, so up to a second late;
//  - after a grace period: in a chain of timers, each set by the one before, the seventh and those after it fire once a
//    minute, all at the same moment. A timer that was set by anything else, such as a message, begins a new chain.
// The grace period is one minute for a page that had been painted when it was hidden, and no flag changes that. For a
// page that had not, it is five minutes, and a flag does. `graceSeconds` therefore keeps the page unpainted
// (transparent, but laid out and working) until it is hidden.
// Workers are not throttled.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as driver } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { chromium, flags } from './browser';
import { test as base, expect } from './test';

export { expect };

export interface TabOptions {
  /** After how many seconds chained timers of the hidden page fire once a minute only. Without it: Chromium's own minute. */
  graceSeconds?: number;
}

/** What happened in the page while it was hidden. Times are in milliseconds. */
export interface Hidden {
  /** For how long it was hidden so far. */
  time: number;
  /** Whether it is hidden still, and was so without a break. */
  throughout: boolean;
  /** Animation frames that came. */
  frames: number;
  /** The longest time in which a chain of window timers, a tenth of a second each, did not move. */
  windowGap: number;
  /** The same for such a chain in a worker made of a Blob, as its messages come to the page. */
  workerGap: number;
}

// Whatever ends the tests, no browser outlives them.
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export class Tab {
  private cover: Page | undefined;

  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly child: ChildProcess,
    private readonly profile: string,
  ) {}

  static async open({ graceSeconds }: TabOptions = {}): Promise<Tab> {
    const profile = mkdtempSync(join(tmpdir(), 'uiot-hidden-'));
    const args = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--window-size=1440,900', '--lang=en-US', ...flags];
    if (graceSeconds !== undefined) args.push(`--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/${graceSeconds}`);
    const child = spawn(chromium(), [...args, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    try {
      const browser = await driver.connectOverCDP(await debuggerOf(child), { noDefaults: true });
      const page = browser.contexts()[0]?.pages()[0];
      if (!page) throw new Error('Chromium has started without a tab');
      if (graceSeconds !== undefined) await page.addInitScript(keepUnpainted);
      return new Tab(page, browser, child, profile);
    } catch (error) {
      await end(child, profile);
      throw error;
    }
  }

  /** Opens a tab in front of this one. What happens in the page is watched; the answer tells what was seen so far. */
  async hide(): Promise<() => Promise<Hidden>> {
    const watched = await this.page.evaluateHandle(watch);
    this.cover = await this.page.context().newPage();
    await expect.poll(() => this.page.evaluate(() => document.hidden), { message: 'the tab is hidden' }).toBe(true);
    return () => watched.evaluate((look) => look());
  }

  /** Brings the tab back to the front. */
  async show(): Promise<void> {
    await this.page.bringToFront();
    await this.cover?.close();
    this.cover = undefined;
    await expect.poll(() => this.page.evaluate(() => document.hidden), { message: 'the tab is shown' }).toBe(false);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await end(this.child, this.profile);
  }
}

/** Runs in the page before anything else does: what is transparent counts as not painted. */
function keepUnpainted(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('html { opacity: 0 !important }');
  document.adoptedStyleSheets = [sheet];
  document.addEventListener('visibilitychange', () => (document.adoptedStyleSheets = []), { once: true });
}

/** Runs in the page. */
function watch(): () => Hidden {
  const changes: boolean[] = [];
  let start: number | undefined;
  let frames = 0;
  const chain = (): { moved: () => void; gap: () => number } => {
    let last: number | undefined;
    let longest = 0;
    const gap = (): number => Math.max(longest, performance.now() - Math.max(last ?? 0, start ?? performance.now()));
    return {
      moved: () => {
        if (start !== undefined) longest = gap();
        last = performance.now();
      },
      gap,
    };
  };
  document.addEventListener('visibilitychange', () => {
    changes.push(document.hidden);
    start ??= performance.now();
  });
  const frame = (): void => {
    if (start !== undefined && document.hidden) frames += 1;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const ofWindow = chain();
  const tick = (): void => {
    ofWindow.moved();
    setTimeout(tick, 100);
  };
  tick();
  const ofWorker = chain();
  const script = 'const tick = () => { postMessage(0); setTimeout(tick, 100); }; tick();';
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
  worker.onmessage = ofWorker.moved;
  return () => ({
    time: start === undefined ? 0 : performance.now() - start,
    throughout: document.hidden && changes.length === 1 && changes[0] === true,
    frames,
    windowGap: ofWindow.gap(),
    workerGap: ofWorker.gap(),
  });
}

/** The address at which Chromium lets itself be driven, which it prints when it has started. */
async function debuggerOf(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((done, fail) => {
    const give = (why: string): void => {
      clearTimeout(timer);
      fail(new Error(`Chromium ${why}:\n${said.slice(-4_000)}`));
    };
    const timer = setTimeout(() => give('did not start within 20 s'), 20_000);
    child.once('error', (error) => give(`did not start: ${error.message}`));
    child.once('exit', (code) => give(`ended with ${code}`));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-20_000);
      const match = /DevTools listening on (ws:\/\/\S+)/.exec(said);
      if (!match?.[1]) return;
      clearTimeout(timer);
      done(match[1]);
    });
  });
}

async function end(child: ChildProcess, profile: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(late);
  }
  // Its helpers may still be writing when the browser is gone.
  for (let tries = 1; ; tries += 1) {
    try {
      await rm(profile, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((next) => setTimeout(next, 100));
    }
  }
}

interface Options {
  /** How the tab is opened. */
  tabOptions: TabOptions;
}

/** As the `test` of `test.ts`, with a page that can be hidden: `page` and `app` are those of `tab`. */
export const test = base.extend<Options & { tab: Tab }>({
  tabOptions: [{}, { option: true }],

  tab: async ({ tabOptions }, use) => {
    const tab = await Tab.open(tabOptions);
    await use(tab);
    await tab.close();
  },

  page: async ({ tab }, use) => {
    await use(tab.page);
  },
});
