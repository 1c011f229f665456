// The settings page: what is set is in force at once, also for what is on screen, and is remembered.
import { checkScreen } from '../support/axe';
import { expect, SOCKET_ERRORS, test } from '../support/test';
import { polite } from '../support/hostile';
import type { App } from '../support/app';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

const PREFERENCES = 'uiot-testbench.preferences.1';

/** Goes to the settings, does something there, and comes back to the messages. */
async function set(app: App, act: () => Promise<void>): Promise<void> {
  await app.id('nav-settings').click();
  await expect(app.id('settings')).toBeVisible();
  await act();
  await app.id('nav-messages').click();
}

async function enter(app: App, name: string, text: string): Promise<void> {
  await app.id(name).fill(text);
  await app.id(name).press('Enter');
}

const isCut = (app: App, cell: 'time' | 'ack'): Promise<boolean> =>
  app.cell(app.rows().first(), cell).evaluate((element) => element.scrollWidth > element.clientWidth);

test('the language follows the browser unless one is chosen, here or in the top bar', async ({ app, page }) => {
  await app.open('#/settings');
  await app.expectChosen('settings-language', 'auto');
  await app.choose('settings-language', 'zh');
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await app.expectChosen('language', 'zh');
  await page.reload();
  await app.expectChosen('settings-language', 'zh');
  await app.choose('language', 'en');
  await app.expectChosen('settings-language', 'en');
  await app.choose('settings-language', 'zh');
  await app.choose('settings-language', 'auto');
  await expect(page.locator('html')).toHaveAttribute('lang', /^en/);
  await page.reload();
  await app.expectChosen('settings-language', 'auto');
  await expect(page.locator('html')).toHaveAttribute('lang', /^en/);
  await app.choose('settings-theme', 'dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await app.expectChosen('theme', 'dark');
});

test('rows are as high and letters as large as they are set, and no time is cut', async ({ app, broker, page }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('a/b', '{"n":1}', 'text', 1);
  const row = app.rows().first();
  const height = async (): Promise<number | undefined> => (await row.boundingBox())?.height;
  const size = (): Promise<string> => row.evaluate((element) => getComputedStyle(element).fontSize);
  expect([await height(), await size()]).toEqual([24, '12px']);
  await set(app, async () => {
    await app.choose('settings-density', 'relaxed');
    await app.choose('settings-mono', '14');
  });
  await expect.poll(height).toBe(32);
  expect(await size()).toBe('14px');
  await app.expectAck(row, 'acknowledged');
  expect([await isCut(app, 'time'), await isCut(app, 'ack')]).toEqual([false, false]);
  await page.reload();
  await app.open('#/settings');
  await app.expectChosen('settings-density', 'relaxed');
  await app.expectChosen('settings-mono', '14');
});

test('times are written in every form, in the zone that is chosen, and filters mean that zone', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('a/b', 'one', 'text', 0);
  const time = app.cell(app.rows().first(), 'time');
  const clock = /^(\d\d):(\d\d):\d\d\.\d{3}$/;
  const hour = async (): Promise<number> => Number(clock.exec(await time.innerText())?.[1]);
  await expect(time).toHaveText(clock);
  const here = await hour();
  for (const [format, shape] of [
    ['date-time', /^\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/],
    ['since-connect', /^\+\d+\.\d{3}$/],
    ['unix', /^\d{13}$/],
    ['time', clock],
  ] as const) {
    await set(app, async () => app.choose('settings-time-format', format));
    await expect(time).toHaveText(shape);
    expect(await isCut(app, 'time'), format).toBe(false);
  }
  await set(app, async () => app.choose('settings-time-zone', 'utc'));
  await expect.poll(hour).toBe((here + 16) % 24);
  // The message came before this time of day in a zone an hour further west, and after it in one an hour further east.
  // Which of the two is tried depends on the hour, since beyond midnight it would be another day.
  const there = await hour();
  const [term, zone] = there < 12 ? ['after', '+01:00'] : ['before', '-01:00'];
  const said = `${String(there + (there < 12 ? 1 : 0)).padStart(2, '0')}:00:00`;
  await app.id('log-filter').fill(`${term}:${said}`);
  await expect(app.id('message-log')).toHaveAttribute('data-shown', '0');
  await set(app, async () => app.choose('settings-time-zone', zone));
  await expect(app.id('message-log')).toHaveAttribute('data-shown', '1');
  await app.id('log-filter').fill('');
  await set(app, async () => app.choose('settings-time-zone', 'local'));
  await expect.poll(hour).toBe(here);
});

test('a request is overdue after the time that is set, also one that is open already', async ({ app, startServer }) => {
  const server = await startServer(polite({ acknowledge: false }));
  await app.connect({ port: server.port });
  await app.publish('slow/answer', 'one', 'text', 1);
  await app.expectAck(app.rows('out').first(), 'sent');
  await set(app, async () => enter(app, 'settings-overdue', '1'));
  await app.expectAck(app.rows('out').first(), 'overdue', 4_000);
  await expect(app.cell(app.rows('out').first(), 'ack')).toContainText(/within 1 s/);
});

