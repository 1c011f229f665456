import { expect, test } from '../support/test';

const ALL = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

test('all 256 byte values go out unchanged from the hex composer', async ({ app, broker }) => {
  const listener = await broker.listen('binary/up');
  await app.connect({ port: broker.webSocketPort });
  // By spaces and by lines, upper and lower case, as the old tool took it.
  const digits = [...ALL].map((byte, index) => {
    const text = byte.toString(16).padStart(2, '0');
    return index % 3 === 0 ? text.toUpperCase() : text;
  });
  const lines = Array.from({ length: 16 }, (_, line) => digits.slice(line * 16, line * 16 + 16).join(' '));
  await app.publish('binary/up', lines.join('\n'), 'hex', 1);
  const [seen] = await listener.first(1);
  expect(seen?.payload.toString('hex')).toBe(ALL.toString('hex'));
  await app.inspect(app.rows('out').first());
  expect((await app.inspectedBytes()).toString('hex')).toBe(ALL.toString('hex'));
});

test('all 256 byte values come in unchanged', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('binary/down');
  await broker.publish('binary/down', ALL, 1);
  const row = app.rows('in').first();
  await expect(app.cell(row, 'bytes')).toContainText('256');
  await app.inspect(row);
  expect((await app.inspectedBytes()).toString('hex')).toBe(ALL.toString('hex'));
  const base64 = (await (await app.view('base64')).innerText()).replace(/\s+/g, '');
  expect(base64).toBe(ALL.toString('base64'));
});

test('hex may be typed without spaces', async ({ app, broker }) => {
  const listener = await broker.listen('binary/tight');
  await app.connect({ port: broker.webSocketPort });
  await app.publish('binary/tight', '00fF10a1', 'hex');
  expect((await listener.first(1))[0]?.payload.toString('hex')).toBe('00ff10a1');
});
