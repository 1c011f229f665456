// Several devices in one page: each has its own connection, journal, drafts and subscriptions, and keeps its place.
import { expect, test } from '../support/test';
import { violations } from '../support/axe';
import { Tabs } from '../support/sessions';
import type { App } from '../support/app';

async function total(app: App): Promise<number> {
  return Number(await app.id('message-log').getAttribute('data-total'));
}

test('two devices of the simulator and one of a broker side by side keep to themselves', async ({ app, broker }) => {
  test.slow();
  const tabs = new Tabs(app);
  await app.open();
  await tabs.startSimulator();
  await tabs.simulator();
  await app.id('new-device').click();
  await expect(app.id('host')).toBeVisible();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'broker-1' });
  await app.pressConnect();
  await tabs.expectState(tabs.front, 'online');
  // Each session of the simulator has a device of its own, else they would take the connection from each other.
  await tabs.expectNames('sim-device-01', 'sim-device-02', 'broker-1');

  await app.subscribed('own/#', 1);
  await expect(app.id('subscription')).toHaveCount(1);
  await app.compose('own/draft', 'half written');
  await broker.publishLines('own/x', ['one', 'two'], 1);
  await app.expectTotal(2);

  await tabs.open(tabs.at(0));
  await expect(app.subscription('own/#')).toHaveCount(0);
  await expect(app.subscription('/simproduct000001/sim-device-01/set')).toHaveAttribute('data-state', 'granted');
  await expect(app.id('publish-payload')).not.toHaveValue('half written');
  await expect(app.rows().filter({ hasText: 'own/x' })).toHaveCount(0);
  await tabs.open(tabs.at(1));
  await expect(app.subscription('/simproduct000001/sim-device-02/set')).toHaveAttribute('data-state', 'granted');
  await expect(app.subscription('/simproduct000001/sim-device-01/set')).toHaveCount(0);

  // What comes meanwhile is counted on the tab, and gone when it is looked at.
  await broker.publishLines('own/x', ['three', 'four', 'five'], 1);
  await tabs.expectUnread(tabs.at(2), '3');
  await expect(tabs.at(2)).toHaveAccessibleName(/3 unread/);
  await tabs.open(tabs.at(2));
  await app.expectTotal(5);
  await expect(app.rows('in').filter({ hasText: 'five' })).toBeVisible();
  await app.expectValue('publish-topic', 'own/draft');
  await expect(app.id('publish-payload')).toHaveValue('half written');
  await tabs.expectUnread(tabs.at(2), '0');
  for (const place of [0, 1, 2]) await tabs.expectState(tabs.at(place), 'online');
  await expect(app.problem('duel')).toHaveCount(0);
});

