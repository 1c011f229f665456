// Requests and replies of the platform lead to each other, and a message to its packet.
import { expect, test } from '../support/test';

test('a reply is one key away from its request, and back', async ({ app, page }) => {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.id('nav-messages').click();
  const post = app.rows('out').filter({ hasText: 'property/post' }).first();
  await expect(app.rows('in').filter({ hasText: 'property/post_reply' }).first()).toBeVisible({ timeout: 15_000 });
  await app.inspect(post);
  const seq = await post.getAttribute('data-seq');
  await expect(app.id('inspector-partner')).toContainText('RetCode 0');
  await app.id('message-log').focus();
  await page.keyboard.press('r');
  await expect(app.id('inspector-topic')).toContainText('property/post_reply');
  await expect(app.id('inspector-partner')).toHaveAttribute('data-seq', seq ?? '');
  await page.keyboard.press('r');
  await expect(app.id('inspector-topic')).toContainText(/property\/post$/);
});

test('the packet tab shows the fields and leads to the wire', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('packet/topic', '{"a":1}', 'json', 1);
  await app.inspect(app.rows('out').first());
  await expect(await app.view('packet')).toContainText('packet/topic');
  await app.id('inspector-wire').click();
  await expect(page).toHaveURL(/wire/);
  await expect(app.id('wire-log')).toBeVisible();
});
