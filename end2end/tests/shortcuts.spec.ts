// Every key of the list does its thing where it holds, and nothing where it does not.
import { checkScreen } from '../support/axe';
import type { App } from '../support/app';
import { expect, test } from '../support/test';

/** Connects and sends three messages; the second is selected, the log has the focus, the inspector is closed. */
async function logWithSelection(app: App, port: number): Promise<void> {
  await app.connect({ port });
  await app.publish('keys/one', '{"n":1}', 'json');
  await app.publish('keys/two', '{"n":2}', 'json');
  await app.publish('keys/three', '{"n":3}', 'json');
  await app.expectTotal(3);
  await app.id('message-log').focus();
  await app.page.keyboard.press('Home');
  await app.page.keyboard.press('ArrowDown');
  await expect(app.id('message-row').and(app.page.locator('[aria-selected="true"]'))).toContainText('keys/two');
}

test('keys that change the session do so from a group of options, and choose nothing there', async ({ app, page }) => {
  await app.open();
  await page.keyboard.press('Control+Alt+n');
  await expect(app.id('session-tab')).toHaveCount(2);
  await app.id('nav-messages').click();
  await app.id('publish-format').locator('[data-option="json"]').focus();
  await page.keyboard.press('Alt+ArrowUp');
  await app.expectChosen('publish-format', 'json');
  await page.keyboard.press('Control+Alt+ArrowLeft');
  await expect(app.id('session-tab').first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Control+Alt+ArrowRight');
  await expect(app.id('session-tab').last()).toHaveAttribute('aria-selected', 'true');
  await app.expectChosen('publish-format', 'json');
});

test('the signs that hold everywhere can be turned off', async ({ app, page }) => {
  await app.open('#/settings');
  await app.choose('settings-sign-keys', 'off');
  await page.evaluate(() => {
    location.hash = '#/messages';
  });
  await expect(app.id('message-log')).toBeVisible();
  await app.id('message-log').focus();
  await page.keyboard.press('/');
  await expect(app.id('message-log')).toBeFocused();
  await page.keyboard.press('?');
  await expect(app.id('shortcuts')).toBeHidden();
  await page.evaluate(() => {
    location.hash = '#/settings';
  });
  await app.choose('settings-sign-keys', 'on');
  await page.keyboard.press('?');
  await expect(app.id('shortcuts')).toBeVisible();
});

test('? lists every key by group, in a dialog that gives the focus back', async ({ app, page }) => {
  await app.open();
  await app.choose('theme', 'system');
  await app.id('nav-wire').focus();
  await page.keyboard.press('?');
  await expect(app.id('shortcuts')).toBeVisible();
  for (const [command, keys] of [
    ['palette', ['Ctrl', 'K']],
    ['next-session', ['Ctrl', 'Alt', '→']],
    ['simulator', ['Ctrl', 'Shift', 'S']],
    ['move', ['↑', '↓', 'PgUp', 'PgDn', 'Home', 'End']],
    ['older', ['Alt', '↑']],
    ['mute', ['M']],
  ] as const) {
    await expect(app.page.locator(`[data-testid="shortcut"][data-command="${command}"] kbd`), command).toHaveText([...keys]);
  }
  await checkScreen(app, 'shortcuts');
  // The dialog has the keys to itself.
  await page.keyboard.press('Alt+6');
  await expect(page).not.toHaveURL(/wire/);
  await page.keyboard.press('Escape');
  await expect(app.id('shortcuts')).toBeHidden();
  await expect(app.id('nav-wire')).toBeFocused();
});

test('Ctrl Enter connects from the connect page where nothing has the focus', async ({ app, page, broker }) => {
  await app.open();
  await app.fillGeneric({ port: broker.webSocketPort });
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Control+Enter');
  await app.expectOnline();
});

test('Alt and a digit open a page; Ctrl Alt opens and switches sessions', async ({ app, page }) => {
  await app.open();
  await page.keyboard.press('Alt+1');
  await expect(page).toHaveURL(/#\/messages/);
  await page.keyboard.press('Alt+6');
  await expect(page).toHaveURL(/#\/wire/);
  await page.keyboard.press('Control+Alt+n');
  await expect(app.id('session-tab')).toHaveCount(2);
  const current = app.page.locator('[data-testid="session-tab"]').and(app.page.locator('[aria-selected="true"], [aria-current="true"]'));
  const name = async (): Promise<string> => (await current.getAttribute('id')) ?? (await current.innerText());
  await page.keyboard.press('Control+Alt+ArrowLeft');
  await expect(page).toHaveURL(/#\/wire/);
  const first = await name();
  await page.keyboard.press('Control+Alt+ArrowRight');
  await expect(page).toHaveURL(/#\/connect/);
  // After the last comes the first.
  await page.keyboard.press('Control+Alt+ArrowRight');
  await expect(page).toHaveURL(/#\/wire/);
  expect(await name()).toBe(first);
});

test('Ctrl Shift S starts the simulator, from inside a field too', async ({ app, page }) => {
  await app.open();
  await app.id('keep-alive').focus();
  await page.keyboard.press('Control+Shift+S');
  await app.expectOnline();
  await expect(app.id('simulator-badge')).toBeVisible();
});

test('/ leads to the filter, Escape clears it and then leaves', async ({ app, page, broker }) => {
  await logWithSelection(app, broker.webSocketPort);
  await page.keyboard.press('/');
  await expect(app.id('log-filter')).toBeFocused();
  await page.keyboard.type('three');
  await expect(app.id('message-log')).toHaveAttribute('data-shown', '1');
  // The first Escape closes the topics that are offered, the second clears what was typed.
  await expect(app.id('log-filter')).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Escape');
  await expect(app.id('log-filter')).toHaveAttribute('aria-expanded', 'false');
  await expect(app.id('log-filter')).toHaveValue('three');
  await page.keyboard.press('Escape');
  await expect(app.id('log-filter')).toHaveValue('');
  await page.keyboard.type('a/b?c');
  await expect(app.id('log-filter')).toHaveValue('a/b?c');
  await app.id('message-log').focus();
  await page.keyboard.press('Escape');
  await expect(app.id('log-filter')).toHaveValue('');
});

test('in the log: Enter, digits, P, C and Shift C act on the selected message', async ({ app, page, context, broker }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await logWithSelection(app, broker.webSocketPort);
  await page.keyboard.press('Enter');
  await expect(app.id('inspector-topic')).toHaveText('keys/two');
  for (const [digit, tab] of [
    ['2', 'text'],
    ['3', 'hex'],
    ['4', 'base64'],
    ['5', 'diff'],
    ['1', 'json'],
  ] as const) {
    await page.keyboard.press(digit);
    await expect(app.id('inspector-tabs'), digit).toHaveAttribute('data-value', tab);
  }
  await page.keyboard.press('c');
  await expect.poll(copied).toBe('{"n":2}');
  await page.keyboard.press('Shift+C');
  await expect.poll(copied).toBe('keys/two');
  await page.keyboard.press('p');
  await expect(app.id('inspector-pin')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('p');
  await expect(app.id('inspector-pin')).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Escape');
  await expect(app.id('inspector')).toHaveCount(0);
  await expect(app.id('message-log')).toBeFocused();
  await page.keyboard.press('Shift+Enter');
  await expect(page).toHaveURL(/#\/wire/);
  await expect(app.id('wire-detail')).toContainText('keys/two');
});

test('Space pauses and resumes while the list has the focus, on both pages', async ({ app, page, broker }) => {
  await logWithSelection(app, broker.webSocketPort);
  for (const [list, pause] of [
    ['message-log', 'log-pause'],
    ['wire-log', 'wire-pause'],
  ] as const) {
    await app.id(list).focus();
    await page.keyboard.press('Space');
    await expect(app.id(pause)).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('Space');
    await expect(app.id(pause)).toHaveAttribute('aria-pressed', 'false');
    await page.keyboard.press('Alt+6');
  }
});

test('End turns follow on', async ({ app, page, broker }) => {
  await logWithSelection(app, broker.webSocketPort);
  await app.id('log-follow').click();
  await expect(app.id('log-follow')).toHaveAttribute('aria-pressed', 'false');
  await app.id('message-log').focus();
  await page.keyboard.press('End');
  await expect(app.id('log-follow')).toHaveAttribute('aria-pressed', 'true');
});

test('Ctrl Enter is the main action of the form that has the focus', async ({ app, page, broker }) => {
  await app.open();
  await app.fillGeneric({ port: broker.webSocketPort });
  await app.id('keep-alive').focus();
  await page.keyboard.press('Control+Enter');
  await app.expectOnline();
  await app.id('subscribe-filter').fill('main/#');
  await page.keyboard.press('Control+Enter');
  await app.expectSubscription('main/#', 'granted');
  await app.compose('main/action', 'sent once', 'text', 0);
  await app.id('publish-payload').focus();
  await page.keyboard.press('Control+Enter');
  await expect(app.rows('out')).toHaveCount(1);
  await expect(app.rows('in')).toHaveCount(1);
  // In the log it means nothing.
  await app.id('message-log').focus();
  await page.keyboard.press('Control+Enter');
  await expect(app.rows('out')).toHaveCount(1);
});

test('single letters mean nothing outside the log, and are letters in a field', async ({ app, page, broker }) => {
  await logWithSelection(app, broker.webSocketPort);
  await page.keyboard.press('Enter');
  await app.id('nav-messages').focus();
  for (const key of ['p', '5', 'r', 'm', 'c']) await page.keyboard.press(key);
  await expect(app.id('inspector-pin')).toHaveAttribute('aria-pressed', 'false');
  await expect(app.id('inspector-tabs')).toHaveAttribute('data-value', 'json');
  await expect(app.id('toast')).toHaveCount(0);
  await app.id('publish-payload').fill('');
  await app.id('publish-payload').focus();
  await page.keyboard.type('p/5?m c');
  await expect(app.id('publish-payload')).toHaveValue('p/5?m c');
  await expect(app.id('palette')).toBeHidden();
});

test('Escape leaves the composer, then closes the detail', async ({ app, page, broker }) => {
  await logWithSelection(app, broker.webSocketPort);
  await page.keyboard.press('Enter');
  await app.id('publish-payload').focus();
  await page.keyboard.press('Escape');
  await expect(app.id('message-log')).toBeFocused();
  await expect(app.id('inspector')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(app.id('inspector')).toHaveCount(0);
});

test('F6 goes from pane to pane and back, and passes over what is not there', async ({ app, page, broker }) => {
  await logWithSelection(app, broker.webSocketPort);
  const pane = (): Promise<string | undefined> =>
    page.evaluate(() => {
      const names = ['insp', 'comp', 'log-frame', 'side', 'strip', 'rail', 'top', 'stat'];
      return names.find((name) => document.activeElement?.closest(`.${name}`));
    });
  const round = async (key: string, count: number): Promise<(string | undefined)[]> => {
    const seen: (string | undefined)[] = [];
    for (let step = 0; step < count; step += 1) {
      await page.keyboard.press(key);
      seen.push(await pane());
    }
    return seen;
  };
  await app.id('message-log').focus();
  const order = ['comp', 'stat', 'top', 'rail', 'strip', 'side', 'log-frame'];
  expect(await round('F6', 7)).toEqual(order);
  await expect(app.id('message-log')).toBeFocused();
  expect(await round('Shift+F6', 7)).toEqual([...order.slice(0, -1).reverse(), 'log-frame']);
  await page.keyboard.press('Enter');
  await expect(app.id('inspector')).toBeVisible();
  expect(await round('F6', 2)).toEqual(['insp', 'comp']);
});

test('the first stop of the page leads to the main content', async ({ app, page }) => {
  await app.open();
  await page.keyboard.press('Tab');
  await expect(app.id('skip-to-main')).toBeFocused();
  await expect(app.id('skip-to-main')).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
  await expect(page).not.toHaveURL(/main/);
});

test('another layout and another script: letters go by what they type, else by their place', async ({ app, page }) => {
  await app.open();
  const press = (keys: { key: string; code: string; ctrlKey?: boolean; altKey?: boolean }): Promise<void> =>
    page.evaluate((keys) => {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...keys }));
    }, keys);
  await press({ ctrlKey: true, key: 't', code: 'KeyK' });
  await expect(app.id('palette')).toBeHidden();
  await press({ ctrlKey: true, key: 'л', code: 'KeyK' });
  await expect(app.id('palette')).toBeVisible();
  await page.keyboard.press('Escape');
  // A French keyboard types & there.
  await press({ altKey: true, key: '&', code: 'Digit1' });
  await expect(page).toHaveURL(/#\/messages/);
});