test('a tab comes back to where it was left: page, place in the log, inspector', async ({ app, broker }) => {
  test.slow();
  const tabs = new Tabs(app);
  await app.connect({ port: broker.webSocketPort, clientId: 'first' });
  await app.subscribed('place/#', 1);
  await broker.publishLines('place/x', Array.from({ length: 300 }, (_, index) => `line ${index + 1}.`), 1);
  await app.expectTotal(300);
  await app.id('message-log').evaluate((log) => log.scrollTo({ top: 100 * 24 }));
  await expect(app.id('log-follow')).toHaveAttribute('aria-pressed', 'false');
  const row = app.rows('in').filter({ hasText: 'line 105.' });
  await app.inspect(row);
  const top = async (): Promise<string> =>
    app.id('message-log').evaluate((log) => {
      const head = log.getBoundingClientRect().top + 28;
      const rows = [...log.querySelectorAll('[data-testid="message-row"]')];
      const first = rows.find((each) => each.getBoundingClientRect().bottom > head + 1);
      return first?.getAttribute('data-seq') ?? '';
    });
  const before = await top();
  expect(before).not.toBe('');

  await app.id('new-device').click();
  await expect(app.id('host')).toBeVisible();
  await broker.publishLines('place/x', ['more', 'and more'], 1);
  await tabs.expectUnread(tabs.at(0), '2');
  await tabs.open(tabs.at(0));
  await expect(app.page).toHaveURL(/#\/messages/);
  await expect(row).toBeVisible();
  await expect.poll(top).toBe(before);
  await expect(app.id('log-follow')).toHaveAttribute('aria-pressed', 'false');
  await expect(app.id('inspector')).toBeVisible();
  await expect(app.id('new-messages')).toContainText('2');

  // And the other one is still where it was: on its form.
  await tabs.open(tabs.at(1));
  await expect(app.page).toHaveURL(/#\/connect/);
  await expect(app.id('host')).toBeVisible();
});

test('rename, reorder, duplicate and close by keyboard alone', async ({ app }) => {
  const tabs = new Tabs(app);
  const { keyboard } = app.page;
  await app.open();
  await app.fillDevice({ port: 8_083, device: 'alpha' });
  await app.id('new-device').click();
  await app.fillDevice({ port: 8_083, device: 'beta' });
  await tabs.expectNames('alpha', 'beta');

  await tabs.front.focus();
  await keyboard.press('F2');
  await expect(app.id('session-title')).toHaveValue('beta');
  await keyboard.type('Pump house');
  await keyboard.press('Enter');
  await tabs.expectNames('alpha', 'Pump house');
  await expect(tabs.front).toBeFocused();
  await keyboard.press('F2');
  // Enter that ends the composing of a word is the input method's.
  await app.id('session-title').evaluate((input) => {
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
  });
  await expect(app.id('session-title')).toBeFocused();
  await keyboard.type('never mind');
  await keyboard.press('Escape');
  await tabs.expectNames('alpha', 'Pump house');

  await expect(tabs.front).toBeFocused();
  await keyboard.press('Control+Shift+ArrowLeft');
  await tabs.expectNames('Pump house', 'alpha');
  await expect(tabs.at(0)).toBeFocused();
  await keyboard.press('ArrowRight');
  await expect(tabs.at(1)).toBeFocused();
  await expect(tabs.at(1)).toHaveAttribute('aria-selected', 'true');
  await app.expectValue('device-sn', 'alpha');

  // The menu, as the menu key or Shift F10 opens it.
  await keyboard.press('Shift+F10');
  await expect(app.id('session-menu')).toBeVisible();
  await expect(app.id('session-rename')).toBeFocused();
  expect(await violations(app.page)).toEqual([]);
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await tabs.expectNames('Pump house', 'alpha', 'alpha');
  await expect(tabs.at(2)).toBeFocused();
  await app.expectValue('secret', 'q8z3kfu6w1xn5rdt');

  await keyboard.press('Delete');
  await tabs.expectNames('Pump house', 'alpha');
  await expect(tabs.front).toBeFocused();
  await app.id('undo').click();
  await tabs.expectNames('Pump house', 'alpha', 'alpha');
  await expect(tabs.at(2)).toHaveAttribute('aria-selected', 'true');
  await tabs.front.focus();
  await keyboard.press('Home');
  await expect(tabs.at(0)).toHaveAttribute('aria-selected', 'true');
});

test('the pointer drags, closes with its middle button, and the menu closes all others', async ({ app }) => {
  const tabs = new Tabs(app);
  await app.open();
  await app.fillDevice({ port: 8_083, device: 'a1' });
  for (const device of ['b2', 'c3']) {
    await app.id('new-device').click();
    await app.fillDevice({ port: 8_083, device });
  }
  await tabs.expectNames('a1', 'b2', 'c3');
  const [from, to] = [await tabs.at(0).boundingBox(), await tabs.at(2).boundingBox()];
  if (!from || !to) throw new Error('no tabs');
  await app.page.mouse.move(from.x + 40, from.y + 20);
  await app.page.mouse.down();
  await app.page.mouse.move(to.x + to.width - 20, to.y + 20, { steps: 12 });
  await app.page.mouse.up();
  await tabs.expectNames('b2', 'c3', 'a1');

  await tabs.at(0).click({ button: 'middle' });
  await tabs.expectNames('c3', 'a1');
  await app.id('undo').last().click();
  await tabs.expectNames('b2', 'c3', 'a1');
  await tabs.choose(tabs.named('c3'), 'close-others');
  await tabs.expectNames('c3');
  await app.id('undo').last().click();
  await tabs.expectNames('b2', 'c3', 'a1');
});

test('a session that was closed comes back with its place, its journal and its connection', async ({ app, broker }) => {
  test.slow();
  const tabs = new Tabs(app);
  await app.connect({ port: broker.webSocketPort, clientId: 'kept' });
  await app.subscribed('kept/#', 1);
  await broker.publishLines('kept/x', ['before'], 1);
  await app.expectTotal(1);
  await app.id('session-close').click();
  await broker.untilLogged(/Received DISCONNECT from kept/);
  // The last one leaves room for a new one.
  await tabs.expectNames(/./);
  await expect(app.id('host')).toBeVisible();
  await app.id('undo').click();
  await tabs.expectNames('kept');
  await tabs.expectState(tabs.at(0), 'online');
  await app.expectSubscription('kept/#', 'granted');
  await expect(app.rows('in').filter({ hasText: 'before' })).toBeVisible();
  await broker.publishLines('kept/x', ['after'], 1);
  await expect(app.rows('in').filter({ hasText: 'after' })).toBeVisible();
  expect(await total(app)).toBe(2);
});

test('names, order, forms and the tab in front outlast loading the page again; secrets and what was untouched do not', async ({ app }) => {
  const tabs = new Tabs(app);
  await app.open();
  await app.fillDevice({ port: 8_083, device: 'alpha' });
  for (const device of ['beta', 'gamma']) {
    await app.id('new-device').click();
    await app.fillDevice({ port: 8_083, device });
  }
  await app.id('new-device').click();
  await tabs.rename(tabs.named('beta'), 'Pump house');
  await tabs.choose(tabs.named('gamma'), 'left');
  await tabs.open(tabs.named('Pump house'));
  await app.page.reload();
  await tabs.expectNames('alpha', 'gamma', 'Pump house');
  await expect(tabs.at(2)).toHaveAttribute('aria-selected', 'true');
  await app.expectValue('device-sn', 'beta');
  await app.expectValue('secret', '');
});

test('one damaged session of the last time costs that one alone, and is said', async ({ app }) => {
  const tabs = new Tabs(app);
  await app.open();
  await app.fillDevice({ port: 8_083, device: 'alpha' });
  await app.id('new-device').click();
  await app.fillDevice({ port: 8_083, device: 'beta' });
  await app.page.evaluate(() => {
    const key = 'uiot-testbench.workspace.1';
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '{}') as { sessions: unknown[] };
    kept.sessions[0] = 17;
    const text = JSON.stringify(kept);
    // What the page writes when it goes must not mend it.
    addEventListener('pagehide', () => sessionStorage.setItem(key, text));
    sessionStorage.setItem(key, text);
  });
  await app.page.reload();
  await tabs.expectNames('beta');
  await expect(app.id('toast')).toContainText('1');
});

test('nothing of the tabs moves while messages come, and many tabs scroll', async ({ app, broker }) => {
  test.slow();
  const tabs = new Tabs(app);
  await app.connect({ port: broker.webSocketPort, clientId: 'noisy' });
  await app.subscribed('noise', 0);
  await app.id('new-device').click();
  const boxes = async (): Promise<unknown> => tabs.all.evaluateAll((all) => all.map((tab) => tab.getBoundingClientRect().toJSON() as unknown));
  const name = async (): Promise<unknown> => app.id('session-name').first().evaluate((box) => box.getBoundingClientRect().toJSON() as unknown);
  const before = [await boxes(), await name()];
  await broker.publishLines('noise', Array.from({ length: 120 }, (_, index) => `${index}`), 0);
  await tabs.expectUnread(tabs.at(0), '99+');
  expect([await boxes(), await name()]).toEqual(before);

  for (let count = 0; count < 14; count += 1) await app.id('new-device').click();
  await expect(tabs.all).toHaveCount(16);
  await expect(tabs.front).toBeInViewport({ ratio: 1 });
  await expect(app.id('new-device')).toBeInViewport({ ratio: 1 });
  const narrowest = await tabs.all.evaluateAll((all) => Math.min(...all.map((tab) => tab.parentElement?.getBoundingClientRect().width ?? 0)));
  expect(narrowest).toBeGreaterThanOrEqual(96);
  await tabs.front.focus();
  await app.page.keyboard.press('Home');
  await expect(tabs.at(0)).toBeInViewport({ ratio: 1 });
  expect(await violations(app.page)).toEqual([]);
});

test('the strip draws the last round trips, and the status bar says when the next ping is due', async ({ app, broker }) => {
  await app.page.setViewportSize({ width: 1_440, height: 900 });
  await app.connect({ port: broker.webSocketPort, clientId: 'measured', keepAlive: 120 });
  await expect(app.id('next-ping')).toHaveText(/1:(4|5)\d$/);
  await expect(app.id('status-zone')).toHaveText(/^UTC[+-]\d/);
  // Counts stand at the left, the connection at the right.
  expect(await app.id('status-zone').boundingBox().then((box) => box && box.x + box.width)).toBeGreaterThan(1_400);
  const width = async (): Promise<number | undefined> => (await app.id('round-trips').boundingBox())?.width;
  const before = await width();
  for (let count = 0; count < 3; count += 1) {
    await app.id('ping-now').click();
    await app.publish('measured/x', `${count}`, 'text', 1);
  }
  await expect(app.id('round-trips').locator('path')).toHaveAttribute('d', /^M[\d.]+,[\d.]+ [\d.]+,/);
  expect(await width()).toBe(before);
});
