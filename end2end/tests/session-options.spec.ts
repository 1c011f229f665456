// What a session can be asked for: will, retain, QoS 2, no pings, strictness, and the round trip on demand.
import { expect, SOCKET_ERRORS, test } from '../support/test';
import { polite } from '../support/hostile';
import { CONNECT, PINGREQ, isRetain, PUBLISH, readConnect, suback } from '../support/packets';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

const WILL = { topic: 'last/words', payload: 'gone without a word, 再见', qos: 1, retain: true } as const;

test('the will is in CONNECT as typed, and mosquitto publishes it when the socket is cut', async ({ app, broker, startRelay }) => {
  const relay = await startRelay(broker);
  const listener = await broker.listen('last/#', 1);
  await app.connect({ port: relay.port, clientId: 'mortal', will: WILL });
  await broker.untilLogged(/Will message specified \(\d+ bytes\) \(r1, q1\)/);
  relay.down();
  expect(await listener.first(1)).toEqual([{ topic: WILL.topic, qos: 1, payload: Buffer.from(WILL.payload) }]);
  // Retained: who comes later gets it too.
  const late = await broker.listen('last/#', 1);
  expect((await late.first(1))[0]?.payload.toString()).toBe(WILL.payload);
});

test('the will is not published after DISCONNECT', async ({ app, broker }) => {
  const listener = await broker.listen('#', 1);
  await app.connect({ port: broker.webSocketPort, clientId: 'mortal', will: WILL });
  await app.id('disconnect').click();
  await broker.untilLogged(/Received DISCONNECT from mortal/);
  await broker.publish('after/that', 'nothing came before', 1);
  expect((await listener.first(1))[0]?.topic).toBe('after/that');
});

for (const qos of [0, 1, 2] as const) {
  test(`a will with QoS ${qos} has the flags of the standard`, async ({ app, startServer }) => {
    const server = await startServer(polite());
    const retain = qos === 2;
    await app.connect({ port: server.port, will: { topic: 'w', payload: '', qos, retain } });
    const connect = readConnect(await (await server.peer()).packet(CONNECT));
    expect(connect.will).toEqual({ topic: 'w', payload: '', qos, retain });
    expect(connect.flags).toBe(0x02 | 0x04 | (qos << 3) | (retain ? 0x20 : 0));
  });
}

test('a will needs a topic without wildcards', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.open();
  await app.fillGeneric({ port: server.port, will: { topic: '', payload: 'x' } });
  await app.pressConnect();
  await expect(app.fieldProblem('will-topic')).toBeVisible();
  await expect.poll(() => app.focused()).toBe('will-topic');
  await app.id('will-topic').fill('a/#');
  await expect(app.fieldProblem('will-topic')).toHaveAttribute('data-code', 'topic-wildcard');
  await app.expectState('offline');
  // Switched off, it stands against nothing.
  await app.setSwitch('will', false);
  await app.pressConnect();
  await app.expectOnline();
  expect(readConnect(await (await server.peer()).packet(CONNECT)).will).toBeUndefined();
});

test('a retained message is kept by the broker, and marked where it comes in', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'keeper' });
  await app.compose('kept/state', 'on', 'text', 1);
  await app.id('publish-retain').check();
  await app.id('publish').click();
  await broker.untilLogged(/Received PUBLISH from keeper \(d0, q1, r1/);
  await expect(app.cell(app.rows('out').first(), 'qos')).toContainText('R');
  const listener = await broker.listen('kept/#', 1);
  expect((await listener.first(1))[0]?.payload.toString()).toBe('on');
  await app.subscribed('kept/#', 1);
  await expect(app.rows('in')).toHaveCount(1);
  await expect(app.cell(app.rows('in').first(), 'qos')).toContainText('R');
  // A live message of a retained topic is no retained one.
  await broker.publish('kept/state', 'live', 1);
  await expect(app.cell(app.rows('in').filter({ hasText: 'live' }), 'qos')).not.toContainText('R');
  // The next message is retained only if it is asked for.
  await app.id('publish-retain').uncheck();
  await app.publish('kept/state', 'not kept', 'text', 1);
  await broker.untilLogged(/Received PUBLISH from keeper \(d0, q1, r0/);
});

test('UIoT mode offers neither QoS 2, nor retain, nor a will', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.open();
  // What generic mode remembers must not leak into a device's CONNECT.
  await app.fillGeneric({ port: server.port, will: WILL });
  await app.fillDevice({ port: server.port });
  await expect(app.id('will')).toHaveCount(0);
  await app.pressConnect();
  await app.expectOnline();
  expect(readConnect(await (await server.peer()).packet(CONNECT)).will).toBeUndefined();
  for (const name of ['subscribe-qos', 'publish-qos']) {
    await expect(app.id(name).locator('[data-option]')).toHaveCount(2);
    await expect(app.id(name).locator('[data-option="2"]')).toHaveCount(0);
  }
  await expect(app.id('publish-retain')).toHaveCount(0);
});

