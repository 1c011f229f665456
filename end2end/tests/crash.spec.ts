// When the program itself fails: at its start the page says so, and later the log can still be saved.
import { readFile } from 'node:fs/promises';
import type { BrowserContext } from '@playwright/test';
import { App, GREENHOUSE } from '../support/app';
import type { Site } from '../support/site';
import { leaksInPage } from '../support/secrets';
import { expect, test } from '../support/test';

/** A page whose errors are what the test is about: nobody watches it for them. */
async function unwatched(context: BrowserContext, site: Site): Promise<App> {
  return new App(await context.newPage(), site);
}

/** From now on the browser refuses to copy an element, which no browser does; the program cannot go on without. */
async function breakDown(app: App, words: string): Promise<void> {
  await app.page.evaluate((said) => {
    Node.prototype.cloneNode = () => {
      throw new Error(said);
    };
  }, words);
  await app.id('nav-settings').click();
  await expect(app.id('crash-banner')).toBeVisible();
}

test('after a crash the banner says what happened, and the log is saved whole', async ({ context, site, broker }) => {
  const app = await unwatched(context, site);
  const said: string[] = [];
  app.page.on('console', (message) => said.push(message.text()));
  await app.connect({ port: broker.webSocketPort, clientId: 'crashing', username: 'somebody', password: GREENHOUSE.secret });
  await app.subscribed('kept/#', 1);
  await broker.publishLines('kept/one', ['first', 'second', 'third'], 1);
  await app.expectTotal(3);
  await breakDown(app, `cannot copy ${GREENHOUSE.secret}`);
  await expect(app.id('crash-banner')).toContainText('no longer responds');
  await expect(app.id('crash-what')).toContainText('.rs:');
  expect(await leaksInPage(app.page, GREENHOUSE.secret)).toEqual([]);
  expect(said.join('\n')).not.toContain(GREENHOUSE.secret);

  const waiting = app.page.waitForEvent('download');
  await app.id('crash-save').click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/^crashing-\d{8}-\d{6}\.jsonl$/);
  await expect(app.id('crash-said')).toContainText('1 files');
  const path = await download.path();
  const text = await readFile(path, 'utf8');
  expect(text).not.toContain(GREENHOUSE.secret);
  const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as { type?: string; payload?: string; end?: boolean });
  const payloads = lines.filter((line) => line.type === 'PUBLISH').map((line) => Buffer.from(line.payload ?? '', 'base64').toString());
  expect(payloads).toEqual(['first', 'second', 'third']);
  expect(lines.at(-1)?.end).toBe(true);

  // It opens again, in a page that works.
  await app.id('crash-reload').click();
  await expect(app.id('crash-banner')).toBeHidden();
  await app.id('nav-messages').click();
  await app.id('open-record-file').first().setInputFiles(path);
  await expect(app.id('message-log')).toHaveAttribute('data-shown', '3');
  await app.page.close();
});

test('each session has a file of its own, and one without a log has none', async ({ context, site, broker }) => {
  const app = await unwatched(context, site);
  await app.connect({ port: broker.webSocketPort, clientId: 'one' });
  await app.id('new-device').click();
  await app.id('nav-connect').click();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'two' });
  await app.pressConnect();
  await expect(app.page).toHaveURL(/#\/messages/);
  await expect(app.events('connected')).toHaveCount(1);
  await app.id('new-device').click();
  await breakDown(app, 'no');
  const names: string[] = [];
  app.page.on('download', (download) => names.push(download.suggestedFilename()));
  await app.id('crash-save').click();
  await expect(app.id('crash-said')).toContainText('2 files');
  await expect.poll(() => names.map((name) => name.split('-')[0]).sort()).toEqual(['one', 'two']);
  await app.page.close();
});

test('in Chinese the banner speaks Chinese alone', async ({ context, site }) => {
  const app = await unwatched(context, site);
  await app.open();
  await app.choose('language', 'zh');
  await breakDown(app, 'no');
  await expect(app.id('crash-banner')).toContainText('不再响应');
  expect(await app.id('crash-banner').innerText()).not.toContain('responds');
  await app.id('crash-save').click();
  await expect(app.id('crash-said')).toHaveText('没有可保存的记录。');
  await app.page.close();
});

test('a trap that is no panic, as when memory runs out, has the banner too; another error has none', async ({ context, site }) => {
  const app = await unwatched(context, site);
  await app.open();
  const raise = (kind: 'trap' | 'error'): Promise<void> =>
    app.page.evaluate((which) => {
      const error = which === 'trap' ? new WebAssembly.RuntimeError('unreachable') : new Error('somebody else');
      dispatchEvent(new ErrorEvent('error', { error, message: error.message }));
    }, kind);
  await raise('error');
  await expect(app.id('crash-banner')).toBeHidden();
  await raise('trap');
  await expect(app.id('crash-banner')).toBeVisible();
  await app.page.close();
});

test('while the program loads the frame of the page is there, in its place', async ({ context, site }) => {
  const app = await unwatched(context, site);
  let go = (): void => undefined;
  const gate = new Promise<void>((open) => (go = open));
  await app.page.route('**/*.wasm', async (route) => {
    await gate;
    await route.continue();
  });
  await app.page.goto(site.url, { waitUntil: 'commit' });
  await expect(app.id('boot')).toBeVisible();
  const rail = await app.page.locator('.boot .rail').boundingBox();
  go();
  await expect(app.id('connect')).toBeVisible();
  await expect(app.id('boot')).toHaveCount(0);
  expect(await app.page.locator('.rail').boundingBox()).toEqual(rail);
  await app.page.close();
});

for (const [language, words] of [
  ['en-US', 'did not load'],
  ['zh-CN', '没有载入'],
] as const) {
  test(`where the program cannot be fetched the page says so, in a browser set to ${language}`, async ({ browser, site }) => {
    const context = await browser.newContext({ locale: language });
    const app = await unwatched(context, site);
    await app.page.route('**/*.wasm', (route) => route.abort());
    await app.page.goto(site.url);
    await expect(app.id('boot-failed')).toBeVisible();
    await expect(app.id('boot-failed')).toContainText(words);
    await app.page.unroute('**/*.wasm');
    await app.id('boot-reload').click();
    await expect(app.id('connect')).toBeVisible();
    await context.close();
  });
}

test('a browser without WebAssembly is told what it lacks', async ({ context, site }) => {
  const app = await unwatched(context, site);
  await app.page.addInitScript(() => Reflect.deleteProperty(window, 'WebAssembly'));
  await app.page.goto(site.url);
  await expect(app.id('boot-failed')).toContainText('has no WebAssembly');
  await app.page.close();
});
