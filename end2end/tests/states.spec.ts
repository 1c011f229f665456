// What the screens say when there is nothing, too much, or a pause, and that streaming data moves nothing.
import { expect, test } from '../support/test';
import type { App } from '../support/app';

const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `message ${index + 1}`);

test('connected without a message, the log says what can be done', async ({ app, broker }) => {
  await app.open('#/messages');
  await expect(app.id('no-messages')).toBeVisible();
  await app.connect({ port: broker.webSocketPort });
  await expect(app.id('no-messages')).toContainText('Connected');
  await expect(app.id('empty-subscribed')).toContainText('Nothing is subscribed');
  await app.subscribed('a/#', 1);
  await expect(app.id('empty-subscribed')).toContainText('1 topics');
  await app.id('empty-subscribe').click();
  await expect(app.id('subscribe-filter')).toBeFocused();
  // Also where the form is folded, and the topics are in front.
  await app.id('add-subscription').click();
  await app.id('tab-topics').click();
  await app.id('empty-subscribe').click();
  await expect(app.id('subscribe-filter')).toBeFocused();
  await app.id('empty-message').click();
  await expect(app.id('publish-topic')).toBeFocused();
  await app.publish('a/b', 'one', 'text', 0);
  await expect(app.id('no-messages')).toHaveCount(0);
  await app.id('log-clear').click();
  await expect(app.id('no-messages')).toBeVisible();
});

test('after a disconnect the log offers to connect again', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.id('disconnect').click();
  await app.id('empty-reconnect').click();
  await app.expectState('online');
});

test('a filter that hides everything says how much it hides, and goes', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('a', 1);
  await broker.publishLines('a', lines(3), 1);
  await app.expectTotal(3);
  await app.id('log-filter').fill('no such thing');
  await expect(app.id('nothing-found')).toContainText('3 messages are hidden by');
  await expect(app.id('nothing-found')).toContainText('no such thing');
  await app.id('clear-filter').click();
  await expect(app.rows('in')).toHaveCount(3);
  await app.id('log-filter').fill('no such thing');
  await app.id('log-filter').press('Escape');
  await expect(app.rows('in')).toHaveCount(3);
});

test('while paused a bar counts what came, the rows stay where they are, and Resume shows it', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('a', 1);
  await broker.publishLines('a', lines(3), 1);
  await expect(app.rows('in')).toHaveCount(3);
  await app.id('log-pause').click();
  const before = await app.rows('in').first().boundingBox();
  await broker.publishLines('a', lines(5), 1);
  await expect(app.id('paused-bar')).toContainText('5 arrived');
  await expect(app.rows('in')).toHaveCount(3);
  expect(await app.rows('in').first().boundingBox()).toEqual(before);
  await app.id('resume').click();
  await expect(app.rows('in')).toHaveCount(8);
  await expect(app.id('paused-bar')).toHaveCount(0);
});

test('a full log says what went, and leads to what it keeps', async ({ app, broker }) => {
  test.slow();
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('a', 0);
  await app.id('budget-open').click();
  await app.id('budget-messages').fill('1000');
  await app.id('budget-apply').click();
  await expect(app.id('limit-reached')).toHaveCount(0);
  await broker.publishLines('a', lines(1_500), 0);
  await expect(app.id('limit-reached')).toContainText(/the oldest \d+ are dropped/);
  await app.id('limit-change').click();
  await expect(app.id('journal-budget')).toBeVisible();
  await app.page.keyboard.press('Escape');
  await app.id('limit-reached').getByRole('button', { name: 'Hide' }).click();
  await expect(app.id('limit-reached')).toHaveCount(0);
});

test('streaming data moves no control', async ({ app, broker }) => {
  const places = (which: App): Promise<Record<string, string>> =>
    which.page.evaluate(() => {
      const found: Record<string, string> = {};
      // Rows come; all else stays. A badge that counts may come, inside its button.
      for (const control of document.querySelectorAll<HTMLElement>(':is(.top, .rail, .strip, .stat, .fbar, .comp, .side) :is(button, input, select, textarea, a)')) {
        if (!control.checkVisibility()) continue;
        const { x, y, width, height } = control.getBoundingClientRect();
        const name = control.dataset['testid'] ?? control.dataset['option'] ?? control.getAttribute('aria-label') ?? control.className;
        found[`${name} of ${control.parentElement?.dataset['testid'] ?? control.parentElement?.className ?? ''}`] = [x, y, width, height].map(Math.round).join(' ');
      }
      return found;
    });
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('a', 1);
  await app.publish('a', 'first', 'text', 1);
  await app.expectTotal(2);
  const before = await places(app);
  expect(Object.keys(before).length).toBeGreaterThan(20);
  for (const count of [100, 1_000]) {
    await broker.publishLines('a', lines(count), 1);
  }
  await app.expectTotal(1_102, 30_000);
  expect(await places(app)).toEqual(before);
});
