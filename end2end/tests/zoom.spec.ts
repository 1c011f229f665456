// A window of 1440 × 900 at 200 %: the main job can be done. Every screen at 200 % and 400 % is judged in screens.spec.ts.
import { expect, test } from '../support/test';

const TWICE = { width: 720, height: 450 };

test('at 200 % the main job can be done to its end', async ({ app, page, broker }) => {
  await page.setViewportSize(TWICE);
  await app.open();
  await app.fillGeneric({ port: broker.webSocketPort });
  await app.pressConnect();
  await app.expectOnline();
  await app.id('open-subscriptions').click();
  await app.subscribed('zoomed/#', 1);
  await app.id('close-subscriptions').click();
  if (await app.id('open-composer').isVisible()) await app.id('open-composer').click();
  await app.publish('zoomed/in', 'large letters', 'text', 1);
  if (await app.id('close-composer').isVisible()) await app.id('close-composer').click();
  await app.expectTotal(2);
  await app.inspect(app.rows('in').last());
  await expect(await app.view('text')).toContainText('large letters');
  await app.id('inspector-close').click();
  await app.id('log-filter').fill('dir:in');
  await expect(app.rows()).toHaveCount(1);
  await app.id('nav-wire').click();
  await expect(app.id('wire-row').first()).toBeVisible();
  await app.id('disconnect').click();
  await app.expectState('offline');
});
