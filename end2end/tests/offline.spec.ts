// The site after one visit without a server and a network; and what happens when there is a later version of it.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { App } from '../support/app';
import { DIST, Site } from '../support/site';
import { expect, test as base } from '../support/test';
import { forget, laterVersion, partsOf, versionOf } from '../support/versions';
import type { Version } from '../support/versions';

/** What all pages of the app are called in its address. */
const PAGES = ['connect', 'messages', 'wire', 'shadow', 'model', 'ota', 'gateway', 'cloud', 'settings'];
const FOLDER = '/tools/test bench/';

interface Fixtures {
  /** A server of its own, which can be stopped, and given another version. */
  own: Site;
  /** Makes a version later than the built one. */
  later: () => Version;
}

const test = base.extend<Fixtures>({
  own: async ({ page }, use) => {
    const site = await Site.start({ folder: FOLDER, cache: true, strict: true });
    await use(site);
    for (const each of page.context().pages()) await each.goto('about:blank');
    await site.stop();
  },
  app: async ({ page, own }, use) => {
    await use(new App(page, own));
  },
  later: async ({}, use) => {
    const made: Version[] = [];
    await use(() => {
      const version = laterVersion(made.length + 1);
      made.push(version);
      return version;
    });
    made.forEach(forget);
  },
});

test.use({ worker: true });
// A machine without a network says so; and a server that lacks a file.
test.use({ consoleAllowed: [/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|status of 404/] });

/** Until the browser has the whole version, and the page gets its files from there. */
async function kept(page: Page): Promise<void> {
  const isKept = (): Promise<boolean> =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return registration?.active?.state === 'activated' && navigator.serviceWorker.controller !== null;
    });
  await expect.poll(isKept, { message: 'the service worker is in force', timeout: 20_000 }).toBe(true);
}

async function visit(app: App): Promise<void> {
  await app.open();
  await kept(app.page);
}

/** Has the page look for a later version, as it does by itself each hour and whenever it comes to the front. */
const look = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.update().catch(() => undefined);
    // What is being fetched is either complete or given up.
    while (registration?.installing) await new Promise((done) => setTimeout(done, 20));
  });

const version = (app: App) => app.page.locator('html');

/** Goes to each page, and looks that it is there and not the place where it was to be. */
async function walk(app: App): Promise<void> {
  for (const name of PAGES) {
    await app.id(`nav-${name}`).click();
    await expect(app.id(`nav-${name}`), name).toHaveAttribute('aria-current', 'page');
    await expect(app.page.locator('main [data-testid]').filter({ visible: true }).first(), name).toBeVisible();
  }
}

test('after one visit it opens and works without server and network, on every page', async ({ app, own, page, context }) => {
  test.slow();
  await visit(app);
  const before = own.requests.length;
  await own.stop();
  await context.setOffline(true);
  await page.reload();
  await expect(app.id('connection-state')).toBeAttached();
  await expect(version(app)).toHaveAttribute('data-version', versionOf());
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.rows('in').filter({ hasText: 'post_reply' }).first()).toBeVisible({ timeout: 20_000 });
  await walk(app);
  // Pages that need their part of the program to show anything.
  await app.id('nav-model').click();
  await app.id('model-fetch').click();
  await expect(app.id('model-property')).toHaveCount(9);
  await app.id('nav-shadow').click();
  await expect(app.id('shadow-add')).toBeVisible();
  await app.id('nav-ota').click();
  await expect(app.id('ota-none')).toBeVisible();
  await app.id('nav-cloud').click();
  await expect(app.id('cloud')).toBeVisible();
  await app.id('nav-gateway').click();
  await expect(app.id('gateway-try').or(app.id('gateway')).first()).toBeVisible();
  await app.choose('language', 'zh');
  await walk(app);
  // Under each of its addresses, in a new tab too.
  for (const address of ['index.html', '?from=home#/settings']) {
    await page.goto(own.url + address);
    await expect(app.id('connection-state')).toBeAttached();
  }
  expect(own.requests.length).toBe(before);
});