test('an acknowledgement counts as late beyond the time that is set', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('a/b', 'one', 'text', 1);
  await app.expectAck(app.rows('out').first(), 'acknowledged');
  await set(app, async () => enter(app, 'settings-late', '60000'));
  await expect(app.cell(app.rows('out').first(), 'ack').locator('.late')).toHaveCount(0);
});

test('a number that is none, or out of range, is explained and changes nothing', async ({ app, page }) => {
  await app.open('#/settings');
  for (const text of ['0', '601', 'ten', '', '1.5']) {
    await enter(app, 'settings-overdue', text);
    await expect(app.id('settings-overdue')).toHaveAttribute('aria-invalid', 'true');
    await expect(app.id('settings-overdue-hint')).toHaveText(/1–600/);
  }
  await enter(app, 'settings-overdue', '30');
  await expect(app.id('settings-overdue')).not.toHaveAttribute('aria-invalid', 'true');
  await page.reload();
  await expect(app.id('settings-overdue')).toHaveValue('30');
});

test('a new session begins as it is set', async ({ app }) => {
  await app.open('#/settings');
  await app.choose('settings-mode', 'generic');
  await enter(app, 'settings-keep-alive', '60');
  await app.id('new-device').click();
  await app.id('nav-connect').click();
  await app.expectChosen('mode', 'generic');
  await app.expectValue('keep-alive', '60');
});

test('another tab takes over what is set in this one', async ({ app, openTab }) => {
  await app.open('#/settings');
  const other = await openTab();
  await other.id('nav-settings').click();
  await app.choose('settings-density', 'relaxed');
  await app.choose('settings-theme', 'dark');
  await app.choose('settings-language', 'zh');
  await other.expectChosen('settings-density', 'relaxed');
  await other.expectChosen('settings-theme', 'dark');
  await expect(other.page.locator('html')).toHaveAttribute('lang', /^zh/);
  await expect(other.page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('a damaged value is at its default and named, and the others stay', async ({ app, page }) => {
  await page.addInitScript((key) => localStorage.setItem(key, '{"density":"tall","mono":14}'), PREFERENCES);
  await app.open('#/settings');
  await expect(app.id('settings-damaged')).toContainText('density');
  await expect(app.id('settings-damaged')).not.toContainText('mono');
  await app.expectChosen('settings-density', 'compact');
  await app.expectChosen('settings-mono', '14');
});

test('reset brings the defaults back, and undo what was set', async ({ app }) => {
  await app.open('#/settings');
  await app.choose('settings-mono', '14');
  await app.choose('settings-theme', 'dark');
  await app.id('settings-reset').click();
  await app.expectChosen('settings-mono', '12');
  await app.expectChosen('settings-theme', 'system');
  await app.id('undo').click();
  await app.expectChosen('settings-mono', '14');
  await app.expectChosen('settings-theme', 'dark');
});

test('erasing names what goes, begins on cancel, and leaves nothing', async ({ app, page }) => {
  await app.open();
  await app.id('device-sn').fill('greenhouse-07');
  await app.id('nav-settings').click();
  await app.choose('settings-mono', '14');
  await expect(page.locator(`[data-testid="stored-entry"][data-name="${PREFERENCES}"]`)).toBeVisible();
  await app.id('settings-erase').click();
  await expect(app.id('erase-dialog')).toBeVisible();
  await expect(app.id('erase-cancel')).toBeFocused();
  await expect(app.id('erase-dialog')).toContainText('connect form');
  await page.keyboard.press('Escape');
  await expect(app.id('erase-dialog')).toBeHidden();
  await expect(app.id('settings-erase')).toBeFocused();
  await app.expectChosen('settings-mono', '14');
  await app.id('settings-erase').click();
  const reloaded = page.waitForEvent('load');
  await app.id('erase-now').click();
  await reloaded;
  await app.expectChosen('settings-mono', '12');
  expect(await page.evaluate((key) => localStorage.getItem(key), PREFERENCES)).toBeNull();
  await app.id('nav-connect').click();
  await app.expectValue('device-sn', '');
});

test('the page is sound, and the list at its left leads to each section', async ({ app, page }) => {
  await app.open('#/settings');
  await checkScreen(app, 'settings');
  for (const section of ['privacy', 'about', 'appearance']) {
    await app.id(`settings-to-${section}`).click();
    await expect(page.locator(`#settings-${section}`)).toBeFocused();
    await expect(page.locator(`#settings-${section}`)).toBeInViewport();
  }
  await app.id('settings-erase').click();
  await checkScreen(app, 'erase dialog');
});
