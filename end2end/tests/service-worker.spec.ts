// The service worker alone, on a site of a few lines that has versions: what it keeps, what it answers, what it leaves
// alone. The tool itself is not in it, nor is a build needed.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';

const TEMPLATE = readFileSync(new URL('../../assets/sw.js', import.meta.url), 'utf8');
const FOLDER = '/tools/test bench (1)/';

const TYPES: Record<string, string> = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm', png: 'image/png' };

/** A host with one site, in the version that was put there last. */
class Host {
  readonly asked: string[] = [];
  /** Paths within the folder, and what they have. */
  files = new Map<string, string>();
  /** Whether `index.html` leads to the folder, as some hosts do. */
  redirects = false;
  /** Whether a file that is not there is answered with the page, as some hosts do. */
  alwaysPage = false;
  /** The address of the site. */
  url = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '', 'http://host').pathname);
      if (!path.startsWith(FOLDER)) {
        response.writeHead(404, { 'content-type': 'text/plain' }).end();
        return;
      }
      let name = path.slice(FOLDER.length);
      this.asked.push(name);
      if (this.redirects && name === 'index.html') {
        response.writeHead(301, { location: './' }).end();
        return;
      }
      if (name === '' || (this.alwaysPage && !this.files.has(name))) name = 'index.html';
      const body = this.files.get(name);
      const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': body === undefined ? 'text/plain' : type, vary: 'Accept-Encoding' });
      response.end(body);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${encodeURI(FOLDER)}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  /** Puts a version there, in place of the one before; its parts have names of their own. */
  put(version: string): void {
    this.files = new Map([
      ['index.html', `<!doctype html><title>${version}</title><link rel="icon" href="data:,"><script src="app-${version}.js"></script><p id="v">`],
      [`app-${version}.js`, `addEventListener('load', () => (document.querySelector('#v').textContent = '${version}'))`],
      [`part-${version}.wasm`, `part ${version}`],
      ['guide/text.html', `<!doctype html><title>guide ${version}</title><link rel="icon" href="data:,">`],
    ]);
    const listed = [...this.files].map(([name, body]) => [name, `sha384-${createHash('sha384').update(body).digest('base64')}`]);
    const worker = TEMPLATE.replace('const VERSION = "0";', `const VERSION = ${JSON.stringify(version)};`)
      .replace('const FILES = [];', `const FILES = ${JSON.stringify(listed)};`);
    this.files.set('guide/picture.png', 'picture').set('sw.js', worker);
  }
}

const versions = test.extend<{ host: Host }>({
  host: async ({ page }, use) => {
    const host = new Host();
    host.put('one');
    await host.start();
    await use(host);
    await page.goto('about:blank');
    await host.stop();
  },
});

/** Opens the page, and waits until its version is kept. */
async function visit(page: Page, host: Host): Promise<void> {
  await page.goto(host.url);
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('sw.js');
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 10));
  });
}

/** Has the browser look for a new version, and tells what came of it. */
const look = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update().catch(() => undefined);
    const coming = registration.installing;
    if (!coming) return registration.waiting ? 'installed' : 'nothing';
    return new Promise<string>((done) => {
      coming.addEventListener('statechange', () => done(coming.state));
    });
  });

/** Lets the version that waits come into force. */
const take = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { waiting } = await navigator.serviceWorker.ready;
    const inForce = new Promise<void>((done) => {
      waiting?.addEventListener('statechange', () => {
        if (waiting.state === 'activated') done();
      });
    });
    waiting?.postMessage({ type: 'activate' });
    await inForce;
  });

const text = (page: Page, name: string): Promise<string> =>
  page.evaluate(async (path) => (await fetch(path)).text(), name);

const kept = (page: Page): Promise<string[]> => page.evaluate(() => caches.keys());

const cacheOf = (version: string): string => `uiot-testbench ${encodeURI(FOLDER)} ${version}`;

versions('what was visited once opens without a server, under each of its addresses, with parts that were never asked for', async ({ page, host }) => {
  await visit(page, host);
  await host.stop();
  for (const address of ['', '?from=home#/settings', 'index.html', 'index.html?x']) {
    await page.goto(host.url + address);
    await expect(page.locator('#v')).toHaveText('one');
  }
  expect(await text(page, 'part-one.wasm')).toBe('part one');
  await page.goto(`${host.url}guide/text.html`);
  await expect(page).toHaveTitle('guide one');
});

