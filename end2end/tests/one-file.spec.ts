// The one file, as somebody has it who was handed nothing else: alone in a folder, opened by a double click.
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from '../support/app';
import { DIST } from '../support/site';
import { expect, test as base } from '../support/test';

const NAME = 'uiot-testbench.html';
/** What all pages of the app are called in its address. */
const PAGES = ['connect', 'messages', 'wire', 'shadow', 'model', 'ota', 'gateway', 'cloud', 'settings'];

interface Fixtures {
  /** The folder's name in which the file lies. */
  folder: string;
}

const test = base.extend<Fixtures>({
  folder: ['one', { option: true }],
  app: async ({ page, traffic, folder }, use, testInfo) => {
    const built = join(DIST, NAME);
    if (!existsSync(built)) throw new Error(`${built} is missing. Run script/build first.`);
    const file = testInfo.outputPath(folder, NAME);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(built, file);
    expect(readdirSync(dirname(file))).toEqual([NAME]);
    const url = pathToFileURL(file).href;
    traffic.alsoAllowed.add(url);
    await use(new App(page, { url, requests: [] }));
  },
});

/** What the page asked for beyond itself, its own blobs and data. */
const asked = (app: App, urls: string[]): string[] => urls.filter((url) => !/^(blob|data):/.test(url) && url.split('#')[0] !== app.site.url);

const row = (app: App, topic: string, text = '') =>
  app.rows('in').filter({ has: app.page.locator('[data-cell="topic"]', { hasText: topic }) }).filter({ hasText: text });

test('the main job in the simulator, from the file alone', async ({ app, traffic }) => {
  test.slow();
  await app.open();
  await expect(app.page.locator('html')).toHaveAttribute('data-delivery', 'file');
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(row(app, 'property/post_reply').first()).toBeVisible({ timeout: 20_000 });
  await app.setSwitch('demo-running', false);

  // Publish and receive.
  const own = '/$system/simproduct000001/sim-device-01';
  const post = { RequestID: 'by-hand', Property: { temperature: { Value: 23.5 }, mode: { Value: 1 } } };
  await app.publish(`${own}/tmodel/property/post`, JSON.stringify(post), 'json', 1);
  await app.expectAck(app.rows('out').last(), 'acknowledged');
  await app.id('content-as').click();
  await expect(row(app, 'property/post_reply', '"RequestID":"by-hand","RetCode":0')).toHaveCount(1);
  await app.inspect(row(app, 'property/post_reply', 'by-hand').first());
  await expect(await app.view('json')).toContainText('by-hand');

  await app.id('nav-shadow').click();
  await app.id('shadow-add').click();
  await app.id('shadow-edit-row').last().getByTestId('shadow-key').fill('bay_3');
  await app.id('shadow-edit-row').last().getByTestId('shadow-value').fill('30');
  await app.id('shadow-report').click();
  await expect(app.id('shadow-row').filter({ hasText: 'bay_3' })).toHaveCount(1);

  await app.id('nav-model').click();
  await app.id('model-fetch').click();
  await expect(app.id('model-property')).toHaveCount(9);

  await app.id('nav-wire').click();
  await app.id('wire-row').last().click();
  await expect(app.id('wire-detail')).toBeVisible();

  await app.id('nav-messages').click();
  await app.id('log-export').click();
  await app.choose('export-form', 'jsonl');
  await app.choose('export-scope', 'all');
  const waiting = app.page.waitForEvent('download');
  await app.id('export-start').click();
  const lines = (await readFile(await (await waiting).path(), 'utf8')).trimEnd().split('\n');
  const said = lines.map((line) => JSON.parse(line) as { type?: string; text?: string; end?: boolean });
  expect(said.some(({ type, text }) => type === 'PUBLISH' && text?.includes('by-hand'))).toBe(true);
  expect(said.at(-1)?.end).toBe(true);

  await app.choose('language', 'zh');
  await expect(app.id('publish')).toContainText('发送');
  await app.choose('language', 'en');
  await expect(app.id('publish')).not.toContainText(/\p{Script=Han}/u);
  await app.expectState('online');
  expect(asked(app, traffic.urls)).toEqual([]);
});

test('a real broker, over ws:// to this computer', async ({ app, broker, traffic }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'from-a-file' });
  await app.subscribed('file/#');
  await app.publish('file/out', '{"a":1}', 'json', 1);
  await broker.publish('file/in', '温度 23.5', 1);
  await expect(row(app, 'file/in', '温度 23.5')).toHaveCount(1);
  await expect(row(app, 'file/out')).toHaveCount(1);
  await app.id('disconnect').click();
  await app.expectState('offline');
  expect(asked(app, traffic.urls)).toEqual([`ws://127.0.0.1:${broker.webSocketPort}/`]);
});

test('a reload keeps language, theme, settings and the form', async ({ app, page }) => {
  await app.open();
  await app.id('device-sn').fill('greenhouse-07');
  await app.choose('language', 'zh');
  await app.choose('theme', 'dark');
  await app.id('nav-settings').click();
  await app.choose('settings-density', 'relaxed');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await app.expectChosen('settings-density', 'relaxed');
  await app.id('nav-connect').click();
  await app.expectValue('device-sn', 'greenhouse-07');
  await expect(app.id('connect')).toContainText('连接');
});

test('each page has an address, and the browser’s own buttons go back and forth', async ({ app, page, traffic }) => {
  await app.open('#/wire');
  await expect(app.id('nav-wire')).toHaveAttribute('aria-current', 'page');
  for (const name of PAGES) {
    await page.goto(`${app.site.url}#/${name}`);
    await page.reload();
    await expect(app.id(`nav-${name}`), name).toHaveAttribute('aria-current', 'page');
  }
  await app.id('nav-wire').click();
  await page.goBack();
  await expect(app.id('nav-settings')).toHaveAttribute('aria-current', 'page');
  await page.goForward();
  await expect(app.id('nav-wire')).toHaveAttribute('aria-current', 'page');
  expect(asked(app, traffic.urls)).toEqual([]);
});

test.describe('in a folder with spaces, Chinese letters and signs that an address would take for its own', () => {
  test.use({ folder: '物联网 测试 #2 (100%)' });

  test('it opens and works the same', async ({ app, page, traffic }) => {
    await app.open('#/settings');
    await app.id('nav-connect').click();
    await app.id('try-simulator').click();
    await app.expectOnline();
    await expect(app.rows('in').first()).toBeVisible({ timeout: 20_000 });
    await page.reload();
    await expect(app.id('nav-messages')).toHaveAttribute('aria-current', 'page');
    expect(asked(app, traffic.urls)).toEqual([]);
  });
});

test.describe('without a network', () => {
  test('it opens and works the same', async ({ app, context }) => {
    await context.setOffline(true);
    await app.open();
    await app.id('try-simulator').click();
    await app.expectOnline();
    await expect(app.rows('in').first()).toBeVisible({ timeout: 20_000 });
  });
});
