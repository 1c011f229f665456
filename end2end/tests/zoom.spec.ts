// Magnified pages and wider text: 200 % keeps every function, 400 % reflows to a column of 320 px, and the text spacing
// of WCAG 1.4.12 clips nothing.
import { Findings } from '../support/findings';
import { cutTexts, sideways, smallTargets } from '../support/fit';
import { DESK, follow, PHONE, TABLET, WALKS } from '../support/screens';
import { expect, SOCKET_ERRORS, test } from '../support/test';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

/** A window of 1440 × 900 at 200 %, and one of 1280 × 1024 at 400 %: what the page sees of them. */
const TWICE = { width: 720, height: 450 };
const FOURFOLD = { width: 320, height: 256 };

const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }`;

for (const walk of WALKS) {
  test(`${walk.name}: at 200 % and 400 % nothing scrolls sideways or is cut, and a finger finds every control of a phone`, async ({ app, page, startBroker, startServer, openTab }) => {
    test.setTimeout(walk.takes + 90_000);
    const found = new Findings();
    await follow(walk, { app, startBroker, startServer, openTab }, async (stop) => {
      const before = page.viewportSize();
      // A drawer of a phone stays one when the window is magnified.
      const sizes = stop.widths.includes(DESK) ? [TWICE, FOURFOLD] : [FOURFOLD];
      for (const size of sizes) {
        await page.setViewportSize(size);
        found.add(`${stop.name} in ${size.width} × ${size.height}`, [...(await sideways(page)), ...(await cutTexts(page))]);
      }
      if (stop.widths.includes(PHONE)) {
        await page.setViewportSize({ width: PHONE, height: 844 });
        found.add(`${stop.name} on a phone`, await smallTargets(page));
      }
      if (before) await page.setViewportSize(before);
    });
    found.expectNone();
  });

  test(`${walk.name}: text spacing of a person's own clips nothing`, async ({ app, page, startBroker, startServer, openTab }) => {
    test.setTimeout(walk.takes + 90_000);
    const found = new Findings();
    await follow(
      walk,
      { app, startBroker, startServer, openTab },
      async (stop) => {
        const before = page.viewportSize();
        const style = await page.addStyleTag({ content: SPACING });
        for (const width of stop.widths) {
          await page.setViewportSize({ width, height: 800 });
          found.add(`${stop.name} at ${width} px`, [...(await sideways(page)), ...(await cutTexts(page))]);
        }
        await style.evaluate((element) => (element as HTMLElement).remove());
        if (before) await page.setViewportSize(before);
      },
      [DESK, TABLET],
    );
    found.expectNone();
  });
}

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