versions('what is not listed goes to the server each time', async ({ page, host }) => {
  await visit(page, host);
  host.asked.length = 0;
  expect(await text(page, 'guide/picture.png')).toBe('picture');
  expect(await text(page, 'guide/picture.png')).toBe('picture');
  host.files.set('other.js.map', 'map');
  expect(await text(page, 'other.js.map')).toBe('map');
  expect(await text(page, 'app-one.js')).toContain('load');
  expect(host.asked.filter((name) => name !== 'sw.js')).toEqual(['guide/picture.png', 'guide/picture.png', 'other.js.map']);
});

versions('a new version waits until it is told, and then answers for all tabs, which still find the parts of theirs', async ({ page, context, host }) => {
  await visit(page, host);
  const other = await context.newPage();
  await other.goto(host.url);
  host.put('two');
  expect(await look(page)).toBe('installed');
  // Whatever is loaded meanwhile is the old one.
  await page.reload();
  await expect(page.locator('#v')).toHaveText('one');
  await take(page);
  await page.reload();
  await expect(page.locator('#v')).toHaveText('two');
  await expect(other.locator('#v')).toHaveText('one');
  expect(await text(other, 'part-one.wasm')).toBe('part one');
  await other.reload();
  await expect(other.locator('#v')).toHaveText('two');
  expect(await kept(page)).toEqual([cacheOf('one'), cacheOf('two')]);
});

versions('the version before stays, and older ones and those that were never in use go', async ({ page, host }) => {
  await visit(page, host);
  for (const version of ['two', 'passed-over', 'three']) {
    host.put(version);
    expect(await look(page)).toBe('installed');
    if (version !== 'passed-over') await take(page);
  }
  await expect.poll(() => kept(page)).toEqual([cacheOf('two'), cacheOf('three')]);
  // Back to an earlier one: what was in use last stays.
  host.put('two');
  expect(await look(page)).toBe('installed');
  await take(page);
  await page.reload();
  await expect(page.locator('#v')).toHaveText('two');
  expect(await kept(page)).toEqual([cacheOf('two'), cacheOf('three')]);
});

versions('a version of which a file was changed on the way does not begin', async ({ page, host }) => {
  await visit(page, host);
  host.put('two');
  host.files.set('part-two.wasm', 'part of something else');
  expect(await look(page)).toBe('redundant');
  expect(await kept(page)).toEqual([cacheOf('one')]);
  await page.reload();
  await expect(page.locator('#v')).toHaveText('one');
});

versions('a version that lacks a file does not begin, and the one before goes on', async ({ page, host }) => {
  await visit(page, host);
  host.put('two');
  host.files.delete('part-two.wasm');
  expect(await look(page)).toBe('redundant');
  expect(await kept(page)).toEqual([cacheOf('one')]);
  // A page in place of a file is no file.
  host.alwaysPage = true;
  expect(await look(page)).toBe('redundant');
  await page.reload();
  await expect(page.locator('#v')).toHaveText('one');
  // Once it is complete it comes.
  host.put('two');
  expect(await look(page)).toBe('installed');
});

versions('caches of other tools, and of this one in another folder, are left alone', async ({ page, host }) => {
  await page.goto(host.url);
  const others = ['other-tool', 'uiot-testbench /elsewhere/ one', `uiot-testbench ${encodeURI(FOLDER)}sub/ one`];
  await page.evaluate(async (names) => {
    for (const name of names) await caches.open(name);
  }, others);
  await visit(page, host);
  for (const version of ['two', 'three']) {
    host.put(version);
    expect(await look(page)).toBe('installed');
    await take(page);
  }
  expect(await kept(page)).toEqual(expect.arrayContaining(others));
});

versions('a host that leads from index.html to the folder serves as well', async ({ page, host }) => {
  host.redirects = true;
  await visit(page, host);
  await host.stop();
  for (const address of ['', 'index.html']) {
    await page.goto(host.url + address);
    await expect(page.locator('#v')).toHaveText('one');
  }
});

versions('without anything kept the worker hands on to the server', async ({ page, host }) => {
  await visit(page, host);
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await page.reload();
  await expect(page.locator('#v')).toHaveText('one');
});
