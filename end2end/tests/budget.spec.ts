// How much the log keeps: set, remembered, and what goes when it is less than there is.
import { expect, test } from '../support/test';
import type { App } from '../support/app';

const numberIn = async (app: App, id: string): Promise<number> => Number((await app.id(id).innerText()).replace(/\D/g, ''));
const kept = async (app: App): Promise<number> => Number(await app.id('message-log').getAttribute('data-kept'));
const lines = (from: number, count: number): string[] => Array.from({ length: count }, (_, index) => `message ${from + index}`);

test('a smaller budget says what it drops, drops the oldest only, and is remembered', async ({ app, broker }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('many', 1);
  await broker.publishLines('many', lines(1, 2_500), 1);
  await app.expectTotal(2_500, 30_000);
  await app.id('budget-open').click();
  await expect(app.id('journal-budget')).toBeVisible();
  await expect(app.id('budget-megabytes')).toBeFocused();
  await expect(app.id('budget-drops')).toBeHidden();
  await app.id('budget-messages').fill('1,000');
  const said = await numberIn(app, 'budget-drops');
  expect(said).toBeGreaterThanOrEqual(1_500);
  expect(await kept(app), 'nothing goes before it is applied').toBe(2_500);
  await app.id('budget-apply').click();
  await expect(app.id('journal-budget')).toBeHidden();
  await expect.poll(() => kept(app)).toBe(2_500 - said);
  await expect(app.id('dropped')).toHaveText(said.toLocaleString('en'));
  await expect(app.id('message-log')).toHaveAttribute('data-total', '2500');

  // From the first that is left to the newest, none is missing.
  const first = said + 1;
  await app.id('message-log').evaluate((log) => (log.scrollTop = 0));
  await expect(app.rows('in').filter({ hasText: new RegExp(`message ${first}$`) })).toBeVisible();
  await expect(app.rows('in').filter({ hasText: new RegExp(`message ${first - 1}$`) })).toHaveCount(0);
  await app.id('message-log').press('End');
  await expect(app.rows('in').filter({ hasText: 'message 2500' })).toBeVisible();

  // It goes on to hold, a little at a time.
  await broker.publishLines('many', lines(2_501, 300), 1);
  await app.expectTotal(2_800, 30_000);
  await expect.poll(() => kept(app)).toBeLessThanOrEqual(1_000);
  expect(await kept(app)).toBeGreaterThan(930);
  await expect.poll(async () => (await kept(app)) + (await numberIn(app, 'dropped'))).toBe(2_800);

  await app.page.reload();
  await app.connect({ port: broker.webSocketPort });
  await app.id('budget-open').click();
  await expect(app.id('budget-messages')).toHaveValue('1000');
  await app.id('budget-reset').click();
  await expect(app.id('budget-messages')).toHaveValue('1000000');
  await app.id('budget-apply').click();
  await expect(app.id('budget-messages-kept')).toHaveText(/1,000,000/);
});

test('numbers that are none, or out of range, are explained and change nothing', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.id('budget-open').press('Enter');
  for (const [megabytes, messages] of [
    ['', 'many'],
    ['8', '999'],
    ['4096', '99999999999999999999999999'],
    ['1.5', '-1000'],
  ] as const) {
    await app.id('budget-megabytes').fill(megabytes);
    await app.id('budget-messages').fill(messages);
    for (const name of ['megabytes', 'messages']) {
      await expect(app.id(`budget-${name}`)).toHaveAttribute('aria-invalid', 'true');
      await expect(app.id(`budget-hint-${name}`)).toHaveText(/whole number|Outside/);
    }
    await app.id('budget-messages').press('Enter');
    await expect(app.id('budget-megabytes')).toBeFocused();
  }
  await app.page.keyboard.press('Escape');
  await expect(app.id('journal-budget')).toBeHidden();
  await expect(app.id('budget-open')).toBeFocused();
  await app.id('budget-open').click();
  await expect(app.id('budget-megabytes')).toHaveValue('256');
  await expect(app.id('budget-messages')).toHaveValue('1000000');
});

test('while the log is paused the status bar counts what it holds back', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('a', 1);
  await app.id('log-pause').click();
  await broker.publishLines('a', lines(1, 12), 1);
  await expect(app.id('paused')).toHaveText('12');
  await app.id('log-pause').click();
  await expect(app.id('paused')).toBeHidden();
  await expect(app.id('message-log')).toHaveAttribute('data-shown', '12');
});

test('the strip shows rates in both directions while online, and none offline', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('a', 0);
  await expect(app.id('rate-in')).toHaveText('0.0');
  const width = await app.id('rate-in').evaluate((box) => box.getBoundingClientRect().width);
  await broker.publishLines('a', lines(1, 2_000), 0);
  await expect.poll(async () => Number.parseFloat(await app.id('rate-in').innerText())).toBeGreaterThan(10);
  expect(await app.id('rate-in').evaluate((box) => box.getBoundingClientRect().width)).toBe(width);
  await app.publish('a', 'one');
  await expect(app.id('rate-out')).not.toHaveText('0.0');
  await app.id('disconnect').click();
  await expect(app.id('rate-in')).toHaveText('—');
  await expect(app.id('rate-out')).toHaveText('—');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the budget opens from the topics', async ({ app, broker }) => {
    await app.connect({ port: broker.webSocketPort });
    await app.id('open-subscriptions').tap();
    await app.id('tab-topics').tap();
    await app.id('budget-open-narrow').tap();
    await app.id('budget-megabytes').fill('64');
    await app.id('budget-apply').tap();
    await expect(app.id('toast')).toContainText('64');
    await expect(app.id('journal-budget')).toBeHidden();
  });
});
