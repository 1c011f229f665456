// What the tool says of itself, and of a new version. The browser's own service worker is played by hand here, so that each
// of its states can be shown; the real one stands in service-worker.spec.ts and offline.spec.ts.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { checkScreen } from '../support/axe';
import type { App } from '../support/app';
import { LANGUAGES, speak } from '../support/screens';
import { expect, test } from '../support/test';

const VERSION = /^version = "(.*)"$/m.exec(readFileSync(new URL('../../Cargo.toml', import.meta.url), 'utf8'))?.[1] ?? '';

/** What the played service worker can be made to do; each is a function of the page. */
type Play = 'comes' | 'takenElsewhere' | 'inForce';

/** Gives the page a service worker of our own: one is in force, and nothing is new. */
async function playWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const worker = (): object =>
      Object.assign(new EventTarget(), {
        state: 'installed',
        postMessage: (word: unknown) => sessionStorage.setItem('told', JSON.stringify(word)),
      });
    const registration = Object.assign(new EventTarget(), {
      installing: null as object | null,
      waiting: null as object | null,
      active: worker() as object | null,
      onupdatefound: null as (() => void) | null,
      update: async (): Promise<object> => registration,
    });
    const container = Object.assign(new EventTarget(), {
      controller: registration.active,
      oncontrollerchange: null as (() => void) | null,
      register: async (): Promise<object> => registration,
      getRegistration: async (): Promise<object> => registration,
    });
    Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => container });
    const inForce = (): void => {
      [registration.active, registration.waiting] = [registration.waiting, null];
      container.oncontrollerchange?.();
    };
    Object.assign(window, {
      comes: () => {
        registration.waiting = worker();
        registration.onupdatefound?.();
      },
      takenElsewhere: inForce,
      inForce,
    });
  });
}

/** Lets the played service worker do something, once the page listens to it. */
async function play(app: App, what: Play): Promise<void> {
  await app.page.waitForFunction(() => navigator.serviceWorker.oncontrollerchange !== null);
  await app.page.evaluate((name) => (window as unknown as Record<Play, () => void>)[name](), what);
}

/** Opens the page where a new version has just come. */
async function withNews(app: App, hash = ''): Promise<void> {
  await playWorkers(app.page);
  await app.open(hash);
  // It listens from its registration on, which follows.
  await expect(async () => {
    await play(app, 'comes');
    await expect(app.id('update-notice')).toBeVisible({ timeout: 300 });
  }).toPass();
}

test.describe('with the service worker of the site', () => {
  test.use({ worker: true });

  test('About is found by the palette, and says version, form and whether it works offline', async ({ app, page, site }) => {
    await app.open('#/messages');
    await page.keyboard.press('Control+k');
    await expect(app.id('palette')).toBeVisible();
    await page.keyboard.type('about');
    await page.keyboard.press('Enter');
    await expect(page.locator('#settings-about')).toBeFocused();
    await expect(app.id('about')).toHaveAttribute('data-form', 'site');
    await expect(app.id('about-version')).toHaveText(new RegExp(`^${VERSION.replaceAll('.', '\\.')} · [0-9a-f]{7,12} · \\d{4}-\\d\\d-\\d\\d$`));
    await expect(app.id('about-offline')).toHaveAttribute('data-state', 'ready', { timeout: 20_000 });
    await expect(app.id('about')).toContainText('Ready to work offline');
    for (const link of ['about-licences', 'about-guide']) {
      const address = new URL((await app.id(link).getAttribute('href')) ?? '', site.url).href;
      expect((await page.request.get(address)).status(), address).toBe(200);
      await expect(app.id(link)).toHaveAttribute('rel', 'noopener');
    }
  });
});

