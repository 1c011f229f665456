// axe-core on every screen and state, in both themes, at desk and at phone: WCAG 2.0 to 2.2, levels A and AA.
import { checkStop, violations } from '../support/axe';
import { Findings } from '../support/findings';
import { DESK, follow, PHONE, WALKS } from '../support/screens';
import { expect, SOCKET_ERRORS, test } from '../support/test';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

test('the checker finds what is wrong', async ({ page }) => {
  await page.setContent('<html lang="en"><title>t</title><main><input><p style="color:#ccc;background:#fff">pale</p></main></html>');
  const found = await violations(page);
  expect(found.some((text) => text.startsWith('label:'))).toBe(true);
  expect(found.some((text) => text.startsWith('color-contrast:'))).toBe(true);
});

for (const walk of WALKS) {
  test(`${walk.name}: axe has nothing against it`, async ({ app, startBroker, startServer, openTab }) => {
    test.setTimeout(walk.takes + 120_000);
    const found = new Findings();
    await follow(walk, { app, startBroker, startServer, openTab }, (stop) => checkStop(app, stop, found), [DESK, PHONE]);
    found.expectNone();
  });
}
