import { expect, test } from '../support/test';
import { polite } from '../support/hostile';
import { PUBACK, PUBLISH, publish, readPublish } from '../support/packets';

for (const qos of [0, 1] as const) {
  test(`what the page publishes with QoS ${qos} arrives at mosquitto_sub`, async ({ app, broker }) => {
    const listener = await broker.listen('up/#', 1);
    await app.connect({ port: broker.webSocketPort });
    await app.publish('up/greeting', 'hello from the page: 你好', 'text', qos);
    const [seen] = await listener.first(1);
    expect(seen).toEqual({ topic: 'up/greeting', qos, payload: Buffer.from('hello from the page: 你好') });
    const row = app.rows('out').first();
    await expect(app.cell(row, 'topic')).toContainText('greeting');
    await expect(app.cell(row, 'qos')).toContainText(String(qos));
    await expect(app.cell(row, 'bytes')).toContainText('27');
    await expect(app.cell(row, 'content')).toContainText('你好');
    await expect(app.cell(row, 'time')).toContainText(/\d\d:\d\d:\d\d\.\d{3}/);
    if (qos === 1) await expect(app.cell(row, 'ack')).toContainText(/\d+ ?ms/);
    else await expect(app.cell(row, 'ack')).not.toContainText('ms');
  });

  test(`what mosquitto_pub sends with QoS ${qos} arrives in the page`, async ({ app, broker }) => {
    await app.connect({ port: broker.webSocketPort, clientId: 'receiver' });
    await app.subscribed('down/#', 1);
    await broker.publish('down/order', 'open the valve: 阀门', qos);
    const row = app.rows('in').first();
    await expect(app.cell(row, 'topic')).toContainText('order');
    await expect(app.cell(row, 'qos')).toContainText(String(qos));
    await expect(app.cell(row, 'content')).toContainText('阀门');
    await app.inspect(row);
    await expect(app.id('inspector')).toContainText('down/order');
    await expect(await app.view('text')).toContainText('open the valve: 阀门');
    if (qos === 1) await broker.untilLogged(/Received PUBACK from receiver/);
  });
}

test('JSON is published as it was typed and shown as a tree', async ({ app, broker }) => {
  const listener = await broker.listen('json', 1);
  await app.connect({ port: broker.webSocketPort });
  const typed = '{\n  "温度": 26.40,\n  "big": 12345678901234567890,\n  "list": [1, true, null, "x"]\n}';
  await app.publish('json', typed, 'json', 1);
  expect((await listener.first(1))[0]?.payload.toString()).toBe(typed);
  await app.inspect(app.rows('out').first());
  const tree = await app.view('json');
  await expect(tree).toContainText('温度');
  // Numbers keep their digits: neither 26.4 nor 12345678901234567000.
  await expect(tree).toContainText('26.40');
  await expect(tree).toContainText('12345678901234567890');
});

test('base64 is published as the bytes that it stands for', async ({ app, broker }) => {
  const listener = await broker.listen('b64', 0);
  await app.connect({ port: broker.webSocketPort });
  await app.publish('b64', 'AAH+/w==', 'base64');
  expect((await listener.first(1))[0]?.payload.toString('hex')).toBe('0001feff');
  await app.inspect(app.rows('out').first());
  await expect(await app.view('base64')).toContainText('AAH+/w==');
});

test('an empty payload is a message too, in both directions', async ({ app, broker }) => {
  const listener = await broker.listen('empty/up');
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('empty/down');
  await app.publish('empty/up', '');
  expect((await listener.first(1))[0]?.payload.length).toBe(0);
  await broker.publish('empty/down', '');
  await expect(app.rows('in')).toHaveCount(1);
  await expect(app.cell(app.rows('in').first(), 'bytes')).toContainText('0');
});

test('Ctrl+Enter in the payload publishes', async ({ app, broker }) => {
  const listener = await broker.listen('keys');
  await app.connect({ port: broker.webSocketPort });
  await app.compose('keys', 'sent by keys');
  await app.id('publish-payload').press('Control+Enter');
  expect((await listener.first(1))[0]?.payload.toString()).toBe('sent by keys');
});

test('an unacknowledged QoS 1 message shows no delay, and gets one when the PUBACK comes', async ({ app, startServer }) => {
  const server = await startServer(polite({ acknowledge: false }));
  await app.connect({ port: server.port });
  await app.publish('waits', 'for an answer', 'text', 1);
  const peer = await server.peer();
  const { id } = readPublish(await peer.packet(PUBLISH));
  const row = app.rows('out').first();
  await expect(row).toBeVisible();
  await expect(app.cell(row, 'ack')).not.toContainText('ms');
  peer.send(Buffer.from([0x40, 2, (id ?? 0) >> 8, (id ?? 0) & 0xff]));
  await expect(app.cell(row, 'ack')).toContainText(/\d+ ?ms/);
});

test('a QoS 1 message from the broker is acknowledged with its packet id', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  const peer = await server.peer();
  peer.send(publish('down', 'x', 1, 0xbeef));
  expect((await peer.packet(PUBACK)).bytes.toString('hex')).toBe('4002beef');
});

test('clear empties the log and keeps the count of the session', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('clear/#');
  await broker.publishLines('clear/me', ['one', 'two', 'three'], 1);
  await app.expectTotal(3);
  await app.id('log-clear').click();
  await expect(app.rows()).toHaveCount(0);
  await expect(app.id('message-log')).toHaveAttribute('data-kept', '0');
  await expect(app.id('message-log')).toHaveAttribute('data-total', '3');
  await broker.publish('clear/me', 'four', 1);
  await expect(app.rows()).toHaveCount(1);
  await app.expectTotal(4);
});

test('a message that cannot be published is refused with the reason, and the draft stays', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  for (const [topic, code] of [
    ['', 'topic-empty'],
    ['a/+/b', 'topic-wildcard'],
    ['a/#', 'topic-wildcard'],
    ['x'.repeat(65_536), 'topic-too-long'],
    ['nul\u0000inside', 'topic-nul'],
  ] as const) {
    await app.publish(topic, 'kept');
    await expect(app.publishProblem(code)).toBeVisible();
    await expect(app.id('publish-payload')).toHaveValue('kept');
  }
  await app.publish('fine', 'kept');
  const peer = await server.peer();
  expect(readPublish(await peer.packet(PUBLISH)).topic).toBe('fine');
  await expect(app.id('publish-problem')).toHaveCount(0);
});

test('publishing while offline is refused with the reason', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.id('disconnect').click();
  await app.expectState('offline');
  await app.id('nav-messages').click();
  await app.publish('into/the/void', 'x');
  await expect(app.publishProblem('offline')).toBeVisible();
  await expect(app.rows('out')).toHaveCount(0);
});