test('the version is copied with what a fault report needs, and nothing of the sessions', async ({ app, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.open();
  await app.id('device-sn').fill('greenhouse-07');
  await app.id('nav-settings').click();
  await app.id('about-copy').click();
  await expect(app.id('toast')).toBeVisible();
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
  expect(lines[0]).toContain(`UIoT Testbench ${VERSION}`);
  expect(lines[1]).toMatch(/^Delivery: site; offline: \w+$/);
  expect(lines[2]).toContain(await page.evaluate(() => navigator.userAgent));
  expect(lines[3]).toBe('Language: en; window: 1440 × 900');
  expect(lines.join()).not.toContain('greenhouse');
});

test('a new version is told of, and loads when one says so, at the same address', async ({ app, page }) => {
  await withNews(app, '#/wire');
  await expect(app.id('update-notice')).toHaveAttribute('data-state', 'ready');
  await expect(app.id('update-loses')).toHaveText('');
  await checkScreen(app, 'notice of a new version');
  await app.id('update-reload').click();
  await expect(app.id('update-dialog')).toBeHidden();
  const loaded = page.waitForEvent('load');
  await play(app, 'inForce');
  await loaded;
  await expect(page).toHaveURL(/#\/wire$/);
  expect(await page.evaluate(() => sessionStorage.getItem('told'))).toBe('{"type":"activate"}');
});

test('put off, a new version is not told of again until the page is opened anew', async ({ app, page }) => {
  await withNews(app);
  await app.id('update-later').click();
  await expect(app.id('update-notice')).toBeHidden();
  await play(app, 'comes');
  await app.id('nav-settings').click();
  await expect(app.id('settings')).toBeVisible();
  await expect(app.id('update-notice')).toBeHidden();
  expect(await page.evaluate(() => sessionStorage.getItem('told'))).toBeNull();
});

test('a reload that would close a connection asks first, and begins on the way back', async ({ app, broker, page }) => {
  await playWorkers(page);
  await app.connect({ port: broker.webSocketPort });
  await app.publish('a/b', 'one', 'text', 1);
  await play(app, 'comes');
  await expect(app.id('update-loses')).toHaveText('Reloading closes 1 connection and loses the message log.');
  await app.id('update-reload').click();
  await expect(app.id('update-dialog')).toBeVisible();
  await expect(app.id('update-ask')).toContainText('closes 1 connection');
  await expect(app.id('update-cancel')).toBeFocused();
  await checkScreen(app, 'question before a reload');
  await page.keyboard.press('Enter');
  await expect(app.id('update-dialog')).toBeHidden();
  await app.expectState('online');
  expect(await page.evaluate(() => sessionStorage.getItem('told'))).toBeNull();

  await app.id('update-reload').click();
  await app.id('update-now').click();
  const loaded = page.waitForEvent('load');
  await play(app, 'inForce');
  await loaded;
  await app.expectState('offline');
});

test('a tab that another one overtook says so, and goes on', async ({ app, broker, page }) => {
  await playWorkers(page);
  await app.connect({ port: broker.webSocketPort });
  await play(app, 'comes');
  await app.id('update-later').click();
  await play(app, 'takenElsewhere');
  await expect(app.id('update-notice')).toHaveAttribute('data-state', 'elsewhere');
  await expect(app.id('update-notice')).toContainText('another tab');
  await app.expectState('online');
  await app.publish('a/b', 'still here', 'text', 1);
  await app.expectAck(app.rows('out').first(), 'acknowledged');
});

test('the notice fits a phone, in both languages', async ({ app, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await withNews(app);
  for (const language of LANGUAGES) {
    await speak(app, language);
    for (const button of ['update-reload', 'update-later']) {
      const box = await app.id(button).boundingBox();
      expect(box?.height ?? 0, button).toBeGreaterThanOrEqual(36);
      expect((box?.x ?? 0) + (box?.width ?? 999), button).toBeLessThanOrEqual(390);
    }
  }
});

test('where the browser offers to install the tool, About has a button for it', async ({ app, page }) => {
  await app.open('#/settings');
  await expect(app.id('about')).toBeVisible();
  await expect(app.id('about-install')).toBeHidden();
  const offer = (): Promise<boolean> =>
    page.evaluate(() => {
      const event = new Event('beforeinstallprompt', { cancelable: true });
      Object.assign(event, { prompt: () => sessionStorage.setItem('asked', 'yes') });
      return dispatchEvent(event);
    });
  expect(await offer(), 'left to the browser').toBe(false);
  await app.id('about-install').click();
  expect(await page.evaluate(() => sessionStorage.getItem('asked'))).toBe('yes');
  // An offer counts once.
  await expect(app.id('about-install')).toBeHidden();
});
