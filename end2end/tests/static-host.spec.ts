import { expect, test } from '../support/test';
import { App } from '../support/app';
import { Site } from '../support/site';

test('the site works from a sub-folder of any static server', async ({ page, broker }) => {
  const site = await Site.start({ folder: '/tools/test bench/' });
  try {
    const app = new App(page, site);
    await app.connect({ port: broker.webSocketPort });
    await app.subscribed('sub/folder');
    await page.reload();
    await expect(app.id('connection-state')).toHaveAttribute('data-state', 'offline');
    await app.id('nav-connect').click();
    await expect(app.id('connect')).toBeVisible();
    expect(site.requests.filter((request) => request.status !== 200)).toEqual([]);
    expect(site.requests.map((request) => request.path).filter((path) => path.endsWith('.wasm')).length).toBeGreaterThan(0);
  } finally {
    // Or the page asks a server that is gone for its icon.
    await page.goto('about:blank');
    await site.stop();
  }
});

test('index.html may be named, and pages may be opened by their address', async ({ page, app, site }) => {
  await page.goto(`${site.url}index.html#/messages`);
  await expect(app.id('message-log')).toBeAttached();
  await app.expectState('offline');
  await page.goto(`${site.url}index.html#/nowhere`);
  await expect(app.id('nav-connect')).toBeVisible();
});

test('a whole session asks nobody but its own server and the broker', async ({ app, site, broker, traffic }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('own/hosts');
  await app.publish('own/hosts', '{"a":1}', 'json', 1);
  await expect(app.rows('in')).toHaveCount(1);
  await app.inspect(app.rows('in').first());
  await app.choose('language', 'zh');
  await app.choose('theme', 'dark');
  await app.id('disconnect').click();
  await app.expectState('offline');
  const origins = new Set(traffic.urls.filter((url) => !/^(data|blob):/.test(url)).map((url) => new URL(url).host));
  expect([...origins].sort()).toEqual([new URL(site.url).host, `127.0.0.1:${broker.webSocketPort}`].sort());
});

test('opening the page alone opens no connection', async ({ app, traffic }) => {
  await app.open();
  await expect(app.id('connect')).toBeVisible();
  expect(traffic.urls.filter((url) => url.startsWith('ws'))).toEqual([]);
});
