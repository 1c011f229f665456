// Who asks for less motion gets none, on any screen; who does not gets nothing that lasts (design, sections 3 and 9).
import type { Page } from '@playwright/test';
import { Findings } from '../support/findings';
import { follow, WALKS } from '../support/screens';
import { expect, SOCKET_ERRORS, test } from '../support/test';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

/** Everything that moves, or would on the next change. */
const moving = (page: Page, longest: number): Promise<string[]> =>
  page.evaluate((limit) => {
    const milliseconds = (list: string): number => Math.max(0, ...list.split(',').map((part) => parseFloat(part) * (part.includes('ms') ? 1 : 1_000)));
    const found = new Set<string>();
    for (const element of document.querySelectorAll('body, body *')) {
      for (const pseudo of [null, '::before', '::after']) {
        const style = getComputedStyle(element, pseudo);
        const name = `${element.tagName.toLowerCase()}.${[...element.classList].join('.')}${pseudo ?? ''}`;
        if (milliseconds(style.transitionDuration) + milliseconds(style.transitionDelay) > limit) found.add(`${name} fades for ${style.transitionDuration}`);
        if (limit === 0 && style.animationName !== 'none') found.add(`${name} runs ${style.animationName}`);
        if (limit === 0 && style.scrollBehavior === 'smooth') found.add(`${name} scrolls smoothly`);
      }
    }
    if (limit === 0) for (const animation of document.getAnimations()) found.add(`an animation is ${animation.playState}`);
    return [...found];
  }, longest);

test('the reader of motion sees what moves', async ({ page }) => {
  await page.setContent('<!doctype html><style>@keyframes spin { to { transform: rotate(1turn) } } .a { animation: spin 1s infinite } .b { transition: color 300ms }</style><p class="a">a</p><p class="b">b</p>');
  expect((await moving(page, 0)).length).toBeGreaterThanOrEqual(2);
  expect(await moving(page, 140)).toEqual(['p.b fades for 0.3s']);
});

for (const walk of WALKS) {
  test(`${walk.name}: nothing moves for those who asked for that, and nothing lasts for the others`, async ({ app, page, startBroker, startServer, openTab }) => {
    test.setTimeout(walk.takes + 60_000);
    const found = new Findings();
    await follow(walk, { app, startBroker, startServer, openTab }, async (stop) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      found.add(stop.name, await moving(page, 0));
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      found.add(`${stop.name}, no preference`, await moving(page, 140));
    });
    found.expectNone();
  });
}

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
