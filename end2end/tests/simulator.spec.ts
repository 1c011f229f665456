// The simulator in the page, as a newcomer meets it: one button, no account, no network, a device that lives.
import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';

/** What the thing model, the shadow and OTA send to a device, and the topic that each product has for the cloud. */
const SUBSCRIBED = [
  'shadow/downstream',
  'shadow/get_reply',
  'tmodel/template/get_reply',
  'tmodel/property/post_reply',
  'tmodel/property/set',
  'tmodel/property/restore_reply',
  'tmodel/property/desired/get_reply',
  'tmodel/property/desired/delete_reply',
  'tmodel/event/post_reply',
  'tmodel/command',
  'ota/downstream',
];

async function start(app: App): Promise<void> {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
}

/** Seconds since CONNACK, as the strip says. */
async function uptime(app: App): Promise<number> {
  const said = await app.page.locator('.strip .metric.up b').textContent();
  const [hours = 0, minutes = 0, seconds = 0] = (said ?? '').split(':').map(Number);
  return hours * 3_600 + minutes * 60 + seconds;
}

/** Waits until the connection is so many seconds older. */
async function older(app: App, seconds: number): Promise<void> {
  const until = (await uptime(app)) + seconds;
  await expect.poll(() => uptime(app), { timeout: (seconds + 10) * 1_000 }).toBeGreaterThanOrEqual(until);
}

test('one click: online on the messages page, its topics subscribed, and the device lives', async ({ app }) => {
  await start(app);
  await expect(app.id('simulator-badge')).toBeVisible();
  await expect(app.id('session-tab')).toContainText('sim');
  await expect(app.id('demo-running')).toHaveAttribute('aria-checked', 'true');
  for (const suffix of SUBSCRIBED) {
    const subscription = app.page.locator(`[data-testid="subscription"][data-filter^="/$system/"][data-filter$="/${suffix}"]`);
    await expect(subscription, suffix).toHaveAttribute('data-state', 'granted');
    await expect(subscription, suffix).toHaveAttribute('data-qos', '1');
  }
  const custom = app.page.locator('[data-testid="subscription"][data-filter$="/set"]:not([data-filter^="/$system/"])');
  await expect(custom).toHaveAttribute('data-state', 'granted');
  await expect(app.id('subscription')).toHaveCount(SUBSCRIBED.length + 1);

  await expect(app.rows('out').filter({ hasText: 'tmodel/property/post' }).nth(1)).toBeVisible({ timeout: 30_000 });
  await expect(app.rows('in').filter({ hasText: 'tmodel/property/post_reply' }).nth(1)).toBeVisible({ timeout: 30_000 });
  await app.expectAck(app.rows('out').first(), 'acknowledged');
  await expect(app.page.locator('[data-testid="problem"]:visible')).toHaveCount(0);
  await expect(app.events('connected')).toHaveCount(1);
});

test('a command of the cloud is answered', async ({ app }) => {
  test.setTimeout(90_000);
  await start(app);
  const topic = app.page.locator('[data-cell="topic"]').filter({ hasText: /tmodel\/command$/ });
  const command = app.rows('in').filter({ has: topic });
  await expect(command.first()).toBeVisible({ timeout: 60_000 });
  await app.id('content-as').click();
  const asked = await app.cell(command.first(), 'content').innerText();
  const requestId = /"RequestID":"(\d+)"/.exec(asked)?.[1] ?? '(none)';
  const answer = app.rows('out').filter({ hasText: `tmodel/command_reply/${requestId}` });
  await expect(answer).toHaveCount(1);
  await expect(app.cell(answer, 'content')).toContainText('"RetCode":0');
  await app.expectAck(answer, 'acknowledged');
});

