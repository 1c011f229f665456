import { expect, test } from '../support/test';

const COUNT = 1_000;
const MOST_ROWS = 60;

test('1,000 messages at once are all counted, few rows are in the DOM, and the page keeps moving', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.whole();
  await app.subscribed('burst/#', 1);
  const stopWatching = await app.watchFrames();
  const started = Date.now();
  await broker.publishLines(
    'burst/line',
    Array.from({ length: COUNT }, (_, index) => `message ${String(index + 1).padStart(4, '0')}`),
    1,
  );
  await app.expectTotal(COUNT, 15_000);
  const took = Date.now() - started;
  const log = app.id('message-log');
  await expect(log).toHaveAttribute('data-kept', String(COUNT));
  await expect(log).toHaveAttribute('data-shown', String(COUNT));
  // With follow on, the newest is in view.
  await expect(app.rows().filter({ hasText: 'message 1000' })).toBeVisible();
  const { longestGap, mostRows, frames } = await stopWatching();
  console.log(`burst: ${COUNT} messages in ${took} ms; longest gap between frames ${longestGap.toFixed(0)} ms over ${frames} frames; at most ${mostRows} rows`);
  expect(mostRows).toBeGreaterThan(0);
  expect(mostRows).toBeLessThanOrEqual(MOST_ROWS);
  expect(frames).toBeGreaterThan(5);
  expect(longestGap).toBeLessThan(500);

  // The first is still there, by scrolling; and so is one in the middle, in order.
  await log.evaluate((element) => (element.scrollTop = 0));
  await expect(app.rows().filter({ hasText: 'message 0001' })).toBeVisible();
  await expect(app.rows().filter({ hasText: 'message 1000' })).toHaveCount(0);
  await log.evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
  await expect(app.rows().filter({ hasText: /message 0(4[5-9]|5[0-4])\d/ }).first()).toBeVisible();
  expect(await app.rows().count()).toBeLessThanOrEqual(MOST_ROWS);
  const shown = await app.rows().evaluateAll((rows) => rows.map((row) => Number(/message (\d{4})/.exec(row.textContent ?? '')?.[1])));
  expect(shown).toEqual(shown.map((_, index) => (shown[0] ?? 0) + index));
});

test('scrolling up stops following, new messages are announced, and one click returns to the end', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('follow/#', 1);
  await broker.publishLines('follow/line', Array.from({ length: 120 }, (_, index) => `early ${index}`), 1);
  await app.expectTotal(120);
  const follow = app.id('log-follow');
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await expect(app.id('new-messages')).toBeHidden();
  await app.id('message-log').hover();
  await app.page.mouse.wheel(0, -1_200);
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  const place = await app.id('message-log').evaluate((element) => element.scrollTop);
  await broker.publish('follow/line', 'late arrival', 1);
  await expect(app.id('new-messages')).toBeVisible();
  expect(await app.id('message-log').evaluate((element) => element.scrollTop)).toBe(place);
  await app.id('new-messages').click();
  await expect(app.rows().filter({ hasText: 'late arrival' })).toBeVisible();
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await expect(app.id('new-messages')).toBeHidden();
});

test('the selected message stays selected and in the inspector while others arrive', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('select/#', 1);
  await broker.publish('select/this', 'the chosen one', 1);
  await app.inspect(app.rows().first());
  await broker.publishLines('select/other', Array.from({ length: 200 }, (_, index) => `other ${index}`), 1);
  await app.expectTotal(201);
  await expect(await app.view('text')).toContainText('the chosen one');
  await app.id('inspector-close').click();
  await expect(app.id('inspector')).toBeHidden();
});
