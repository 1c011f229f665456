import { expect, test } from '../support/test';

const background = () => getComputedStyle(document.body).backgroundColor;

test('the language changes at once and is remembered', async ({ app, page }) => {
  await app.open();
  await app.choose('language', 'zh');
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await expect(app.id('connect')).toContainText('连接');
  await expect(app.id('nav-messages')).toContainText('消息');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await expect(app.id('connect')).toContainText('连接');
  await app.choose('language', 'en');
  await expect(page.locator('html')).toHaveAttribute('lang', /^en/);
  await expect(app.id('connect')).toContainText(/connect/i);
  expect(await app.id('connect').innerText()).not.toMatch(/\p{Script=Han}/u);
  await page.reload();
  await expect(app.id('connect')).toContainText(/connect/i);
});

test('a shown problem speaks the new language', async ({ app }) => {
  await app.open();
  await app.choose('language', 'en');
  await app.id('keep-alive').fill('20');
  await app.id('keep-alive').blur();
  await expect(app.fieldProblem('keep-alive')).toBeVisible();
  expect(await app.fieldProblem('keep-alive').innerText()).not.toMatch(/\p{Script=Han}/u);
  await app.choose('language', 'zh');
  await expect(app.fieldProblem('keep-alive')).toContainText(/\p{Script=Han}/u);
});

for (const [locale, lang] of [
  ['zh-CN', /^zh/],
  ['en-GB', /^en/],
  ['fr-FR', /^en/],
] as const) {
  test.describe(`in a browser set to ${locale}`, () => {
    test.use({ locale });
    test('the first visit is in a language that the reader may know', async ({ app, page }) => {
      await app.open();
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
    });
  });
}

test('the theme changes at once, is remembered, and system follows the system', async ({ app, page }) => {
  await app.open();
  await app.choose('theme', 'light');
  const light = await page.evaluate(background);
  await app.choose('theme', 'dark');
  await expect.poll(() => page.evaluate(background)).not.toBe(light);
  const dark = await page.evaluate(background);
  await page.reload();
  await expect(app.id('connect')).toBeVisible();
  expect(await page.evaluate(background)).toBe(dark);
  await app.choose('theme', 'system');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => page.evaluate(background)).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => page.evaluate(background)).toBe(dark);
});

test('language and theme change while a session runs, and the session goes on', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('stays/#', 1);
  await broker.publish('stays/one', 'before', 1);
  await expect(app.rows('in')).toHaveCount(1);
  await app.inspect(app.rows('in').first());
  await app.choose('language', 'zh');
  await app.choose('theme', 'dark');
  await expect(app.id('publish')).toContainText('发送');
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await app.expectState('online');
  await app.expectSubscription('stays/#', 'granted', 1);
  await expect(app.id('inspector')).toBeVisible();
  await broker.publish('stays/one', 'after', 1);
  await expect(app.rows('in')).toHaveCount(2);
});