test('what was chosen for a generic broker is not kept for a device', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  await app.choose('publish-qos', '2');
  await app.choose('subscribe-qos', '2');
  await app.id('publish-retain').check();
  await app.id('nav-connect').click();
  await app.fillDevice({ port: server.port });
  await app.pressConnect();
  await app.expectState('online');
  await app.id('nav-messages').click();
  await app.expectChosen('publish-qos', '1');
  await app.choose('publish-format', 'text');
  await app.id('publish-topic').fill('a/b');
  await app.id('publish-payload').fill('x');
  await app.id('publish').click();
  const sent = await (await server.peer(1)).packet(PUBLISH);
  expect((sent.flags >> 1) & 3).toBe(1);
  expect(isRetain(sent)).toBe(false);
});

test('without pings mosquitto cuts the line after one and a half keep alives', async ({ app, broker }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort, clientId: 'mute', keepAlive: 4, autoReconnect: false });
  await app.id('nav-connect').click();
  await app.setSwitch('pinging', false);
  await expect(app.id('pinging-off')).toBeVisible();
  await app.id('nav-messages').click();
  await expect(app.events('pinging')).toHaveCount(1);
  const after = broker.log.length;
  const started = Date.now();
  await app.expectState('failed', 15_000);
  expect(Date.now() - started).toBeGreaterThan(3_000);
  // Mosquitto 2.0 names the reason only for clients on plain TCP.
  await broker.untilLogged(/Client mute (closed its connection|has exceeded timeout)/, after);
  expect(broker.log.slice(after)).not.toContain('Received PINGREQ from mute');
  await expect(app.problem('connection-lost')).toBeVisible();
});

test('pings that were switched off before the first connection stay off', async ({ app, startServer }) => {
  test.slow();
  const server = await startServer(polite());
  await app.connect({ port: server.port, keepAlive: 1, pinging: false });
  await expect(app.id('pinging-off')).toBeVisible();
  await app.page.waitForTimeout(2_500);
  expect((await server.peer()).packets.filter((packet) => packet.type === PINGREQ)).toHaveLength(0);
});

test('pings that are switched on again go on', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port, keepAlive: 2 });
  await app.id('nav-connect').click();
  await app.setSwitch('pinging', false);
  await expect(app.id('pinging-off')).toBeVisible();
  await app.setSwitch('pinging', true);
  await expect(app.id('pinging-off')).toHaveCount(0);
  const peer = await server.peer();
  await peer.packet(PINGREQ, 1);
  await app.expectState('online');
});

test('a violation that is not fatal is noted, and ends the connection only in strict mode', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port, autoReconnect: false });
  (await server.peer()).send(suback(4_242, [0]));
  await expect(app.events('violation')).toHaveCount(1);
  await expect(app.events('violation')).toContainText('MQTT-2.3.1-7');
  await app.expectState('online');

  await app.id('nav-connect').click();
  await app.setSwitch('strict', true);
  await app.pressConnect();
  await expect.poll(() => server.peers.length).toBe(2);
  await app.expectState('online');
  const peer = await server.peer(1);
  peer.send(suback(4_242, [0]));
  await app.expectState('failed');
  await expect(app.problem('protocol-error')).toContainText('MQTT-2.3.1-7');
  await peer.untilClosed();
});

test('a PINGREQ on demand measures the round trip', async ({ app, startServer }) => {
  const server = await startServer(polite({ acknowledge: false }));
  await app.connect({ port: server.port });
  const peer = await server.peer();
  expect(peer.packets.filter((packet) => packet.type === PINGREQ)).toHaveLength(0);
  // CONNECT to CONNACK was the first round trip. Another number shows that this one was measured anew.
  await app.id('ping-now').click();
  await peer.packet(PINGREQ);
  await expect(app.id('round-trip')).toHaveText(/^\d+(\.\d)? ms$/);
  await app.id('disconnect').click();
  await expect(app.id('ping-now')).toBeDisabled();
});

test('the round trip on demand is that of PINGREQ to PINGRESP', async ({ app, startServer }) => {
  const server = await startServer(
    polite({ send: (peer, bytes) => (bytes[0] === 0xd0 ? void setTimeout(() => peer.send(bytes), 1_200) : peer.send(bytes)) }),
  );
  await app.connect({ port: server.port });
  await app.id('ping-now').click();
  await expect(app.id('round-trip')).toHaveText(/^1[2-9]\d\d ms$/);
});

test('the switches are remembered, all but the one that stops the pings', async ({ app }) => {
  await app.open();
  await app.choose('mode', 'generic');
  await expect(app.id('auto-reconnect')).toHaveAttribute('aria-checked', 'true');
  await expect(app.id('pinging')).toHaveAttribute('aria-checked', 'true');
  await expect(app.id('strict')).toHaveAttribute('aria-checked', 'false');
  await app.setSwitch('auto-reconnect', false);
  await app.setSwitch('strict', true);
  await app.setSwitch('pinging', false);
  await app.fillWill({ topic: 'kept/will', payload: 'kept words', qos: 2, retain: true });
  await app.page.reload();
  await expect(app.id('auto-reconnect')).toHaveAttribute('aria-checked', 'false');
  await expect(app.id('strict')).toHaveAttribute('aria-checked', 'true');
  await expect(app.id('pinging')).toHaveAttribute('aria-checked', 'true');
  await expect(app.id('will')).toHaveAttribute('aria-checked', 'true');
  await expect(app.id('will-topic')).toHaveValue('kept/will');
  await expect(app.id('will-payload')).toHaveValue('kept words');
  await app.expectChosen('will-qos', '2');
  await expect(app.id('will-retain')).toHaveAttribute('aria-checked', 'true');
});
