import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { violations } from '../support/axe';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

async function expectNoSidewaysScroll(app: App, where: string): Promise<void> {
  const { scroll, client } = await app.page.evaluate(() => ({
    scroll: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
    client: document.documentElement.clientWidth,
  }));
  expect(scroll, `width of ${where}`).toBeLessThanOrEqual(client);
}

test('a session on a phone: connect, subscribe, publish, read', async ({ app, broker }) => {
  await app.open();
  await expectNoSidewaysScroll(app, 'the connect page');
  await app.fillGeneric({ port: broker.webSocketPort });
  await expectNoSidewaysScroll(app, 'the connect page in generic mode');
  await app.pressConnect();
  await app.expectOnline();
  await expectNoSidewaysScroll(app, 'the messages page');

  await app.id('open-subscriptions').click();
  await app.subscribed('phone/a-rather-long-filter-that-does-not-fit-into-the-width-of-a-phone/#', 1);
  await expectNoSidewaysScroll(app, 'the subscriptions');
  await app.id('close-subscriptions').click();

  await app.id('open-composer').click();
  await expectNoSidewaysScroll(app, 'the composer');
  await app.publish('phone/a-rather-long-filter-that-does-not-fit-into-the-width-of-a-phone/x', 'from a phone '.repeat(40), 'text', 1);
  if (await app.id('close-composer').isVisible()) await app.id('close-composer').click();

  await expect(app.rows('in')).toHaveCount(1);
  await expectNoSidewaysScroll(app, 'the log with a message');
  await app.inspect(app.rows('in').first());
  for (const view of ['text', 'hex', 'base64', 'json'] as const) {
    await app.id('inspector-tabs').locator(`[data-option="${view}"]`).click();
    await expectNoSidewaysScroll(app, `the inspector's ${view} view`);
  }
  await app.id('inspector-close').click();
  await expect(app.id('inspector')).toBeHidden();
  await app.id('nav-connect').click();
  await expect(app.id('host')).toBeVisible();
});

test('nothing scrolls sideways at any width', async ({ app, broker }) => {
  const widths = [320, 390, 768, 1_024, 1_150, 1_280];
  const check = async (where: string): Promise<void> => {
    for (const width of widths) {
      await app.page.setViewportSize({ width, height: 800 });
      await expectNoSidewaysScroll(app, `${where} at ${width} px`);
    }
  };
  await app.open();
  await check('the connect page');
  await app.fillGeneric({ port: broker.webSocketPort });
  await app.pressConnect();
  await app.expectOnline();
  await check('the messages page');
});

test('sessions on a phone: one line names the one in front, a list changes, names, closes and opens them', async ({ app, broker }) => {
  test.slow();
  await app.open();
  await app.id('try-simulator').tap();
  await app.expectOnline();
  const front = app.id('sessions-open');
  await expect(front).toContainText('sim-device-01');
  await expect(front).toContainText(/ms.*\/s/s);
  await expect(app.page.locator('.strip')).toHaveCount(0);

  await front.tap();
  await expect(app.id('session-list')).toBeVisible();
  expect(await violations(app.page)).toEqual([]);
  await app.id('new-device').tap();
  await expect(app.id('session-list')).toBeHidden();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'pocket' });
  await app.pressConnect();
  await expect(front).toContainText('pocket');
  await expect(app.id('message-log')).toBeVisible();
  await expectNoSidewaysScroll(app, 'a session in front');

  // What comes in the other session meanwhile is counted here and in the list.
  await expect(front.locator('.badge [aria-hidden]')).toHaveText(/^[1-9]/, { timeout: 20_000 });
  await front.tap();
  const other = app.id('session-tab').filter({ hasText: 'sim-device-01' });
  await expect(other.getByTestId('connection-state')).toHaveAttribute('data-state', 'online');
  await other.tap();
  await expect(front).toContainText('sim-device-01');

  await app.id('session-more').tap();
  await app.id('session-rename').tap();
  await app.id('session-title').fill('A session with a name that is far too long for the width of any phone');
  await app.page.keyboard.press('Enter');
  await expect(front).toContainText('A session with a name');
  await expectNoSidewaysScroll(app, 'a long name');
  await app.page.setViewportSize({ width: 320, height: 640 });
  await expectNoSidewaysScroll(app, 'a long name at 320 px');
  await app.page.setViewportSize({ width: 390, height: 844 });

  await app.id('session-more').tap();
  await app.id('disconnect').tap();
  await expect(app.page.locator('.strip')).toBeVisible();
  await app.id('reconnect').tap();
  await expect(app.page.locator('.strip')).toHaveCount(0);

  await front.tap();
  await app.id('session-close').first().tap();
  await expect(front).toContainText('pocket');
  await app.id('undo').tap();
  await expect(front).toContainText('A session with a name');
});

test('the bars of a phone are made for fingers, and More holds the rest', async ({ app }) => {
  await app.open();
  await app.id('try-simulator').tap();
  await app.expectOnline();
  const small = await app.page.locator('.top :is(button, label), .rail > :is(a, button)').evaluateAll((all) =>
    all
      .filter((each) => each.checkVisibility())
      .map((each) => ({ name: (each as HTMLElement).dataset['testid'] ?? each.textContent, box: each.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 44 || box.height < 44)
      .map(({ name, box }) => `${name} ${box.width} × ${box.height}`),
  );
  expect(small).toEqual([]);
  await app.id('nav-more').tap();
  await expect(app.id('more-views')).toBeVisible();
  expect(await violations(app.page)).toEqual([]);
  await app.id('more-memory').tap();
  await expect(app.id('journal-budget')).toBeVisible();
  // One Escape closes one window: what it was opened from is still there.
  await app.page.keyboard.press('Escape');
  await expect(app.id('journal-budget')).toBeHidden();
  await app.id('nav-settings').tap();
  await expect(app.page).toHaveURL(/#\/settings/);
  await expect(app.id('more-views')).toBeHidden();
  await expectNoSidewaysScroll(app, 'the settings');
  // The session's name leads back to the session.
  await app.id('sessions-open').tap();
  await app.id('session-tab').tap();
  await expect(app.page).toHaveURL(/#\/messages/);
});
