import { randomBytes } from 'node:crypto';
import { Relay } from '../support/relay';
import { expect, test } from '../support/test';

const MEGABYTE = 1_048_576;

test('a payload of 1 MB goes out and arrives whole', async ({ app, broker }) => {
  const listener = await broker.listen('large/up', 1);
  await app.connect({ port: broker.webSocketPort });
  const line = `${'0123456789abcdef'.repeat(8)}\n`;
  const payload = line.repeat(Math.ceil(MEGABYTE / line.length)).slice(0, MEGABYTE);
  await app.publish('large/up', payload, 'text', 1);
  const [seen] = await listener.first(1, 15_000);
  expect(seen?.payload.length).toBe(MEGABYTE);
  expect(seen?.payload.equals(Buffer.from(payload))).toBe(true);
  const row = app.rows('out').first();
  await expect(app.cell(row, 'ack')).toContainText('ms');
  await app.expectState('online');
  await expect(app.id('publish-problem')).toHaveCount(0);
});

test('a payload of 1 MB comes in, is counted and can be looked at', async ({ app, broker }) => {
  const relay = await Relay.start(broker.tcpPort);
  try {
    await app.connect({ port: relay.port });
    await app.subscribed('large/down', 1);
    const payload = randomBytes(MEGABYTE);
    const stopWatching = await app.watchFrames();
    await broker.publish('large/down', payload, 1);
    await app.expectTotal(1, 15_000);
    const row = app.rows('in').first();
    await expect(app.cell(row, 'bytes')).toContainText(/1[,.\s]?048[,.\s]?576|1(\.0+)?\s?M|1[,.\s]?024\s?[Kk]/);
    await app.inspect(row);
    const shown = await app.inspectedBytes();
    for (const view of ['text', 'base64', 'json'] as const) await app.id('inspector-tabs').locator(`[data-option="${view}"]`).click();
    const { longestGap } = await stopWatching();
    console.log(`1 MB in: the hex view shows ${shown.length} bytes; longest gap between frames ${longestGap.toFixed(0)} ms`);
    expect(shown.length).toBeGreaterThanOrEqual(256);
    expect(shown.equals(payload.subarray(0, shown.length))).toBe(true);
    await app.expectState('online');
    await app.publish('large/after', 'the app goes on');
    await expect(app.rows('out').filter({ hasText: 'the app goes on' })).toBeVisible();
    expect(longestGap).toBeLessThan(3_000);
  } finally {
    await relay.stop();
  }
});

test('a payload of 32 KB comes in whole through the broker’s own WebSocket listener', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('medium/down', 1);
  const payload = randomBytes(32_768);
  await broker.publish('medium/down', payload, 1);
  await app.expectTotal(1);
  await app.inspect(app.rows('in').first());
  const base64 = ((await (await app.view('base64')).textContent()) ?? '').replace(/\s+/g, '');
  expect(payload.toString('base64').startsWith(base64.slice(0, 4_096))).toBe(true);
});
