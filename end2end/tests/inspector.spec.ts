// What the inspector shows of odd payloads, and where the focus goes when it closes.
import { expect, test } from '../support/test';

test('JSON nested 30,000 deep is shown without taking the page down', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  const deep = '['.repeat(4_000) + ']'.repeat(4_000);
  await app.publish('deep', deep, 'json');
  await app.inspect(app.rows('out').first());
  await expect(app.id('inspector-json')).toContainText('[');
  await app.publish('deep', '['.repeat(30_000) + ']'.repeat(30_000), 'json');
  await app.inspect(app.rows('out').nth(1));
  await expect(app.id('inspector-json')).toContainText('[');
  await app.publish('after', 'the app goes on');
  await expect(app.rows('out')).toHaveCount(3);
});

test('a Chinese text above 64 KB opens as text, and all of it on request', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  const text = `a${'温度过高'.repeat(8_000)}`;
  await app.publish('long', text, 'text');
  await app.inspect(app.rows('out').first());
  await expect(app.id('inspector-tabs')).toHaveAttribute('data-value', 'text');
  await expect(app.id('inspector-text')).toContainText('a温度过高');
  await app.id('inspector-all').click();
  await expect(app.id('inspector-all')).toHaveCount(0);
  await expect.poll(async () => (await app.id('inspector-text').textContent())?.length).toBe(text.length);
});

test('JSON above 64 KB is indented from its beginning on', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('long', JSON.stringify(Array.from({ length: 9_000 }, (_, n) => ({ n }))), 'json');
  await app.inspect(app.rows('out').first());
  await expect(app.id('inspector-tabs')).toHaveAttribute('data-value', 'json');
  await expect(app.id('inspector-json')).toContainText('"n": 1');
});

test('a tab that does not fit says why, by mouse and by keyboard', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('text', 'plain words');
  await app.inspect(app.rows('out').first());
  await expect(app.id('inspector-tabs')).toHaveAttribute('data-value', 'text');
  await expect(await app.view('json')).not.toBeEmpty();
  await app.id('inspector-tabs').locator('[data-option="text"]').click();
  // CBOR and MessagePack have tabs only where a payload is either.
  for (const wanted of ['json', 'packet', 'diff', 'base64', 'hex', 'text']) {
    await page.keyboard.press('ArrowLeft');
    await expect(app.id('inspector-tabs')).toHaveAttribute('data-value', wanted);
    await expect(app.id('inspector-tabs').locator(`[data-option="${wanted}"]`)).toBeFocused();
  }
});

test('Escape and the button close the inspector, and the log has the focus again', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('one', '1');
  await app.publish('two', '2');
  for (const close of [() => page.keyboard.press('Escape'), () => app.id('inspector-close').click()]) {
    await app.inspect(app.rows('out').first());
    await app.id('inspector-tabs').locator('[data-option="hex"]').click();
    await close();
    await expect(app.id('inspector')).toHaveCount(0);
    await expect(app.id('message-log')).toBeFocused();
  }
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(app.id('inspector-topic')).toHaveText('two');
});

test('what was wrong with a draft is not held against its correction', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('draft', 'a1 a', 'hex');
  await expect(app.publishProblem('hex-odd')).toBeVisible();
  await app.id('publish-payload').fill('a1 a2');
  await expect(app.id('publish-problem')).toHaveCount(0);
  await expect(app.id('publish-payload')).not.toHaveAttribute('aria-invalid', 'true');
});

test('the button in the strip keeps the focus when it disconnects and connects again', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.id('disconnect').focus();
  await page.keyboard.press('Enter');
  await app.expectState('offline');
  await expect(app.id('reconnect')).toBeFocused();
  await page.keyboard.press('Enter');
  await app.expectState('online');
  await expect(app.id('disconnect')).toBeFocused();
});

test('a subscription keeps its colour when another one goes', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  for (const filter of ['one', 'two', 'three']) await app.subscribed(filter);
  const colour = (filter: string): Promise<string | null> => app.subscription(filter).locator('.cbar').getAttribute('class');
  const before = await colour('three');
  await app.subscription('one').getByTestId('unsubscribe').click();
  await expect(app.subscription('one')).toHaveCount(0);
  expect(await colour('three')).toBe(before);
  await app.subscribed('four');
  expect(await colour('four')).not.toBe(before);
});
