// axe-core on each screen, in both themes and at two widths: WCAG 2.0 to 2.2, levels A and AA, no violation.
import { checkScreen, violations } from '../support/axe';
import { expect, SOCKET_ERRORS, test } from '../support/test';
import { connectDevice, DUELLING, fillLedger, fillQueue, FORGETFUL, inspectPost, playTraffic, sceneBroker } from '../support/scene';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

test.beforeEach(async ({ app }) => {
  await app.open();
  await app.choose('theme', 'system');
});

test('the checker finds what is wrong', async ({ page }) => {
  await page.setContent('<html lang="en"><title>t</title><main><input><p style="color:#ccc;background:#fff">pale</p></main></html>');
  const found = await violations(page);
  expect(found.some((text) => text.startsWith('label:'))).toBe(true);
  expect(found.some((text) => text.startsWith('color-contrast:'))).toBe(true);
});

test('the connect page in UIoT mode', async ({ app }) => {
  await checkScreen(app, 'connect uiot');
});

test('the connect page in generic mode with errors', async ({ app }) => {
  await app.fillGeneric({ port: 0, host: '' });
  await app.id('keep-alive').fill('soon');
  await app.pressConnect();
  await expect(app.id('field-problem')).toHaveCount(3);
  await checkScreen(app, 'connect generic');
});

test('the messages page before the first message', async ({ app, broker }) => {
  await app.fillGeneric({ port: broker.webSocketPort });
  await app.pressConnect();
  await app.expectOnline();
  await checkScreen(app, 'messages empty');
});

test('the messages page with traffic, subscriptions and the inspector', async ({ app, startBroker }) => {
  test.slow();
  const broker = await startBroker(sceneBroker);
  await connectDevice(app, broker);
  await playTraffic(app, broker, 4);
  await checkScreen(app, 'messages');
  await inspectPost(app);
  await checkScreen(app, 'messages json');
  for (const view of ['text', 'hex', 'base64'] as const) {
    await app.view(view);
    await checkScreen(app, `messages ${view}`, [view === 'hex' ? 390 : 1_440]);
  }
});

test('the messages page with problems and without a connection', async ({ app, startBroker }) => {
  const broker = await startBroker(sceneBroker);
  await connectDevice(app, broker, false);
  await playTraffic(app, broker, 2);
  await app.publish('a/+/b', '{', 'json', 0);
  await expect(app.id('publish-problem')).toBeVisible();
  await app.subscribe('a/#/b');
  await expect(app.id('subscribe-problem')).toBeVisible();
  await broker.stop();
  await expect(app.problem('connection-lost')).toBeVisible();
  await checkScreen(app, 'messages offline');
});

test('the drawers of a small screen', async ({ app, startBroker }) => {
  const broker = await startBroker(sceneBroker);
  await connectDevice(app, broker);
  await playTraffic(app, broker, 2);
  await app.page.setViewportSize({ width: 390, height: 844 });
  const found: string[] = [];
  for (const [open, close] of [
    ['open-subscriptions', 'close-subscriptions'],
    ['open-composer', 'close-composer'],
  ] as const) {
    await app.id(open).click();
    await expect(app.id(close)).toBeVisible();
    for (const theme of ['light', 'dark'] as const) {
      await app.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      for (const violation of await violations(app.page)) found.push(`${open} ${theme}: ${violation}`);
    }
    await app.id(close).click();
    await expect(app.id(close)).toBeHidden();
  }
  expect(found).toEqual([]);
});

test('the generic form with a will', async ({ app }) => {
  await app.fillGeneric({ port: 8083, will: { topic: '', payload: '{"online": false}', qos: 1 } });
  await checkScreen(app, 'will');
  await app.pressConnect();
  await expect(app.fieldProblem('will-topic')).toBeVisible();
  await checkScreen(app, 'will with an error');
});

test('the warning of another tab', async ({ app, broker, openTab }) => {
  const other = await openTab();
  await other.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
  await other.pressConnect();
  await other.expectOnline();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
  await expect(app.id('other-tab')).toBeVisible();
  await checkScreen(app, 'other tab');
});

test('the ledger, then waiting with a queue', async ({ app, startServer }) => {
  test.slow();
  const server = await startServer(FORGETFUL);
  await app.fillDevice({ port: server.port });
  await app.pressConnect();
  await app.expectOnline();
  await fillLedger(app);
  await checkScreen(app, 'ledger');
  await server.stop();
  await app.expectState('waiting');
  await fillQueue(app);
  await checkScreen(app, 'waiting with the ledger');
  await app.id('close-ledger').click();
  await checkScreen(app, 'waiting');
});

test('a duel', async ({ app, startServer }) => {
  test.slow();
  const server = await startServer(DUELLING);
  await app.fillDevice({ port: server.port });
  await app.pressConnect();
  await expect(app.problem('duel')).toBeVisible({ timeout: 30_000 });
  await checkScreen(app, 'duel');
});

test('a connection whose pings are off', async ({ app, broker }) => {
  await app.fillGeneric({ port: broker.webSocketPort });
  await app.pressConnect();
  await app.expectOnline();
  await app.id('nav-connect').click();
  await app.setSwitch('pinging', false);
  await expect(app.id('pinging-off')).toBeVisible();
  await checkScreen(app, 'pings off');
});
