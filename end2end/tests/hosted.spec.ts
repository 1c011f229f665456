// The built site as it is meant to be hosted: behind nginx, with the configuration that comes with it, in a sub-folder, under
// the strict headers.
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, test as base } from '../support/test';
import { App } from '../support/app';
import { Nginx } from '../support/nginx';
import { Proxy } from '../support/proxy';
import { DIST } from '../support/site';

/** What the page was refused, as the browser tells the page. */
interface Violation {
  directive: string;
  blocked: string;
  sample: string;
}

interface Hosted {
  app: App;
  page: Page;
  proxy: Proxy;
  violations: Violation[];
}

const test = base.extend<{ hosted: Hosted }, { nginx: Nginx }>({
  nginx: [
    async ({}, use) => {
      const nginx = await Nginx.start();
      await use(nginx);
      await nginx.stop();
    },
    { scope: 'worker' },
  ],

  // A browser that reaches all through the proxy, with every violation of the policy noted from the first moment on.
  hosted: async ({ browser, nginx, watched }, use) => {
    const proxy = await Proxy.start();
    const context = await browser.newContext({ proxy: proxy.settings });
    const violations: Violation[] = [];
    await context.exposeBinding('tellViolation', (_, violation: Violation) => violations.push(violation));
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        const tell = (window as unknown as { tellViolation: (violation: Violation) => void }).tellViolation;
        tell({ directive: event.effectiveDirective, blocked: event.blockedURI, sample: event.sample });
      });
    });
    const page = await context.newPage();
    watched(page);
    await use({ app: new App(page, nginx), page, proxy, violations });
    await context.close();
    await proxy.stop();
  },
});

const PAGES = ['connect', 'messages', 'wire', 'shadow', 'model', 'ota', 'gateway', 'cloud', 'settings'] as const;

test('the main job, on every page, in both languages and themes, breaks no rule and asks nobody else', async ({ hosted, nginx, broker }) => {
  test.setTimeout(90_000);
  const { app, page, proxy, violations } = hosted;
  await app.open();
  const before = nginx.requests.length;

  // The simulator, and all that its demo device makes the pages show.
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.rows('in').first()).toBeVisible({ timeout: 20_000 });
  for (const language of ['zh', 'en'] as const) {
    for (const theme of ['dark', 'light'] as const) {
      await app.choose('language', language);
      await app.choose('theme', theme);
      for (const name of PAGES) {
        await app.id(`nav-${name}`).click();
        await expect(page).toHaveURL(new RegExp(`#/${name}$`));
        await expect(page.locator('main')).not.toBeEmpty();
      }
    }
  }
  await app.id('disconnect').click();
  await app.expectState('offline');

  // A broker.
  await app.id('nav-connect').click();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'hosted' });
  await app.pressConnect();
  await app.expectOnline();
  await app.subscribed('hosted/#');
  await app.publish('hosted/1', '{"temperature": 21.5}', 'json', 1);
  await expect(app.rows('in').filter({ hasText: 'hosted/1' })).toHaveCount(1);
  await app.inspect(app.rows('in').filter({ hasText: 'hosted/1' }));
  await app.view('hex');
  await app.id('nav-wire').click();
  await expect(app.id('wire-row').first()).toBeVisible();
  await page.reload();
  await app.expectState('offline');

  expect(violations, 'violations of the policy').toEqual([]);
  expect([...proxy.hosts].sort()).toEqual([new URL(nginx.url).host, `127.0.0.1:${broker.webSocketPort}`].sort());
  const logged = nginx.requests;
  expect(logged.length, 'requests after the page was there').toBeGreaterThan(before);
  expect(logged.filter((line) => line.status >= 400)).toEqual([]);
  expect(logged.filter((line) => line.referrer || line.cookie)).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('nothing in the page asks for a host in advance', async ({ hosted }) => {
  const { app, page } = hosted;
  await app.open();
  const hints = 'link:is([rel~="dns-prefetch"], [rel~="preconnect"], [rel~="prefetch"], [rel~="prerender"]), script[type="speculationrules"]';
  expect(await page.locator(hints).count()).toBe(0);
  const foreign = await page.evaluate(() =>
    [...document.querySelectorAll('[src], link[href], a[href], form[action]')]
      .map((element) => element.getAttribute('src') ?? element.getAttribute('href') ?? element.getAttribute('action') ?? '')
      .filter((address) => new URL(address, document.baseURI).origin !== location.origin),
  );
  expect(foreign).toEqual([]);
});