test('the log says what messages of the platform mean, or shows them as they are', async ({ app }) => {
  await start(app);
  const reply = app.rows('in').filter({ hasText: 'property/post_reply' }).first();
  await expect(app.cell(reply, 'content')).toHaveText(/^#\S+ RetCode 0\s*$/);
  await app.id('content-as').click();
  await expect(app.cell(reply, 'content')).toContainText('"RetCode":0');
  await app.page.reload();
  await app.id('nav-connect').click();
  await app.id('try-simulator').click();
  await expect(app.cell(reply, 'content')).toContainText('"RetCode":0');
});

// The same as in tests/scenario.rs and foreign-clients.spec.ts, by hand. Here the cloud is the demo's application, and what
// it makes of the answer cannot be seen from the device.
test('the demo device reports, keeps a shadow and answers a command', async ({ app }) => {
  test.setTimeout(120_000);
  await start(app);
  await app.id('demo-running').click();
  await expect(app.id('demo-running')).toHaveAttribute('aria-checked', 'false');
  await app.id('content-as').click();
  const own = '/$system/simproduct000001/sim-device-01';
  const answerTo = (topic: string, text: string) =>
    app.rows('in').filter({ has: app.page.locator('[data-cell="topic"]', { hasText: topic }) }).filter({ hasText: text });

  const property = { temperature: { Value: 23.5 }, mode: { Value: 1 } };
  await app.publish(`${own}/tmodel/property/post`, JSON.stringify({ RequestID: 'by-hand', Property: property }), 'json', 1);
  await expect(answerTo('tmodel/property/post_reply', '"RequestID":"by-hand","RetCode":0')).toHaveCount(1);
  const wrong = { temperature: { Value: 'warm' } };
  await app.publish(`${own}/tmodel/property/post`, JSON.stringify({ RequestID: 'wrong', Property: wrong }), 'json', 1);
  await expect(answerTo('tmodel/property/post_reply', '"RequestID":"wrong","RetCode":310')).toHaveCount(1);

  await app.publish(`${own}/shadow/get`, '{"Method":"get"}', 'json', 1);
  const document = answerTo('shadow/get_reply', '"State"').last();
  await expect(document).toBeVisible();
  await document.click();
  const version = Number(/"Version":\s*(-?\d+)/.exec((await app.id('inspector-json').textContent()) ?? '')?.[1]);
  const update = { Method: 'update', State: { Reported: { brightness: 40 } }, Version: version };
  await app.publish(`${own}/shadow/upstream`, JSON.stringify(update), 'json', 1);
  await expect(answerTo('shadow/downstream', `"Version":${version + 1}`)).toHaveCount(1);
  // Once more with the same version: a conflict, with the whole document.
  await app.publish(`${own}/shadow/upstream`, JSON.stringify(update), 'json', 1);
  const conflict = answerTo('shadow/downstream', '"RetCode":100026');
  await expect(conflict).toHaveCount(1);
  await conflict.click();
  await expect(app.id('inspector-ret-code')).toHaveText(/100026\s+Shadow version conflict/);

  const command = answerTo('tmodel/command', '"Identifier":"self_test"').first();
  await expect(command).toBeVisible({ timeout: 60_000 });
  const requestId = /"RequestID":"(\d+)"/.exec(await app.cell(command, 'content').innerText())?.[1] ?? '(none)';
  const reply = { RetCode: 0, RequestID: requestId, Identifier: 'self_test', Output: { result: 1, duration: 1200 } };
  await app.publish(`${own}/tmodel/command_reply/${requestId}`, JSON.stringify(reply), 'json', 1);
  await app.expectAck(app.rows('out').filter({ hasText: `command_reply/${requestId}` }), 'acknowledged');
});

test('no WebSocket is opened and nothing is asked of the network', async ({ app, site, traffic }) => {
  await app.open();
  await app.whole();
  await app.page.evaluate(() => document.fonts.ready);
  // Chromium asks for the icon again whenever the address changes.
  const network = (): string[] => traffic.urls.filter((url) => !/^(blob|data):|\/icon-[^/]*$/.test(url));
  const served = (): string[] => site.requests.map(({ path }) => path).filter((path) => !path.startsWith('/icon-'));
  const before = network();
  const servedBefore = served();
  expect(before.every((url) => url.startsWith(site.url))).toBe(true);
  await app.page.evaluate(() => {
    const opened: string[] = [];
    const browsers = window.WebSocket;
    Object.assign(window, { opened });
    window.WebSocket = class extends browsers {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        opened.push(String(url));
      }
    };
  });
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.rows('in').nth(1)).toBeVisible({ timeout: 30_000 });
  await app.id('disconnect').click();
  await app.expectState('offline');
  await app.id('reconnect').click();
  await app.expectState('online');
  expect(network()).toEqual(before);
  expect(served()).toEqual(servedBefore);
  expect(await app.page.evaluate(() => (window as unknown as { opened: string[] }).opened)).toEqual([]);
});

test.describe('without a network', () => {
  // The icon, see above.
  test.use({ consoleAllowed: [/ERR_INTERNET_DISCONNECTED/] });

  test('it works the same', async ({ app, context }) => {
    await app.open();
    await app.whole();
    await context.setOffline(true);
    await app.id('try-simulator').click();
    await app.expectOnline();
    await expect(app.rows('in').first()).toBeVisible({ timeout: 30_000 });
  });
});

test('disconnected it is silent, and connected again it lives on', async ({ app }) => {
  test.slow();
  await start(app);
  await expect(app.rows('in').first()).toBeVisible({ timeout: 30_000 });
  await app.id('disconnect').click();
  await app.expectState('offline');
  const total = Number(await app.id('message-log').getAttribute('data-total'));
  await expect(app.id('demo-running')).toBeVisible();
  await app.id('reconnect').click();
  await app.expectState('online');
  await expect(app.id('subscription')).toHaveCount(SUBSCRIBED.length + 1);
  await expect(app.page.locator('[data-testid="subscription"]:not([data-state="granted"])')).toHaveCount(0);
  await expect(app.events('connected')).toHaveCount(2);
  await expect
    .poll(async () => Number(await app.id('message-log').getAttribute('data-total')), { timeout: 30_000 })
    .toBeGreaterThan(total + 1);
});

