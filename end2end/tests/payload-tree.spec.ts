// Payloads as trees: what is shown, folded, copied, and how far one that is broken can be read.
import { expect, test } from '../support/test';
import type { App } from '../support/app';

const REPLY = '{"RequestID":428817530948214784123,"Property":{"temperature":{"Value":26.40},"odd key":[1,{"deep":"\\u6e29"}]}}';

const tree = (app: App) => app.id('inspector-json').getByRole('tree');
const rows = (app: App) => app.id('inspector-json').getByTestId('tree-row');
const row = (app: App, text: string) => rows(app).filter({ hasText: text });

test('numbers stay as they were written, and escapes are readable', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('tree', REPLY, 'json');
  await app.inspect(app.rows('out').first());
  await expect(app.id('inspector-tabs')).toHaveAttribute('data-value', 'json');
  await expect(row(app, '428817530948214784123')).toHaveCount(1);
  await expect(row(app, '26.40')).toHaveCount(1);
  await expect(row(app, '"温"')).toHaveCount(1);
});

test('a tree folds and unfolds by keyboard, and says the way to a value', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('tree', REPLY, 'json');
  await app.inspect(app.rows('out').first());
  await expect(rows(app)).toHaveCount(9);
  await tree(app).focus();
  for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await expect(app.id('tree-path')).toHaveText('$.Property');
  await page.keyboard.press('ArrowLeft');
  await expect(rows(app)).toHaveCount(3);
  await expect(row(app, 'Property')).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(rows(app)).toHaveCount(9);
  await page.keyboard.press('End');
  await expect(app.id('tree-path')).toHaveText('$.Property["odd key"][1].deep');
  await app.id('tree-fold').click();
  await expect(rows(app)).toHaveCount(3);
  await expect(app.id('tree-path')).toHaveText('$.Property');
  await app.id('tree-unfold').click();
  await expect(rows(app)).toHaveCount(9);
});

test('path and value of a row are copied', async ({ app, page, context, broker }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await app.connect({ port: broker.webSocketPort });
  await app.publish('tree/topic', REPLY, 'json');
  await app.inspect(app.rows('out').first());
  await row(app, 'deep').click();
  const bar = app.id('inspector-json').locator('.bar.sub');
  await bar.getByRole('button').nth(0).click();
  await expect.poll(copied).toBe('$.Property["odd key"][1].deep');
  await bar.getByRole('button').nth(1).click();
  await expect.poll(copied).toBe('温');
  await app.id('message-log').focus();
  await page.keyboard.press('c');
  await expect.poll(copied).toBe(REPLY);
  await page.keyboard.press('Shift+C');
  await expect.poll(copied).toBe('tree/topic');
});

test('broken JSON is shown as far as it goes, with the place and the reason', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('broken', '{"temperature": 21.5,\n "humidity" 60}', 'text');
  await app.inspect(app.rows('out').first());
  // It is no JSON, so it opens as text.
  await expect(app.id('inspector-tabs')).toHaveAttribute('data-value', 'text');
  await app.view('json');
  await expect(row(app, '21.5')).toHaveCount(1);
  await expect(app.id('tree-fault')).toContainText(/2.*13/s);
});

test('CBOR and MessagePack have a tab where a payload is either, and only there', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  // {"t": 26.5, 1: h'0102'}
  await app.publish('binary', 'a2 61 74 f9 4e a0 01 42 01 02', 'hex');
  await app.inspect(app.rows('out').first());
  await expect(await app.view('cbor')).toContainText("h'0102'");
  await expect(app.id('inspector-cbor').getByTestId('tree-row')).toHaveCount(3);
  // {"t": 26.5, "at": timestamp}
  await app.publish('binary', '82 a1 74 cb 40 3a 80 00 00 00 00 00 a2 61 74 d6 ff 51 4b 67 b0', 'hex');
  await app.inspect(app.rows('out').nth(1));
  await expect(await app.view('msgpack')).toContainText('2013-03-21T20:04:00Z');
  for (const [place, payload] of ['00 01 02', 'ff d8 ff e0', '07'].entries()) {
    await app.publish('binary', payload, 'hex');
    await app.inspect(app.rows('out').nth(2 + place));
    await expect(app.id('inspector-tabs').locator('[data-option="cbor"], [data-option="msgpack"]')).toHaveCount(0);
  }
});

test('a payload of 256 KB opens at once and scrolls to its end', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('large/#');
  const long = JSON.stringify(Array.from({ length: 6_000 }, (_, n) => ({ RequestID: String(n), Value: n / 10 })));
  await broker.publish('large/json', Buffer.from(long), 0);
  await app.expectTotal(1);
  const stop = await app.watchFrames();
  await app.inspect(app.rows('in').first());
  await expect(row(app, '[ 6000 ]')).toHaveCount(1);
  await tree(app).focus();
  await page.keyboard.press('End');
  await expect(app.id('tree-path')).toHaveText('$[5999]');
  await expect(row(app, '"5999"')).toBeVisible();
  const { longestGap } = await stop();
  expect(longestGap).toBeLessThan(1_000);
  expect(await rows(app).count()).toBeLessThan(110);
});

test('reading a large payload can be stopped', async ({ app, page, broker, startRelay }) => {
  // mosquitto's own WebSocket listener stalls on packets of this size.
  const relay = await startRelay(broker);
  await app.connect({ port: relay.port });
  await app.subscribed('large/#');
  const long = `[${'"温度",'.repeat(900_000)}0]`;
  await broker.publish('large/json', Buffer.from(long), 0);
  await app.expectTotal(1, 15_000);
  // Reading goes on between frames: whoever is quick enough sees the button.
  await page.evaluate(() => {
    const observer = new MutationObserver(() => {
      const button = document.querySelector<HTMLElement>('[data-testid="inspector-stop"]');
      if (button === null) return;
      observer.disconnect();
      button.click();
    });
    observer.observe(document.body, { childList: true, subtree: true });
  });
  await app.inspect(app.rows('in').first());
  await expect(app.id('tree-fault')).toBeVisible();
  await expect(rows(app).first()).toContainText('…');
});
