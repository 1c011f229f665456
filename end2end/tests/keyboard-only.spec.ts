// The main job by keyboard alone, from the first visit to the disconnect; what has the focus can be seen at each step.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { Tabs } from '../support/sessions';

/** What has the focus shows a ring, itself or on the box drawn round it, and lies in the window. */
async function expectSeen(page: Page, step: string): Promise<void> {
  const fault = await page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return 'nothing has the focus';
    const name = element.getAttribute('data-testid') ?? element.outerHTML.slice(0, 120);
    const box = element.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return `${name} is out of sight`;
    for (let at: Element | null = element, depth = 0; at && depth < 3; at = at.parentElement, depth += 1) {
      const style = getComputedStyle(at);
      if ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none') return undefined;
    }
    return `${name} has no ring`;
  });
  expect(fault, step).toBeUndefined();
}

/** Tab to a control that can be seen there. */
async function to(app: App, name: string): Promise<void> {
  await app.tabTo(name, 120);
  await expectSeen(app.page, `on the way to ${name}`);
}

async function write(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
  await expectSeen(page, `while typing ${text}`);
}

async function arrowTo(app: App, name: string, value: string): Promise<void> {
  await to(app, name);
  for (let step = 0; step < 5 && (await app.id(name).getAttribute('data-value')) !== value; step += 1) await app.page.keyboard.press('ArrowRight');
  await expect(app.id(name)).toHaveAttribute('data-value', value);
}

test('the main job without a mouse: connect, subscribe, publish, read, filter, wire, a second session, settings, disconnect', async ({ app, page, broker }) => {
  test.slow();
  const { keyboard } = page;
  const tabs = new Tabs(app);
  await app.open();

  // Connect by form.
  await arrowTo(app, 'mode', 'generic');
  await arrowTo(app, 'tls', 'ws');
  await to(app, 'host');
  await write(page, '127.0.0.1');
  await to(app, 'port');
  await write(page, String(broker.webSocketPort));
  await to(app, 'client-id');
  await write(page, 'typist-1');
  await keyboard.press('Control+Enter');
  await app.expectOnline();

  // Subscribe.
  await to(app, 'subscribe-filter');
  await keyboard.type('keys/#');
  await keyboard.press('Enter');
  await app.expectSubscription('keys/#', 'granted');

  // Publish.
  await arrowTo(app, 'publish-format', 'text');
  await to(app, 'publish-topic');
  await write(page, 'keys/hello');
  await keyboard.press('Escape');
  await to(app, 'publish-payload');
  await write(page, 'typed, not clicked');
  await keyboard.press('Control+Enter');
  await app.expectTotal(2);

  // Read what came back in the inspector.
  await to(app, 'message-log');
  await keyboard.press('Home');
  await keyboard.press('End');
  await expectSeen(page, 'in the log');
  await keyboard.press('Enter');
  await expect(app.id('inspector')).toBeVisible();
  await app.id('message-log').focus();
  await keyboard.press('2');
  await expect(app.id('inspector-text')).toContainText('typed, not clicked');

  // Filter.
  await keyboard.press('/');
  await expect.poll(() => app.focused()).toBe('log-filter');
  await expectSeen(page, 'in the filter');
  await keyboard.type('dir:out');
  await expect(app.rows()).toHaveCount(1);
  await keyboard.press('Escape');
  await expect(app.rows()).toHaveCount(2);

  // The wire.
  await keyboard.press('Alt+6');
  await expect(page).toHaveURL(/#\/wire/);
  await to(app, 'wire-log');
  await keyboard.press('Home');
  await keyboard.press('Enter');
  await expect(app.id('wire-detail')).toBeVisible();
  await to(app, 'wire-tree');

  // A second session, with the simulator.
  await keyboard.press('Control+Alt+n');
  await expect(app.id('session-tab')).toHaveCount(2);
  await to(app, 'try-simulator');
  await keyboard.press('Enter');
  await tabs.expectState(tabs.at(1), 'online');
  await keyboard.press('Control+Alt+ArrowLeft');
  await expect(page).toHaveURL(/#\/wire/);

  // Settings, by the palette.
  await keyboard.press('Control+k');
  await expect(app.id('palette-input')).toBeFocused();
  await keyboard.type('settings');
  await keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/settings/);
  await arrowTo(app, 'settings-language', 'zh');
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await keyboard.press('ArrowLeft');

  // And the end.
  await keyboard.press('Alt+1');
  await to(app, 'disconnect');
  await keyboard.press('Enter');
  await tabs.expectState(tabs.at(0), 'offline');
  await tabs.expectState(tabs.at(1), 'online');
});
