import { expect, test } from '../support/test';

test('a topic that begins with 温度 works in both directions', async ({ app, broker }) => {
  const listener = await broker.listen('温度/#');
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('温度/下行/+', 1);
  await expect(app.subscription('温度/下行/+')).toContainText('温度/下行/+');
  await app.publish('温度/上行', '26.4', 'text', 1);
  expect((await listener.first(1))[0]).toEqual({ topic: '温度/上行', qos: 1, payload: Buffer.from('26.4') });
  await broker.publish('温度/下行/一', '设定 25', 1);
  const row = app.rows('in').first();
  await expect(app.cell(row, 'topic')).toContainText('一');
  await app.inspect(row);
  await expect(app.id('inspector')).toContainText('温度/下行/一');
  await app.expectState('online');
});

test('emoji and other scripts in topic and payload stay as they are', async ({ app, broker }) => {
  const topic = '🌱/Ünïcode/العربية';
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('🌱/#', 1);
  await app.publish(topic, '🌡️ 26 °C', 'text', 1);
  await expect(app.rows('in')).toHaveCount(1);
  await app.inspect(app.rows('in').first());
  await expect(app.id('inspector')).toContainText(topic);
  await expect(await app.view('text')).toContainText('🌡️ 26 °C');
});
