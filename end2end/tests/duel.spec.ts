// Two clients with one client identifier throw each other out. MQTT 3.1.1 gives no reason, so the page infers it from
// three quiet closes soon after CONNACK, stops, and says what it saw.
import { expect, SOCKET_ERRORS, test } from '../support/test';
import type { App } from '../support/app';
import { polite } from '../support/hostile';
import type { Peer, Script } from '../support/hostile';
import { CONNECT, connack } from '../support/packets';
import { Rival } from '../support/rival';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

/** Accepts, and closes without a word after a while. */
const throwingOut = (end: (peer: Peer) => void): Script => async (peer) => {
  await peer.nextOf(CONNECT);
  peer.send(connack(0));
  setTimeout(() => end(peer), 200);
};

async function expectDuel(app: App, timeout = 20_000): Promise<void> {
  await expect(app.problem('duel')).toBeVisible({ timeout });
  await app.expectState('failed');
  await expect(app.id('countdown')).toHaveCount(0);
  await expect(app.id('take-back')).toBeVisible();
  // Inferred, so it says "likely", and on what grounds: how long each of the three connections lived.
  await expect(app.problem('duel')).toContainText(/likely/i);
  await expect(app.problem('duel')).toContainText(/(\d+(\.\d)? ms(, |、)){2}\d+(\.\d)? ms/);
  await expect(app.events('ended').last()).toContainText(/likely/i);
}

for (const [how, end] of [
  ['1000', (peer: Peer) => peer.close(1_000, '')],
  ['1006', (peer: Peer) => peer.cut()],
] as const) {
  test(`three closes with ${how} soon after CONNACK are taken for a duel, and taking back connects once`, async ({ app, startServer }) => {
    test.slow();
    const server = await startServer(throwingOut(end));
    await app.open();
    await app.fillGeneric({ port: server.port });
    await app.pressConnect();
    await expectDuel(app);
    expect(server.peers).toHaveLength(3);
    await app.page.waitForTimeout(2_500);
    expect(server.peers).toHaveLength(3);

    // Once: the next close ends it again.
    await app.id('take-back').click();
    await expect.poll(() => server.peers.length).toBe(4);
    await expectDuel(app);
    await app.page.waitForTimeout(2_500);
    expect(server.peers).toHaveLength(4);
    await app.id('language').selectOption('zh');
    await expect(app.problem('duel')).toContainText('很可能');
  });
}

test('a close with a reason, or with a code that gives one, is no sign of a duel', async ({ app, startServer }) => {
  test.slow();
  let count = 0;
  const server = await startServer(async (peer) => {
    count += 1;
    if (count > 3) return polite()(peer);
    await throwingOut((each) => (count % 2 ? each.close(1_000, 'maintenance') : each.close(1_001, '')))(peer);
  });
  await app.open();
  await app.fillGeneric({ port: server.port });
  await app.pressConnect();
  await expect.poll(() => server.peers.length, { timeout: 25_000 }).toBe(4);
  await app.expectState('online');
  await expect(app.problem('duel')).toHaveCount(0);
  await app.id('nav-messages').click();
  await expect(app.events('connected')).toHaveCount(4);
});

test('an end that was explained begins the count anew', async ({ app, startServer }) => {
  test.slow();
  let count = 0;
  const server = await startServer(async (peer) => {
    count += 1;
    if (count === 5) return polite()(peer);
    await throwingOut((each) => (count === 3 ? each.close(1_012, 'restart') : each.close(1_000, '')))(peer);
  });
  await app.open();
  await app.fillGeneric({ port: server.port });
  await app.pressConnect();
  await expect.poll(() => server.peers.length, { timeout: 40_000 }).toBe(5);
  await app.expectState('online');
  await expect(app.problem('duel')).toHaveCount(0);
});

test('a second client at mosquitto that always comes back is recognised, and is left alone after that', async ({ app, broker }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort, clientId: 'twin' });
  const rival = new Rival(broker.webSocketPort, 'twin');
  try {
    await expectDuel(app, 40_000);
    // It has the connection now, and keeps it.
    const connections = rival.connections;
    await app.page.waitForTimeout(2_500);
    expect(rival.connections).toBe(connections);
    await app.id('take-back').click();
    await expectDuel(app, 10_000);
  } finally {
    rival.stop();
  }
  // The other one is gone: taking back works, and holds.
  await app.id('take-back').click();
  await app.expectState('online');
  await expect(app.problem('duel')).toHaveCount(0);
  await app.page.waitForTimeout(1_500);
  await app.expectState('online');
});

test('a mosquitto_sub with the same identifier is recognised too', async ({ app, broker }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort, clientId: 'twin' });
  const stop = await broker.rival('twin');
  try {
    await expectDuel(app, 50_000);
  } finally {
    await stop();
  }
});

test('without the reconnect there is no duel, only a lost connection', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'twin', autoReconnect: false });
  const rival = new Rival(broker.webSocketPort, 'twin');
  try {
    await app.expectState('failed');
    await expect(app.problem('connection-lost')).toBeVisible();
    await expect(app.problem('connection-lost')).toContainText(/\b1\d{3}\b/);
  } finally {
    rival.stop();
  }
});
