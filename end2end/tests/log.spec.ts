// The log as a list: pausing, following, staying where one reads, and more rows than a browser can hold.
import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { polite } from '../support/hostile';
import type { Peer, Script, ScriptedServer } from '../support/hostile';
import { publish } from '../support/packets';

/** A message with its number, so that what is shown can be checked. */
const numbered = (number: number): Buffer => publish('log/line', `line ${number}`);

/** Sends so many messages, many to a WebSocket frame, and waits until the page has them. */
async function pour(app: App, peer: Peer, from: number, count: number): Promise<void> {
  const end = from + count;
  for (let next = from; next < end; ) {
    const some: Buffer[] = [];
    while (some.length < 500 && next < end) some.push(numbered(next++));
    peer.send(Buffer.concat(some));
  }
  await app.expectTotal(end, 30_000);
}

/** The numbers of the messages on screen, from the top. */
async function onScreen(app: App): Promise<number[]> {
  return app.id('message-log').evaluate((log) => {
    const head = log.querySelector('.lh')?.getBoundingClientRect().height ?? 0;
    const { top, bottom } = log.getBoundingClientRect();
    return [...log.querySelectorAll('[data-testid="message-row"]')]
      .filter((row) => row.getBoundingClientRect().top >= top + head - 1 && row.getBoundingClientRect().bottom <= bottom + 1)
      .map((row) => Number(/line (\d+)/.exec(row.textContent ?? '')?.[1]));
  });
}

const consecutive = (numbers: number[]): void => expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));

async function connected(app: App, startServer: (script: Script) => Promise<ScriptedServer>): Promise<Peer> {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  return server.peer();
}

test('a paused log stands still while recording goes on, and nothing is missing afterwards', async ({ app, startServer }) => {
  const peer = await connected(app, startServer);
  await pour(app, peer, 0, 200);
  await expect.poll(async () => (await onScreen(app)).at(-1)).toBe(199);
  await app.id('log-pause').click();
  await expect(app.id('log-pause')).toHaveAttribute('aria-pressed', 'true');
  const before = await onScreen(app);
  await pour(app, peer, 200, 300);
  await expect(app.id('held-back')).toHaveText('300');
  await expect(app.id('message-log')).toHaveAttribute('data-shown', '200');
  expect(await onScreen(app)).toEqual(before);
  // Space in the log resumes.
  await app.id('message-log').focus();
  await app.page.keyboard.press('Space');
  await expect(app.id('log-pause')).toHaveAttribute('aria-pressed', 'false');
  await expect(app.id('held-back')).toHaveCount(0);
  await expect(app.id('message-log')).toHaveAttribute('data-shown', '500');
  await expect.poll(async () => (await onScreen(app)).at(-1)).toBe(499);
});

test('what is being read stays where it is while rows come', async ({ app, startServer }) => {
  const peer = await connected(app, startServer);
  await pour(app, peer, 0, 2_000);
  await app.id('message-log').hover();
  await app.page.mouse.wheel(0, -6_000);
  await expect(app.id('log-follow')).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(async () => (await onScreen(app))[0]).toBeLessThan(1_900);
  const before = await onScreen(app);
  consecutive(before);
  await pour(app, peer, 2_000, 3_000);
  await expect(app.id('new-messages')).toContainText('3000');
  expect(await onScreen(app)).toEqual(before);
  await app.id('message-log').focus();
  await app.page.keyboard.press('End');
  await expect.poll(async () => (await onScreen(app)).at(-1)).toBe(4_999);
  await expect(app.id('log-follow')).toHaveAttribute('aria-pressed', 'true');
});

test('a list higher than any element can be is scrolled by bar, wheel and keys', async ({ app, startServer, page }) => {
  test.setTimeout(120_000);
  const count = 400_000;
  const peer = await connected(app, startServer);
  await pour(app, peer, 0, count);
  const log = app.id('message-log');
  await expect(log).toHaveAttribute('data-kept', String(count));
  expect(await log.evaluate((element) => element.scrollHeight)).toBeLessThan(count * 24);
  await expect.poll(async () => (await onScreen(app)).at(-1)).toBe(count - 1);

  // The bar in the middle shows the middle.
  await log.evaluate((element) => (element.scrollTop = (element.scrollHeight - element.clientHeight) / 2));
  await expect.poll(async () => Math.abs(((await onScreen(app))[0] ?? 0) - count / 2)).toBeLessThan(200);
  consecutive(await onScreen(app));

  // The wheel moves by rows, not by thousands.
  const middle = (await onScreen(app))[0] ?? 0;
  await log.hover();
  await page.mouse.wheel(0, 240);
  await expect.poll(async () => (await onScreen(app))[0]).toBe(middle + 10);
  await page.mouse.wheel(0, -480);
  await expect.poll(async () => (await onScreen(app))[0]).toBe(middle - 10);

  // Both ends, and a step from them.
  await log.focus();
  await page.keyboard.press('Home');
  await expect.poll(async () => (await onScreen(app))[0]).toBe(0);
  await page.keyboard.press('PageDown');
  await expect(page.locator('[data-testid="message-row"][aria-selected="true"]')).toBeVisible();
  await page.keyboard.press('End');
  await expect.poll(async () => (await onScreen(app)).at(-1)).toBe(count - 1);
  await page.keyboard.press('ArrowUp');
  await expect(page.locator('[data-testid="message-row"][aria-selected="true"]')).toContainText(`line ${count - 2}`);

  // To the very top by the wheel, from near it.
  await log.evaluate((element) => (element.scrollTop = 60));
  for (let turn = 0; turn < 40; turn += 1) await page.mouse.wheel(0, -2_000);
  await expect.poll(async () => (await onScreen(app))[0]).toBe(0);
});
