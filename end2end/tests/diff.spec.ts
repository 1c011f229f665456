// Comparing a message with the one before on its topic, and with one that was pinned.
import { expect, test } from '../support/test';
import type { App } from '../support/app';

const post = (id: number, temperature: number) =>
  `{"RequestID":"${id}","Property":{"temperature":{"Value":${temperature}},"humidity":{"Value":61}}}`;

const changed = (app: App) => app.id('inspector-diff').locator('.dl.add mark, .dl.del mark');

test('a message is compared with the one before on its topic in its direction', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('post/reply');
  await app.publish('post', post(1, 26.3), 'json');
  await app.publish('other', post(7, 0), 'json');
  await broker.publish('post/reply', '{"RetCode":0}', 0);
  await app.publish('post', post(2, 26.4), 'json');
  await app.inspect(app.rows('out').nth(2));
  await expect(app.id('diff-count')).toHaveText('2');
  await app.view('diff');
  await expect(changed(app)).toHaveText(['1', '2', '26.3', '26.4']);
  await app.inspect(app.rows('out').nth(1));
  await expect(app.id('inspector-diff')).toContainText(/\S/);
  await expect(app.id('diff-line')).toHaveCount(0);
});

test('the key P pins a message, and every other one is compared with it', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('a', post(1, 20), 'json');
  await app.publish('b', post(1, 21), 'json');
  await app.publish('b', post(2, 21), 'json');
  await app.inspect(app.rows('out').first());
  await app.id('message-log').focus();
  await page.keyboard.press('p');
  await expect(app.id('inspector-pin')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('End');
  await page.keyboard.press('5');
  await expect(app.id('inspector-tabs')).toHaveAttribute('data-value', 'diff');
  await expect(changed(app)).toHaveText(['1', '2', '20', '21']);
  await expect(app.id('inspector-pin')).toHaveAttribute('aria-pressed', 'false');
  await app.id('diff-unpin').click();
  await expect(changed(app)).toHaveText(['1', '2']);
});

test('a tab is remembered for each topic, and digits choose tabs', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('one', '{"a":1}', 'json');
  await app.publish('two', '{"b":2}', 'json');
  const tab = (id: string) => expect(app.id('inspector-tabs')).toHaveAttribute('data-value', id);
  await app.inspect(app.rows('out').first());
  for (const [key, id] of [['1', 'json'], ['2', 'text'], ['4', 'base64'], ['3', 'hex']] as const) {
    await app.id('message-log').focus();
    await page.keyboard.press(key);
    await tab(id);
  }
  await app.inspect(app.rows('out').nth(1));
  await page.keyboard.press('1');
  await tab('json');
  await app.inspect(app.rows('out').first());
  await tab('hex');
  await app.inspect(app.rows('out').nth(1));
  await tab('json');
});

test('keys that choose tabs and pin are letters where one types', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('one', '{"a":1}', 'json');
  await app.inspect(app.rows('out').first());
  await app.id('publish-topic').fill('');
  await app.id('publish-topic').focus();
  await page.keyboard.type('p2c5');
  await expect(app.id('publish-topic')).toHaveValue('p2c5');
  await expect(app.id('inspector-tabs')).toHaveAttribute('data-value', 'json');
  await expect(app.id('inspector-pin')).toHaveAttribute('aria-pressed', 'false');
});

test('text is compared by lines and bytes by rows', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('text', 'one\ntwo\nthree', 'text');
  await app.publish('text', 'one\n2\nthree', 'text');
  await app.inspect(app.rows('out').nth(1));
  await expect((await app.view('diff')).locator('.del')).toContainText('two');
  await app.publish('bytes', '00 01 02 ff', 'hex');
  await app.publish('bytes', '00 01 03 ff', 'hex');
  await app.inspect(app.rows('out').nth(3));
  await app.view('diff');
  await expect(changed(app)).toHaveText(['02', '03']);
});
