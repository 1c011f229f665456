import { expect, test } from '../support/test';
test('shots', async ({ app }) => {
  test.slow();
  await app.open();
  await app.choose('theme', 'system');
  for (const [lang, scheme] of [['zh', 'light'], ['en', 'dark']] as const) {
    await app.choose('language', lang);
    await app.page.emulateMedia({ colorScheme: scheme });
    for (const [w, h] of [[1440, 900], [390, 844], [1150, 800]] as const) {
      await app.page.setViewportSize({ width: w, height: h });
      await app.page.screenshot({ path: `/tmp/shots/connect-${lang}-${w}.png` });
    }
    await app.page.setViewportSize({ width: 1440, height: 900 });
  }
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.rows('in').nth(1)).toBeVisible({ timeout: 30_000 });
  for (const [lang, scheme] of [['zh', 'light'], ['en', 'dark']] as const) {
    await app.choose('language', lang);
    await app.page.emulateMedia({ colorScheme: scheme });
    for (const [w, h] of [[1440, 900], [390, 844], [1150, 800], [800, 800]] as const) {
      await app.page.setViewportSize({ width: w, height: h });
      await app.page.screenshot({ path: `/tmp/shots/messages-${lang}-${w}.png` });
    }
  }
});