test('a folder without its slash leads to the page', async ({ nginx }) => {
  const { status, headers } = await ask(nginx.url.slice(0, -1));
  expect(status).toBe(301);
  expect(headers.location).toBe(new URL(nginx.url).pathname);
});

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};

/** The files of the site, without their compressed twins and the examples for servers. */
function files(): string[] {
  const all = readdirSync(DIST, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = all.map((entry) => join(entry.parentPath, entry.name).slice(DIST.length + 1).split(sep).join('/'));
  return names.filter((name) => !/\.(br|gz)$/.test(name) && !name.startsWith('hosting/'));
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

function ask(address: string, encodings = ''): Promise<Answer> {
  return new Promise((done, fail) => {
    const sent = request(address, { headers: encodings ? { 'Accept-Encoding': encodings } : {} }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) }));
    });
    sent.once('error', fail).end();
  });
}

test('every file comes with its type, its time to keep, and the strict headers', async ({ nginx }) => {
  const page = readFileSync(join(DIST, 'index.html'), 'utf8');
  const meta = /<meta http-equiv="?content-security-policy"? content="([^"]+)"/i.exec(page)?.[1];
  const names = files();
  expect(names).toContain('index.html');
  for (const name of names) {
    const { status, headers, body } = await ask(new URL(name, nginx.url).href);
    const told = `${name}: ${JSON.stringify(headers)}`;
    expect(status, told).toBe(200);
    expect(body.equals(readFileSync(join(DIST, name))), told).toBe(true);
    expect(headers['content-encoding'], told).toBeUndefined();
    expect(headers['content-type'], told).toBe(TYPES[extname(name)] ?? 'application/octet-stream');
    const forever = /-[0-9a-f]{8,64}\.[a-z0-9]+$/.test(name);
    expect(headers['cache-control'], told).toBe(forever ? 'public, max-age=31536000, immutable' : 'no-cache');
    expect(headers.etag, told).toBeTruthy();
    const policy = headers['content-security-policy'] ?? '';
    expect(policy, told).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; ");
    if (meta) expect(policy, told).toBe(`${meta}; frame-ancestors 'none'`);
    expect(headers['referrer-policy'], told).toBe('no-referrer');
    expect(headers['x-content-type-options'], told).toBe('nosniff');
    expect(headers['cross-origin-opener-policy'], told).toBe('same-origin');
    expect(headers['cross-origin-resource-policy'], told).toBe('same-origin');
    expect(headers['permissions-policy'], told).toMatch(/\bcamera=\(\).*\bmicrophone=\(\)/);
  }
});

test('a browser gets the compressed file where there is one', async ({ nginx }) => {
  const encodings = [['gzip', '.gz', gunzipSync], ...(nginx.brotli ? [['br', '.br', brotliDecompressSync] as const] : [])] as const;
  for (const [encoding, ending, unpack] of encodings) {
    const all = new Set(readdirSync(DIST, { recursive: true }).map((name) => String(name).split(sep).join('/')));
    const twins = files().filter((name) => all.has(name + ending));
    expect(twins.some((name) => name.endsWith('.wasm')), `a .wasm${ending} in the site`).toBe(true);
    for (const name of twins) {
      const { headers, body } = await ask(new URL(name, nginx.url).href, encoding);
      expect(headers['content-encoding'], name).toBe(encoding);
      expect(headers['content-type'], name).toBe(TYPES[extname(name)]);
      expect(unpack(body).equals(readFileSync(join(DIST, name))), `${name} unpacked`).toBe(true);
    }
  }
});

test('a file that is not there is told so under the same headers', async ({ nginx }) => {
  const { status, headers } = await ask(new URL('nothing.js', nginx.url).href);
  expect(status).toBe(404);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});
