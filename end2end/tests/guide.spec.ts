// The pages of the user guide as they stand in the site: readable by everybody, at any width, without a script, from disk too.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { violations } from '../support/axe';
import { expect, test } from '../support/test';

const DIST = process.env.SITE_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const chapters = (): string[] => readdirSync(join(DIST, 'guide/en')).filter((name) => name.endsWith('.html'));

/** How far the page can be moved sideways. */
const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Pictures that the browser could not read; all are fetched, also those that are out of sight. */
const broken = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const found: string[] = [];
    for (const picture of document.querySelectorAll('img')) {
      picture.loading = 'eager';
      await picture.decode().catch(() => found.push(picture.src));
    }
    return found;
  });

for (const lang of ['en', 'zh'] as const) {
  test(`every chapter is accessible and fits a phone: ${lang}`, async ({ page, site }) => {
    test.setTimeout(90_000);
    const faults: string[] = [];
    for (const name of chapters()) {
      await page.setViewportSize({ width: 1_440, height: 900 });
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(`${site.url}guide/${lang}/${name}`);
      // The page's policy lets no script in that is not the test's own.
      await page.evaluate(AXE);
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme });
        faults.push(...(await violations(page)).map((each) => `${name} ${theme}: ${each}`));
      }
      faults.push(...(await broken(page)).map((each) => `${name}: ${each} is no picture`));
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 });
        const over = await sideways(page);
        if (over > 0) faults.push(`${name} at ${width} px: ${over} px too wide`);
      }
      faults.push(...(await violations(page, ['target-size'])).map((each) => `${name} on a phone: ${each}`));
    }
    expect(faults).toEqual([]);
  });
}

test('a reader goes from chapter to chapter, to the other language and to the app', async ({ app, page, site }) => {
  await page.goto(`${site.url}guide/en/index.html`);
  await page.keyboard.press('Tab');
  await expect(page.locator('.skip')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await page.locator('main a[href="wire.html"]').first().click();
  await expect(page.locator('nav.chapters [aria-current="page"]')).toHaveAttribute('href', 'wire.html');
  const back = await page.locator('nav.turn a[rel="prev"]').getAttribute('href');
  const on = await page.locator('nav.turn a[rel="next"]').getAttribute('href');
  expect([back, on]).not.toContain(null);
  await page.locator('header .other').click();
  await expect(page).toHaveURL(/guide\/zh\/wire\.html$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.locator('header .app').click();
  await expect(app.id('connection-state')).toBeAttached();
});

test('opened from disk it has its style and its pictures', async ({ page, traffic }) => {
  const refused: string[] = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  await page.goto(pathToFileURL(join(DIST, 'guide/en/wire.html')).href);
  await expect(page.locator('header')).toHaveCSS('display', 'flex');
  expect(await broken(page)).toEqual([]);
  expect(refused).toEqual([]);
  // What lies beside it, and nothing else.
  const beside = pathToFileURL(join(DIST, 'guide/')).href;
  traffic.urls.filter((url) => url.startsWith(beside)).forEach((url) => traffic.alsoAllowed.add(url.split('#')[0] ?? ''));
});
