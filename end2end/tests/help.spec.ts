// The guide from where a person is: each page leads to its chapter, in both languages, by pointer and by key; the one file, which
// has no folder beside it, shows the chapters in a window of its own.
import { copyFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { App } from '../support/app';
import { violations } from '../support/axe';
import { freePort } from '../support/ports';
import { expect, SOCKET_ERRORS, test } from '../support/test';

const DIST = process.env.SITE_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url));

/** The chapter of each page, by its address. */
const CHAPTERS = {
  connect: 'connect',
  open: 'share',
  messages: 'wire',
  wire: 'wire',
  shadow: 'shadow',
  model: 'model',
  ota: 'ota',
  gateway: 'gateway',
  cloud: 'simulator',
  settings: 'install',
};

const goTo = (page: Page, name: string): Promise<void> =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${name}`);

/** What opens beside the page when something is done. */
async function opened(page: Page, act: () => Promise<void>): Promise<Page> {
  const [beside] = await Promise.all([page.context().waitForEvent('page'), act()]);
  await beside.waitForLoadState();
  return beside;
}

test('each page leads to its chapter, in both languages', async ({ app, page, site }) => {
  await app.open();
  const seen = new Set<string>();
  for (const lang of ['en', 'zh'] as const) {
    await app.choose('language', lang);
    for (const [name, chapter] of Object.entries(CHAPTERS)) {
      await goTo(page, name);
      const link = app.id('help-link');
      await expect(link).toHaveAttribute('href', `guide/${lang}/${chapter}.html`);
      await expect(link).toHaveAttribute('target', '_blank');
      await expect(link).toHaveAttribute('rel', 'noopener');
      await expect(link).toHaveAccessibleName(lang === 'en' ? 'Help for this page' : '本页的帮助');
      seen.add(`guide/${lang}/${chapter}.html`);
    }
  }
  for (const address of [...seen, 'guide/en/diagnose.html', 'guide/zh/diagnose.html']) {
    const answer = await page.request.get(new URL(address, site.url).href);
    expect(answer.status(), address).toBe(200);
    expect(await answer.text(), address).toMatch(/<main[^>]*>\s*<h1/);
  }
});

test.use({ consoleAllowed: [SOCKET_ERRORS] });

test('help comes by key, from the palette and from what went wrong, and the session stays', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await goTo(page, 'shadow');
  const byKey = await opened(page, () => page.keyboard.press('F1'));
  await expect(byKey).toHaveURL(/guide\/en\/shadow\.html$/);
  await expect(byKey.locator('h1')).toBeVisible();
  await byKey.close();

  // Typing does not keep it back, since it types nothing.
  await goTo(page, 'messages');
  await app.id('publish-payload').focus();
  const whileTyping = await opened(page, () => page.keyboard.press('F1'));
  await expect(whileTyping).toHaveURL(/guide\/en\/wire\.html$/);
  await whileTyping.close();

  await page.keyboard.press('Control+k');
  await app.id('palette-input').fill('help for');
  const fromPalette = await opened(page, () => page.keyboard.press('Enter'));
  await expect(fromPalette).toHaveURL(/guide\/en\/wire\.html$/);
  await fromPalette.close();

  await app.id('help-link').focus();
  const fromLink = await opened(page, () => page.keyboard.press('Enter'));
  await expect(fromLink).toHaveURL(/guide\/en\/wire\.html$/);
  await fromLink.close();
  await app.expectOnline();

  await app.id('disconnect').click();
  await app.id('nav-connect').click();
  await app.id('port').fill(String(await freePort()));
  await app.pressConnect();
  await expect(app.problem('unreachable')).toBeVisible();
  const fromProblem = await opened(page, () => app.id('problem-help').click());
  await expect(fromProblem).toHaveURL(/guide\/en\/diagnose\.html$/);
});

test('on a phone it is the first of what More has', async ({ app, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await app.open('#/ota');
  await expect(app.id('help-link')).toBeHidden();
  await app.id('nav-more').click();
  await expect(app.id('help-link')).toBeVisible();
  expect((await app.id('help-link').boundingBox())?.height).toBeGreaterThanOrEqual(44);
  const chapter = await opened(page, () => app.id('help-link').click());
  await expect(chapter).toHaveURL(/guide\/en\/ota\.html$/);
  await expect(app.id('more-views')).toBeHidden();
});

test('the one file shows the chapters in a window', async ({ browser, site }, testInfo) => {
  const file = testInfo.outputPath('uiot-testbench.html');
  copyFileSync(join(DIST, 'uiot-testbench.html'), file);
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1_200, height: 800 } });
  try {
    const page = await context.newPage();
    const [faults, asked]: [string[], string[]] = [[], []];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    const app = new App(page, site);
    await expect(app.id('connect')).toBeVisible();
    page.on('request', (request) => asked.push(request.url()));

    await app.id('help-link').click();
    const text = app.id('guide-text');
    await expect(app.id('guide')).toBeVisible();
    await expect(text).toBeFocused();
    await expect(text.locator('h1')).toHaveCount(1);
    await expect(app.id('guide-chapters')).toHaveValue('connect');
    expect(await text.locator('img').count()).toBe(0);
    // The app's keys are not the window's.
    await page.keyboard.press('Alt+1');
    await expect(page).not.toHaveURL(/#\/messages/);

    // Every chapter that the site has, by the list.
    const names = await app.id('guide-chapters').locator('option').evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value));
    expect(names).toEqual(expect.arrayContaining(['index', 'diagnose', 'coming-from', ...Object.values(CHAPTERS)]));
    for (const name of names) {
      await app.id('guide-chapters').selectOption(name);
      await expect(text.locator('h1')).toHaveText((await app.id('guide-chapters').locator('option:checked').textContent()) ?? '');
      // A link to a chapter leads to one that there is; the page's own address stays as it is.
      for (const link of await text.locator('a[href*=".html"]').evaluateAll((all) => all.map((each) => each.getAttribute('href') ?? ''))) {
        expect(names, `${name}: ${link}`).toContain(link.split('.html')[0]);
      }
    }
    await app.id('guide-chapters').selectOption('index');
    await text.locator('a[href="shadow.html"]').first().click();
    await expect(app.id('guide-chapters')).toHaveValue('shadow');
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(app.id('guide')).toBeHidden();
    await expect(app.id('help-link')).toBeFocused();

    await app.choose('language', 'zh');
    await goTo(page, 'model');
    await page.keyboard.press('F1');
    await expect(app.id('guide-chapters')).toHaveValue('model');
    await expect(text.locator('h1')).toHaveText('物模型');
    await app.id('guide-close').click();
    await expect(app.id('guide')).toBeHidden();

    await page.setViewportSize({ width: 390, height: 844 });
    await app.id('nav-more').click();
    await app.id('help-link').click();
    await expect(app.id('guide')).toBeVisible();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(context.pages()).toHaveLength(1);
    expect(faults).toEqual([]);
    expect(asked.filter((url) => !/^(data|blob):/.test(url))).toEqual([]);
  } finally {
    await context.close();
  }
});
