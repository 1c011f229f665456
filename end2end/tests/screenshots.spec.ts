// Pictures of each screen, in both themes and languages, at desk and phone size, for people to look at.
// They show a device at work against a real broker. They are artefacts, not references: nothing is compared.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, SOCKET_ERRORS, test } from '../support/test';
import type { App } from '../support/app';
import { connectDevice, DUELLING, fillLedger, fillQueue, FOREIGN, FORGETFUL, inspectPost, PENDING, playTraffic, sceneBroker } from '../support/scene';

const FOLDER = fileURLToPath(new URL('../screenshots', import.meta.url));
const DESK = { width: 1_440, height: 900 };
const PHONE = { width: 390, height: 844 };

test.use({ consoleAllowed: [SOCKET_ERRORS] });
test.beforeAll(() => mkdirSync(FOLDER, { recursive: true }));

type Look = { theme: 'light' | 'dark'; language: 'zh' | 'en' };
const LOOKS: Look[] = [
  { theme: 'light', language: 'en' },
  { theme: 'dark', language: 'en' },
  { theme: 'light', language: 'zh' },
  { theme: 'dark', language: 'zh' },
];

/** The selects may be out of sight on a small screen, so the look is chosen at desk size. */
async function inEachLook(app: App, size: typeof DESK, shoot: (suffix: string) => Promise<void>): Promise<void> {
  for (const { theme, language } of LOOKS) {
    await app.page.setViewportSize(DESK);
    await app.choose('theme', theme);
    await app.choose('language', language);
    await app.page.setViewportSize(size);
    await shoot(`${size.width}-${theme}-${language}`);
  }
}

