// A lost connection is taken up again by itself, visibly, and only where that can help.
import { expect, SOCKET_ERRORS, test } from '../support/test';
import type { App } from '../support/app';
import { polite, refusing } from '../support/hostile';
import type { Script } from '../support/hostile';
import { CONNECT, connack, SUBSCRIBE, readSubscribe } from '../support/packets';
import { freePort } from '../support/ports';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

/** One script for each connection, in order; the last one for all that follow. */
const inTurn = (...scripts: Script[]): Script => {
  let count = 0;
  return (peer) => scripts[Math.min(count++, scripts.length - 1)]?.(peer);
};

/** Waits, through as many attempts as it takes, until the next one is at least `seconds` away. */
async function untilFarAway(app: App, seconds: number): Promise<void> {
  await expect.poll(async () => (await app.countdown())?.seconds ?? 0, { timeout: 60_000 }).toBeGreaterThanOrEqual(seconds);
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a broker that ends by ${signal} is waited for, and the page comes back by itself with its subscriptions`, async ({ app, broker }) => {
    await app.connect({ port: broker.webSocketPort, clientId: 'survivor' });
    await app.subscribed('news/#', 1);
    await app.subscribed('orders/+', 0);
    await broker.publish('news/first', 'before the fall', 1);
    await expect(app.rows('in')).toHaveCount(1);

    await broker.stop(signal);
    await app.expectState('waiting');
    await expect(app.id('countdown')).toBeVisible();
    const first = await app.countdown();
    expect(first?.attempt).toBe(1);
    expect(first?.seconds).toBeGreaterThanOrEqual(1);
    expect(first?.seconds).toBeLessThanOrEqual(2);
    await expect(app.problem('connection-lost')).toBeVisible();
    await expect(app.problem('connection-lost')).toContainText(/\b1\d{3}\b/);
    await app.expectSubscription('news/#', 'pending');

    const before = broker.log.length;
    await broker.restart();
    await app.expectState('online', 20_000);
    await expect(app.id('countdown')).toHaveCount(0);
    await expect(app.page.locator('[data-testid="problem"]:visible')).toHaveCount(0);
    await app.expectSubscription('news/#', 'granted', 1);
    await app.expectSubscription('orders/+', 'granted', 0);
    await broker.untilLogged(/Received SUBSCRIBE from survivor/, before);
    await expect(app.events('restored')).toHaveCount(1);
    await expect(app.events('restored')).toContainText('2');
    await expect(app.events('connected')).toHaveCount(2);
    await broker.publish('news/second', 'after the fall', 1);
    await expect(app.rows('in').filter({ hasText: 'after the fall' })).toBeVisible();
    await expect(app.rows('in').filter({ hasText: 'before the fall' })).toBeVisible();
    await app.expectTotal(2);
  });
}

test('the countdown counts down, attempt after attempt, and the page stays as it was', async ({ app, broker }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort });
  await app.publish('a/b', 'kept');
  await broker.stop();
  await untilFarAway(app, 3);
  const far = await app.countdown();
  expect(far?.attempt).toBeGreaterThan(1);
  const near = async (): Promise<boolean> => {
    const now = await app.countdown();
    return now?.attempt === far?.attempt && now !== undefined && now.seconds < (far?.seconds ?? 0);
  };
  await expect.poll(near, { intervals: [100], timeout: 5_000 }).toBe(true);
  await expect(app.page).toHaveURL(/#\/messages$/);
  await expect(app.rows('out').filter({ hasText: 'kept' })).toBeVisible();
});

test('a person can stop the waiting, and nothing is tried any more', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  (await server.peer()).close(1_012, 'service restart');
  await app.expectState('waiting');
  await app.id('disconnect').click();
  await app.expectState('offline');
  await expect(app.id('countdown')).toHaveCount(0);
  // The attempt would have come within two seconds.
  await app.page.waitForTimeout(2_500);
  expect(server.peers).toHaveLength(1);
  await app.expectState('offline');
  await app.id('reconnect').click();
  await app.expectState('online');
});

test('switching the reconnect off ends a wait', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  (await server.peer()).close(1_012, 'service restart');
  await app.expectState('waiting');
  await app.id('nav-connect').click();
  await app.setSwitch('auto-reconnect', false);
  await app.expectState('offline');
  await app.page.waitForTimeout(2_500);
  expect(server.peers).toHaveLength(1);
});

test('a person need not wait', async ({ app, broker }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort });
  await broker.stop();
  await untilFarAway(app, 3);
  await broker.restart();
  await app.id('reconnect').click();
  await app.expectState('online', 1_500);
});

test('the wait ends at once when the network comes back', async ({ app, broker }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort });
  await broker.stop();
  await untilFarAway(app, 4);
  await app.page.context().setOffline(true);
  await broker.restart();
  await app.expectState('waiting');
  await app.page.context().setOffline(false);
  await app.expectState('online', 2_000);
});

test('the wait ends at once when the tab is looked at again', async ({ app, broker }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort });
  await broker.stop();
  await untilFarAway(app, 4);
  await broker.restart();
  await app.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await app.expectState('online', 2_000);
});

test('a first attempt that fails is not repeated', async ({ app }) => {
  await app.open();
  await app.fillGeneric({ port: await freePort() });
  await app.pressConnect();
  await app.expectState('failed');
  await expect(app.problem('unreachable')).toBeVisible();
  await app.page.waitForTimeout(2_500);
  await app.expectState('failed');
  await app.id('nav-messages').click();
  await expect(app.events('ended')).toHaveCount(1);
});

for (const [code, problem] of [
  [1, 'protocol-version'],
  [2, 'client-id-rejected'],
  [4, 'bad-credentials'],
  [5, 'not-authorized'],
] as const) {
  test(`CONNACK ${code} after a lost connection ends the reconnecting, with the reason`, async ({ app, startServer }) => {
    const server = await startServer(inTurn(polite(), refusing(code)));
    await app.connect({ port: server.port });
    (await server.peer()).close(1_012, 'service restart');
    await app.expectState('waiting');
    await app.expectState('failed');
    await expect(app.problem(problem)).toBeVisible();
    await expect(app.problem(problem)).toContainText(`CONNACK ${code}`);
    await expect(app.id('countdown')).toHaveCount(0);
    await app.page.waitForTimeout(2_500);
    expect(server.peers).toHaveLength(2);
  });
}

test('CONNACK 3 is tried again, also at the first attempt', async ({ app, startServer }) => {
  test.slow();
  const server = await startServer(inTurn(refusing(3), refusing(3), polite()));
  await app.open();
  await app.fillGeneric({ port: server.port });
  await app.pressConnect();
  await app.expectState('waiting');
  await expect(app.problem('server-unavailable')).toBeVisible();
  await expect(app.id('countdown')).toBeVisible();
  await app.expectState('online', 15_000);
  await expect(app.problem('server-unavailable')).toHaveCount(0);
  expect(server.peers).toHaveLength(3);
});

test('what was subscribed and left while waiting is what the broker is asked for', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  await app.subscribed('stays', 1);
  await app.subscribed('goes', 1);
  (await server.peer()).close(1_012, 'service restart');
  await app.expectState('waiting');
  await app.subscription('goes').getByTestId('unsubscribe').click();
  await app.subscribe('comes', 0);
  await app.expectSubscription('comes', 'pending');
  await app.expectState('online');
  await app.expectSubscription('comes', 'granted', 0);
  await app.expectSubscription('stays', 'granted', 1);
  await expect(app.subscription('goes')).toHaveCount(0);
  const peer = await server.peer(1);
  const asked = peer.packets.filter((packet) => packet.type === SUBSCRIBE).flatMap((packet) => readSubscribe(packet).filters);
  expect(asked).toEqual([
    { filter: 'stays', qos: 1 },
    { filter: 'comes', qos: 0 },
  ]);
});

test('a broken rule ends the connection, and the next one comes by itself', async ({ app, startServer }) => {
  const server = await startServer(
    inTurn(async (peer) => {
      await peer.nextOf(CONNECT);
      peer.send(connack(0));
      peer.send(Buffer.from([0xf0, 0x00]));
    }, polite()),
  );
  await app.open();
  await app.fillGeneric({ port: server.port });
  await app.pressConnect();
  await expect(app.problem('protocol-error')).toBeVisible();
  await app.expectState('online');
  expect(server.peers).toHaveLength(2);
});

test('who is at the connect form stays there when the connection comes back by itself', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  (await server.peer()).close(1_012, 'service restart');
  await app.expectState('waiting');
  await app.id('nav-connect').click();
  await app.id('client-id').fill('half-typ');
  await app.expectState('online');
  await expect(app.page).toHaveURL(/#\/connect$/);
  await expect(app.id('client-id')).toHaveValue('half-typ');
  await expect.poll(() => app.focused()).toBe('client-id');
});