test('the switch stops the device, and starts it again', async ({ app }) => {
  test.setTimeout(120_000);
  await start(app);
  await expect(app.rows('out').nth(1)).toBeVisible({ timeout: 30_000 });
  await app.setSwitch('demo-running', false);
  const said = await app.rows('out').count();
  await older(app, 20);
  expect(await app.rows('out').count()).toBe(said);
  await app.expectState('online');
  // A person can still do everything by hand.
  await app.publish('/not/its/own', 'by hand', 'text', 0);
  await expect(app.rows('out')).toHaveCount(said + 1);
  await app.setSwitch('demo-running', true);
  await expect.poll(() => app.rows('out').count(), { timeout: 30_000 }).toBeGreaterThan(said + 1);
});

test('the form that a person typed stays as it was', async ({ app }) => {
  await app.open();
  await app.fillDevice({ port: 8_083, keepAlive: 77 });
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.id('nav-connect').click();
  await app.expectValue('product-sn', GREENHOUSE.product);
  await app.expectValue('device-sn', GREENHOUSE.device);
  await app.expectValue('secret', GREENHOUSE.secret);
  await app.expectValue('keep-alive', '77');
  await app.expectValue('host', '127.0.0.1');
  await app.expectValue('username', `${GREENHOUSE.product}|${GREENHOUSE.device}|1`);
  // What runs is shown, not started anew.
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.events('connected')).toHaveCount(1);
  await app.page.reload();
  await app.id('nav-connect').click();
  await app.expectState('offline');
  await app.expectValue('product-sn', GREENHOUSE.product);
  await expect(app.id('simulator-badge')).toHaveCount(0);
});

test('from the simulator to a real broker: nothing of the demo device goes along', async ({ app, broker }) => {
  await start(app);
  await expect(app.id('subscription')).toHaveCount(SUBSCRIBED.length + 1);
  await app.id('nav-connect').click();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'real' });
  await app.pressConnect();
  await app.expectOnline();
  await expect(app.id('simulator-badge')).toHaveCount(0);
  await expect(app.id('demo-running')).toHaveCount(0);
  await expect(app.id('subscription')).toHaveCount(0);
  await app.subscribed('its/own');
  // And back: what belongs to the real one is refused here, and said to be.
  await app.id('nav-connect').click();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.expectSubscription('its/own', 'refused');
  await expect(app.rows('in').filter({ hasText: 'tmodel/property/post_reply' }).first()).toBeVisible({ timeout: 30_000 });
});

test('each tab has a simulator of its own: no duel, no warning', async ({ app, openTab }) => {
  await start(app);
  const other = await openTab();
  await expect(other.id('other-tab')).toHaveCount(0);
  await other.id('try-simulator').click();
  await other.expectOnline();
  await expect(other.rows('in').first()).toBeVisible({ timeout: 30_000 });
  await app.expectState('online');
  await expect(app.events('connected')).toHaveCount(1);
});

test('the keyboard alone starts it', async ({ app }) => {
  await app.open();
  await app.tabTo('try-simulator');
  await app.page.keyboard.press('Enter');
  await app.expectOnline();
  await app.tabTo('demo-running', 120);
  await app.page.keyboard.press('Space');
  await expect(app.id('demo-running')).toHaveAttribute('aria-checked', 'false');
});

test('on a phone nothing scrolls sideways', async ({ app }) => {
  await app.page.setViewportSize({ width: 390, height: 844 });
  await app.open();
  const overflow = (): Promise<number> =>
    app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (const language of ['en', 'zh'] as const) {
    await app.choose('language', language);
    expect(await overflow(), `connect ${language}`).toBeLessThanOrEqual(0);
  }
  await expect(app.id('try-simulator')).toBeInViewport();
  await app.id('try-simulator').click();
  await app.expectOnline();
  for (const width of [320, 390]) {
    await app.page.setViewportSize({ width, height: 844 });
    for (const language of ['en', 'zh'] as const) {
      await app.choose('language', language);
      expect(await overflow(), `messages ${language} at ${width} px`).toBeLessThanOrEqual(0);
      for (const name of ['simulator-badge', 'demo-running']) {
        await expect(app.id(name), `${name} ${language} at ${width} px`).toBeInViewport({ ratio: 1 });
      }
      await app.id('session-more').click();
      await expect(app.id('disconnect'), `disconnect ${language} at ${width} px`).toBeInViewport({ ratio: 1 });
      await app.page.keyboard.press('Escape');
    }
  }
  // The label is part of the switch.
  await app.page.locator('.bar.demo label').click();
  await expect(app.id('demo-running')).toHaveAttribute('aria-checked', 'false');
});
