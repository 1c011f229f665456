// Two tabs of one browser with one credential: the second is told before it takes the connection from the first.
import { expect, SOCKET_ERRORS, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

test('the second tab is warned before it connects, and Connect leads to the warning', async ({ app, broker, openTab }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'shared' });
  const other = await openTab();
  // The form is remembered, so the new tab already says the same.
  await expect(other.id('other-tab')).toBeVisible();
  await other.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
  await expect(other.id('other-tab')).toBeVisible();
  await other.pressConnect();
  expect(await other.focused()).toBe('connect-anyway');
  await other.expectState('offline');
  await app.expectState('online');
  await expect(app.events('connected')).toHaveCount(1);
});

test('the warning goes with what is typed', async ({ app, broker, openTab }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'shared' });
  const other = await openTab();
  await other.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
  await expect(other.id('other-tab')).toBeVisible();
  await other.id('client-id').fill('another');
  await expect(other.id('other-tab')).toHaveCount(0);
  await other.pressConnect();
  await other.expectOnline();
  await app.expectState('online');
});

test('connecting anyway takes the connection', async ({ app, broker, openTab }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'shared', autoReconnect: false });
  const other = await openTab();
  await other.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
  await other.id('connect-anyway').click();
  await other.expectOnline();
  await app.expectState('failed');
  await expect(app.problem('connection-lost')).toBeVisible();
  // Now the first tab is the one that is warned.
  await app.id('nav-connect').click();
  await expect(app.id('other-tab')).toBeVisible();
});

test('two tabs that both connect again by themselves fight three rounds, and one of them stops', async ({ app, broker, openTab }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort, clientId: 'shared' });
  const other = await openTab();
  await other.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
  await other.id('connect-anyway').click();
  const duel = (tab: App): Promise<boolean> => tab.problem('duel').isVisible();
  await expect.poll(async () => (await duel(app)) || (await duel(other)), { timeout: 50_000 }).toBe(true);
  // Whoever stopped, the other one has the connection now and keeps it.
  const winner = (await duel(app)) ? other : app;
  await winner.expectState('online', 10_000);
  await winner.page.waitForTimeout(2_500);
  await winner.expectState('online');
});

for (const [how, leave] of [
  ['disconnects', async (app) => app.id('disconnect').click()],
  ['is closed', async (app) => app.page.close({ runBeforeUnload: false })],
  ['is loaded again', async (app) => void (await app.page.reload())],
] as [string, (app: App) => Promise<void>][]) {
  test(`the warning goes when the other tab ${how}`, async ({ broker, openTab, app }) => {
    const holder = await openTab();
    await holder.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
    await holder.pressConnect();
    await holder.expectOnline();
    await app.open();
    await app.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
    await expect(app.id('other-tab')).toBeVisible();
    await leave(holder);
    await expect(app.id('other-tab')).toHaveCount(0);
    await app.pressConnect();
    await app.expectOnline();
  });
}

test('a tab that waits to connect again still holds its identity', async ({ app, broker, startRelay, openTab }) => {
  const relay = await startRelay(broker);
  await app.connect({ port: relay.port, clientId: 'shared' });
  relay.down();
  await app.expectState('waiting');
  const other = await openTab();
  await other.fillGeneric({ port: relay.port, clientId: 'shared' });
  await expect(other.id('other-tab')).toBeVisible();
});

test('it is the same for a device of the platform, and no secret is told to other tabs', async ({ app, broker, openTab }) => {
  const other = await openTab();
  const heard = await other.page.evaluateHandle(() => {
    const said: string[] = [];
    new BroadcastChannel('uiot-testbench').onmessage = (event) => said.push(JSON.stringify(event.data));
    return said;
  });
  await app.open();
  await app.fillDevice({ port: broker.webSocketPort });
  await app.pressConnect();
  await app.expectOnline();
  await other.fillDevice({ port: broker.webSocketPort });
  await expect(other.id('other-tab')).toBeVisible();
  const said = await heard.evaluate((all) => all.join('\n'));
  expect(said).toContain(GREENHOUSE.device);
  expect(said).not.toContain(GREENHOUSE.secret);
});