test('licences and the guide’s text are there without a network', async ({ app, own, page, context }) => {
  test.setTimeout(90_000);
  const texts = ['licenses.html'];
  for (const language of ['zh', 'en']) {
    const folder = join(DIST, 'guide', language);
    if (existsSync(folder)) texts.push(...readdirSync(folder).filter((name) => name.endsWith('.html')).map((name) => `guide/${language}/${name}`));
  }
  expect(texts.filter((text) => existsSync(join(DIST, text)))).toEqual(texts);
  expect(texts.filter((text) => text.startsWith('guide/')).length).toBeGreaterThan(0);
  await visit(app);
  await own.stop();
  await context.setOffline(true);
  for (const text of texts) {
    await page.goto(own.url + text);
    await expect(page.locator('h1').first(), text).not.toBeEmpty();
  }
});

test('a later version is told of, and a session goes on untouched; the reload asks first, and brings it', async ({ app, own, page, later }) => {
  test.slow();
  await visit(app);
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.rows('in').first()).toBeVisible({ timeout: 20_000 });
  const next = later();
  own.put(next.folder);
  await look(page);
  await expect(app.id('update-notice')).toBeVisible();
  await expect(version(app)).toHaveAttribute('data-version', versionOf());
  await app.expectState('online');
  await expect(app.events('connected')).toHaveCount(1);
  const total = Number(await app.id('message-log').getAttribute('data-total'));
  await expect.poll(async () => Number(await app.id('message-log').getAttribute('data-total')), { timeout: 20_000 }).toBeGreaterThan(total);

  // Nothing is taken away before a person agrees.
  await app.id('update-reload').click();
  await expect(app.id('update-dialog')).toBeVisible();
  await expect(app.id('update-ask')).not.toBeEmpty();
  await app.id('update-cancel').click();
  await expect(app.id('update-dialog')).toBeHidden();
  await app.expectState('online');
  await expect(version(app)).toHaveAttribute('data-version', versionOf());

  await app.id('update-reload').click();
  const reloaded = page.waitForEvent('load');
  await app.id('update-now').click();
  await reloaded;
  await expect(version(app)).toHaveAttribute('data-version', next.name);
  await expect(app.id('connection-state')).toBeAttached();
  await expect(app.id('update-notice')).toHaveCount(0);
});

test('where there is nothing to lose the reload does not ask, and nothing but a person reloads', async ({ app, own, page, later }) => {
  await visit(app);
  const next = later();
  own.put(next.folder);
  await look(page);
  await expect(app.id('update-notice')).toBeVisible();
  // What is loaded before that is the old version, whole.
  await page.reload();
  await expect(version(app)).toHaveAttribute('data-version', versionOf());
  await expect(app.id('update-notice')).toBeVisible();
  const reloaded = page.waitForEvent('load');
  await app.id('update-reload').click();
  await reloaded;
  await expect(version(app)).toHaveAttribute('data-version', next.name);
});

test('a tab that still runs the old version opens pages whose parts it never loaded, and says that there is another', async ({ app, own, page, context, watched, later }) => {
  test.slow();
  await visit(app);
  const second = await context.newPage();
  watched(second);
  const other = new App(second, own);
  await other.open();
  const next = later();
  expect(next.parts.filter((part) => partsOf().includes(part)), 'files that both versions have').toEqual([]);
  own.put(next.folder);
  await look(page);
  const reloaded = page.waitForEvent('load');
  await app.id('update-reload').click();
  await reloaded;
  await expect(version(app)).toHaveAttribute('data-version', next.name);

  await expect(other.id('update-notice')).toBeVisible();
  await expect(version(other)).toHaveAttribute('data-version', versionOf());
  await other.id('try-simulator').click();
  await other.expectOnline();
  await walk(other);
  await other.id('nav-model').click();
  await other.id('model-fetch').click();
  await expect(other.id('model-property')).toHaveCount(9);
  await second.close();
});

test('a later version that lacks a file leaves the old one at work, and is silent', async ({ app, own, page, later }) => {
  await visit(app);
  const next = later();
  const lost = next.parts.find((part) => part.endsWith('.wasm')) ?? '';
  own.broken.set(lost, 404);
  own.put(next.folder);
  await look(page);
  await expect.poll(() => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting))).toBe(false);
  await expect(app.id('update-notice')).toHaveCount(0);
  await page.reload();
  await expect(version(app)).toHaveAttribute('data-version', versionOf());
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.id('update-notice')).toHaveCount(0);
  expect(own.requests.some(({ path, status }) => path.endsWith(lost) && status === 404)).toBe(true);

  // Once its file is there, it is told of.
  own.broken.clear();
  await look(page);
  await expect(app.id('update-notice')).toBeVisible();
});
