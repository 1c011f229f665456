import { expect, test } from '../support/test';
import { CONNECT, DISCONNECT, readConnect } from '../support/packets';
import { polite } from '../support/hostile';

test('a generic connection to a real broker goes online and opens the messages page', async ({ app, broker }) => {
  await app.open();
  await expect(app.id('connection-state')).toHaveAttribute('data-state', 'offline');
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'bench-1', keepAlive: 45 });
  await expect(app.id('connect-url')).toContainText(`ws://127.0.0.1:${broker.webSocketPort}/`);
  await app.pressConnect();
  await app.expectOnline();
  await expect(app.id('message-log')).toBeVisible();
  await expect(app.page.locator('[data-testid="problem"]:visible')).toHaveCount(0);
  await broker.untilLogged(/New client connected from \S+ as bench-1 \(p2, c1, k45\)/);
});

test('the connect page links to the messages page and back without ending the connection', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.id('nav-connect').click();
  await expect(app.page).toHaveURL(/#\/connect$/);
  await expect(app.id('host')).toHaveValue('127.0.0.1');
  await app.id('nav-messages').click();
  await app.expectOnline();
  await app.subscribed('still/there');
});

for (const [version, subprotocol, name, level, logged] of [
  ['3.1.1', 'mqtt', 'MQTT', 4, 'p2'],
  ['3.1', 'mqttv3.1', 'MQIsdp', 3, 'p1'],
] as const) {
  test(`MQTT ${version} offers the subprotocol ${subprotocol} and says ${name} level ${level}`, async ({ app, startServer }) => {
    const server = await startServer(polite());
    await app.connect({ port: server.port, path: '/mqtt', clientId: 'old-or-new', protocol: version, cleanSession: true });
    const peer = await server.peer();
    expect(peer.offered).toEqual([subprotocol]);
    expect(peer.path).toBe('/mqtt');
    const connect = readConnect(await peer.packet(CONNECT));
    expect(connect).toMatchObject({ protocol: name, level, clientId: 'old-or-new', cleanSession: true });
    expect(connect.flags).toBe(0x02);
    expect(peer.texts).toEqual([]);
  });

  test(`MQTT ${version} works with a real broker`, async ({ app, broker }) => {
    await app.connect({ port: broker.webSocketPort, clientId: 'versioned', protocol: version });
    await broker.untilLogged(new RegExp(`as versioned \\(${logged},`));
    await app.subscribed('version/check', 1);
    await app.publish('version/check', 'round trip', 'text', 1);
    await expect(app.rows('in')).toHaveCount(1);
  });
}

test('user name, password and an unclean session are sent as they were typed', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port, clientId: 'id with spaces', username: 'näme|用户', password: ' pass "wörd" ', cleanSession: false, keepAlive: 0 });
  const connect = readConnect(await (await server.peer()).packet(CONNECT));
  expect(connect).toEqual({
    protocol: 'MQTT',
    level: 4,
    flags: 0xc0,
    keepAlive: 0,
    cleanSession: false,
    clientId: 'id with spaces',
    username: 'näme|用户',
    password: Buffer.from(' pass "wörd" '),
  });
});

test('disconnect says goodbye to the broker and leaves the page offline with its log', async ({ app, broker, startServer }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'leaver' });
  await app.publish('kept/after', 'still here');
  await expect(app.rows('out')).toHaveCount(1);
  await app.id('disconnect').click();
  await app.expectState('offline');
  await broker.untilLogged(/Received DISCONNECT from leaver/);
  await app.id('nav-messages').click();
  await expect(app.rows('out')).toHaveCount(1);
  await expect(app.problem('connection-lost')).toHaveCount(0);

  const server = await startServer(polite());
  await app.id('nav-connect').click();
  await app.id('port').fill(String(server.port));
  await app.pressConnect();
  await app.expectOnline();
  await app.id('disconnect').click();
  const peer = await server.peer();
  const goodbye = await peer.packet(DISCONNECT);
  expect(goodbye.bytes.toString('hex')).toBe('e000');
  expect((await peer.untilClosed()).code).toBe(1000);
});
