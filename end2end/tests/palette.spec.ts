// The command palette: all commands and sessions by a few letters, what is not possible with its reason.
import { checkScreen } from '../support/axe';
import type { App } from '../support/app';
import { expect, test } from '../support/test';
import type { Locator } from '@playwright/test';

const chosen = (app: App): Locator => app.page.locator('[data-testid="palette-option"][aria-selected="true"]');
const option = (app: App, command: string): Locator =>
  app.page.locator(`[data-testid="palette-option"][data-command="${command}"]`);

async function openPalette(app: App, text = ''): Promise<void> {
  await app.page.keyboard.press('Control+k');
  await expect(app.id('palette')).toBeVisible();
  await expect(app.id('palette-input')).toBeFocused();
  await app.page.keyboard.type(text);
}

test('a few letters in either language find a command; Enter runs it', async ({ app, page }) => {
  await app.open();
  for (const typed of ['go to wi', '打开报文', 'gtw']) {
    await openPalette(app, typed);
    await expect(chosen(app)).toHaveAttribute('data-command', 'wire');
    await expect(app.id('palette-input')).toHaveAttribute('aria-activedescendant', (await chosen(app).getAttribute('id')) ?? '');
    await page.keyboard.press('Enter');
    await expect(app.id('palette')).toBeHidden();
    await expect(page).toHaveURL(/#\/wire/);
    await page.keyboard.press('Alt+1');
    await expect(page).toHaveURL(/#\/messages/);
  }
});

test('what was typed is marked, and what fits best comes first', async ({ app }) => {
  await app.open();
  await openPalette(app, 'pin');
  await expect(option(app, 'pin').locator('mark')).toHaveText('Pin');
  await expect(app.id('palette-option').first()).toContainText(/pin/i);
  await app.id('palette-input').fill('nothing is called so');
  await expect(app.id('palette-option')).toHaveCount(0);
  await expect(app.id('palette-none')).toBeVisible();
});

test('the arrows go round, Home and End to the ends, and the chosen row is seen', async ({ app, page }) => {
  await app.open();
  await openPalette(app);
  const count = await app.id('palette-option').count();
  await expect(chosen(app)).toHaveAttribute('id', 'palette-0');
  await page.keyboard.press('ArrowUp');
  await expect(chosen(app)).toHaveAttribute('id', `palette-${count - 1}`);
  await expect(chosen(app)).toBeInViewport();
  await page.keyboard.press('ArrowDown');
  await expect(chosen(app)).toHaveAttribute('id', 'palette-0');
  await expect(chosen(app)).toBeInViewport();
  await page.keyboard.press('End');
  await expect(chosen(app)).toHaveAttribute('id', `palette-${count - 1}`);
  await page.keyboard.press('Home');
  await expect(chosen(app)).toHaveAttribute('id', 'palette-0');
});

test('Escape, its key and a click beside it close it, and the focus is where it was', async ({ app, page }) => {
  await app.open();
  await app.id('keep-alive').focus();
  for (const close of [
    () => page.keyboard.press('Escape'),
    () => page.keyboard.press('Control+k'),
    () => page.mouse.click(5, 500),
  ]) {
    await openPalette(app, 'x');
    await close();
    await expect(app.id('palette')).toBeHidden();
    await expect(app.id('keep-alive')).toBeFocused();
  }
  await app.id('open-palette').click();
  await expect(app.id('palette-input')).toBeFocused();
  await expect(app.id('palette-input')).toHaveValue('');
});

test('what is not possible says why, and does nothing', async ({ app, page, broker }) => {
  await app.open();
  await openPalette(app, 'disconnect');
  await expect(option(app, 'disconnect')).toHaveAttribute('aria-disabled', 'true');
  await expect(option(app, 'disconnect')).toContainText('Not connected');
  await page.keyboard.press('Escape');
  await app.fillGeneric({ port: broker.webSocketPort });
  await app.pressConnect();
  await app.expectOnline();
  await openPalette(app, 'disconnect');
  await expect(option(app, 'disconnect')).not.toHaveAttribute('aria-disabled', 'true');
  await option(app, 'disconnect').click();
  await app.expectState('offline');
  await openPalette(app, 'copy the payload');
  await expect(option(app, 'copy-payload')).toContainText('Select a message first');
  await page.keyboard.press('Enter');
  await expect(app.id('palette')).toBeVisible();
});

test('what was used last comes first the next time', async ({ app, page }) => {
  await app.open();
  await openPalette(app, 'theme: dark');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await openPalette(app, '语言：中文');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await openPalette(app);
  await expect(app.id('palette-option').nth(0)).toHaveAttribute('data-command', 'language-zh');
  await expect(app.id('palette-option').nth(1)).toHaveAttribute('data-command', 'theme-dark');
  await expect(app.id('palette-option').nth(0)).toContainText('已是如此');
});

test('another session is found by its name', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'boiler-room' });
  await page.keyboard.press('Control+Alt+n');
  await expect(app.id('session-tab')).toHaveCount(2);
  await openPalette(app, 'boiler');
  await expect(chosen(app)).toHaveAttribute('data-command', 'switch');
  await page.keyboard.press('Enter');
  await expect(app.id('message-log')).toBeVisible();
  await expect(page).toHaveURL(/#\/messages/);
});

test('keys that end the composing of a word do nothing', async ({ app, page }) => {
  await app.open();
  await openPalette(app, 'wire');
  await app.id('palette-input').evaluate((input) => {
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
  });
  await expect(app.id('palette')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.evaluate(() => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, isComposing: true, bubbles: true }));
  });
  await expect(app.id('palette')).toBeHidden();
});

test('it is clean in both themes, and as wide as a phone', async ({ app, page }) => {
  await app.open();
  await app.choose('theme', 'system');
  await openPalette(app);
  await checkScreen(app, 'palette');
  await page.setViewportSize({ width: 390, height: 844 });
  const box = await app.id('palette').boundingBox();
  expect(box?.x).toBe(0);
  expect(box?.width).toBe(390);
  const row = await app.id('palette-option').first().boundingBox();
  expect(row?.height).toBeGreaterThanOrEqual(44);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  // A phone has no Esc, and nothing around the palette to press.
  const close = app.id('palette-close');
  expect(await close.boundingBox().then((place) => place && Math.min(place.width, place.height))).toBeGreaterThanOrEqual(44);
  await close.click();
  await expect(app.id('palette')).toBeHidden();
});
