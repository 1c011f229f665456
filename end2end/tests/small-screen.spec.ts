import { expect, test } from '../support/test';
import type { App } from '../support/app';

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
