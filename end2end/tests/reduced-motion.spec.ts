// Who asks for less motion gets none, and still sees that something goes on (design, sections 3 and 9). That nothing else
// moves on any screen is judged in screens.spec.ts.
import { expect, test } from '../support/test';

test('a connection that is being made shows a dotted ring in place of the turning arc', async ({ app, page, startServer }) => {
  const server = await startServer(() => undefined);
  await app.open();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await app.fillGeneric({ port: server.port });
  await app.pressConnect();
  await app.expectState('connecting');
  const mark = app.id('connection-state').locator('.dot.ing');
  await expect(mark).toHaveCSS('border-top-style', 'dotted');
  await expect(mark).toHaveCSS('animation-name', 'none');
});