async function shoot(app: App, name: string): Promise<void> {
  const { scroll, client } = await app.page.evaluate(() => ({
    scroll: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
    client: document.documentElement.clientWidth,
  }));
  expect(scroll, `${name} scrolls sideways`).toBeLessThanOrEqual(client);
  await app.page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

async function both(app: App, name: string): Promise<void> {
  for (const size of [DESK, PHONE]) await inEachLook(app, size, (suffix) => shoot(app, `${name}-${suffix}`));
  await app.page.setViewportSize(DESK);
}

test('the connect page', async ({ app }) => {
  await app.open();
  await app.id('product-sn').fill('kx4m7q2vbn9wd5ts');
  await app.id('device-sn').fill('greenhouse-07');
  await app.id('secret').fill('q8z3kfu6w1xn5rdt');
  await app.id('keep-alive').fill('20');
  await app.id('keep-alive').blur();
  await both(app, 'connect-uiot');
  await app.fillGeneric({ port: 0, host: '', clientId: 'bench-2', password: 'without a name' });
  await app.pressConnect();
  await expect(app.id('field-problem').first()).toBeVisible();
  await both(app, 'connect-generic-errors');
});

test('the generic form with a will', async ({ app }) => {
  await app.open();
  await app.page.setViewportSize({ width: 1_440, height: 1_080 });
  await app.fillGeneric({
    port: 8083,
    path: '/mqtt',
    clientId: 'bench-2',
    cleanSession: false,
    will: { topic: 'plant/greenhouse/07/status', payload: '{"online": false}', qos: 1, retain: true },
  });
  for (const size of [DESK, PHONE]) {
    await inEachLook(app, size, async (suffix) => {
      await app.id('connect').scrollIntoViewIfNeeded();
      await shoot(app, `connect-will-${suffix}`);
    });
  }
});

test('another tab with the same credential', async ({ app, startBroker, openTab }) => {
  test.slow();
  const broker = await startBroker(sceneBroker);
  const other = await openTab();
  await other.fillDevice({ port: broker.webSocketPort });
  await other.pressConnect();
  await other.expectOnline();
  await app.page.bringToFront();
  await app.open();
  await app.fillDevice({ port: broker.webSocketPort });
  await expect(app.id('other-tab')).toBeVisible();
  for (const size of [DESK, PHONE]) {
    await inEachLook(app, size, async (suffix) => {
      await app.id('connect').scrollIntoViewIfNeeded();
      await shoot(app, `other-tab-${suffix}`);
    });
  }
});

test('the ledger, then waiting with a queue', async ({ app, startServer }) => {
  test.setTimeout(150_000);
  const server = await startServer(FORGETFUL);
  await app.open();
  await app.fillDevice({ port: server.port });
  await app.pressConnect();
  await app.expectOnline();
  await fillLedger(app);
  await both(app, 'ledger');
  // From here on nobody answers: the page waits, longer and longer.
  const peer = await server.peer(server.peers.length - 1);
  await server.stop();
  await peer.untilClosed();
  await app.expectState('waiting');
  await fillQueue(app);
  // A picture of each look needs a wait that lasts.
  const calm = async (): Promise<void> => {
    await expect.poll(async () => (await app.countdown())?.seconds ?? 0, { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
  };
  for (const size of [DESK, PHONE]) {
    await inEachLook(app, size, async (suffix) => {
      await calm();
      await shoot(app, `waiting-ledger-${suffix}`);
    });
  }
  await app.page.setViewportSize(DESK);
  await app.id('close-ledger').click();
  for (const size of [DESK, PHONE]) {
    await inEachLook(app, size, async (suffix) => {
      await calm();
      await shoot(app, `waiting-${suffix}`);
    });
  }
});

test('a duel', async ({ app, startServer }) => {
  test.slow();
  const server = await startServer(DUELLING);
  await app.open();
  await app.fillDevice({ port: server.port });
  await app.pressConnect();
  await expect(app.problem('duel')).toBeVisible({ timeout: 30_000 });
  await both(app, 'duel');
});

test('a connection that fails', async ({ app, startBroker }) => {
  const broker = await startBroker(sceneBroker);
  await app.open();
  await app.fillDevice({ port: broker.webSocketPort, secret: 'not-the-secret-0' });
  await app.pressConnect();
  await expect(app.problem('not-authorized')).toBeVisible();
  await both(app, 'connect-refused');
});

test('the messages page', async ({ app, startBroker }) => {
  test.slow();
  const broker = await startBroker(sceneBroker);
  await app.open();
  await connectDevice(app, broker);
  await both(app, 'messages-empty');
  await playTraffic(app, broker, 8);
  await expect(app.subscription(FOREIGN)).toHaveAttribute('data-state', 'refused');
  // A broker that stands still leaves a subscription and an acknowledgement open.
  broker.pause();
  try {
    await app.subscribe(PENDING, 1);
    await app.expectSubscription(PENDING, 'pending');
    await app.id('publish').click();
    await inEachLook(app, PHONE, async (suffix) => {
      await shoot(app, `messages-${suffix}`);
      await app.id('open-subscriptions').click();
      await expect(app.id('close-subscriptions')).toBeVisible();
      await shoot(app, `subscriptions-${suffix}`);
      await app.id('close-subscriptions').click();
      await app.id('open-composer').click();
      await expect(app.id('close-composer')).toBeVisible();
      await shoot(app, `composer-${suffix}`);
      await app.id('close-composer').click();
    });
    await app.page.setViewportSize(DESK);
    await inspectPost(app);
    await inEachLook(app, DESK, (suffix) => shoot(app, `messages-${suffix}`));
    await app.view('hex');
    await inEachLook(app, DESK, (suffix) => shoot(app, `messages-hex-${suffix}`));
    await inEachLook(app, { width: 1_150, height: 800 }, (suffix) => shoot(app, `messages-narrow-${suffix}`));
    await app.page.setViewportSize(DESK);
    await app.view('json');
    await inEachLook(app, PHONE, (suffix) => shoot(app, `inspector-${suffix}`));
  } finally {
    broker.resume();
  }
  await app.page.setViewportSize(DESK);
  await app.id('inspector-close').click();
  await broker.stop();
  await expect(app.problem('connection-lost')).toBeVisible();
  await app.publish('not/a+/topic', '{"seq": 129,', 'json', 1);
  await expect(app.id('publish-problem')).toBeVisible();
  await both(app, 'messages-lost');
});
