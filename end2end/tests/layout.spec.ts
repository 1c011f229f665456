// What can be measured of the looks: nothing that one can press is cut off or covered, and fields have room.
import { expect, SOCKET_ERRORS, test } from '../support/test';
import type { App } from '../support/app';
import { connectDevice, DUELLING, playTraffic, sceneBroker } from '../support/scene';

/** The controls whose left or right end is cut off by their pane or lies under something else. */
async function coveredControls(app: App, within = 'body'): Promise<string[]> {
  return app.page.evaluate((root) => {
    const found: string[] = [];
    for (const control of document.querySelectorAll<HTMLElement>(`${root} :is(button, input, select, textarea, a[href])`)) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const box = control.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      // The link to the main content is seen while it has the focus.
      if (control.dataset['testid'] === 'skip-to-main' && control !== document.activeElement) continue;
      // What is scrolled out of its lists is not covered.
      let [top, bottom] = [0, innerHeight];
      for (let around = control.parentElement; around; around = around.parentElement) {
        if (!/auto|scroll/.test(getComputedStyle(around).overflowY)) continue;
        const frame = around.getBoundingClientRect();
        [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
      }
      // What stays in sight at the foot of a form lies over what can be scrolled clear of it.
      const foot = control.closest('form')?.querySelector('.foot');
      if (foot && !foot.contains(control) && getComputedStyle(foot).position === 'sticky') bottom = Math.min(bottom, foot.getBoundingClientRect().top - 1);
      if (box.width === 0 || middle < top || middle > bottom) continue;
      for (const [end, x] of [
        ['left', box.left + 3],
        ['right', box.right - 3],
      ] as const) {
        const there = document.elementFromPoint(x, middle);
        const mine = there && (control.contains(there) || there.contains(control) || control.closest('label, .inp')?.contains(there));
        if (!mine || (there !== control && there?.contains(control) && there.closest('label, .inp') === null)) {
          const name = control.dataset['testid'] ?? control.getAttribute('aria-label') ?? control.innerText.slice(0, 20);
          found.push(`${end} end of ${name} (${Math.round(box.left)}–${Math.round(box.right)}) under ${there?.tagName.toLowerCase() ?? 'nothing'}.${there?.className ?? ''}`);
        }
      }
    }
    return found;
  }, within);
}

/** The elements among these whose text does not fit, and is neither shortened with an ellipsis nor meant to scroll. */
async function cutTexts(app: App, selector: string): Promise<string[]> {
  return app.page.locator(selector).evaluateAll((all) =>
    all
      .filter((element) => element.checkVisibility() && element.getClientRects().length > 0)
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return element.scrollWidth > element.clientWidth + 1 || box.right > innerWidth + 0.5 || box.left < -0.5;
      })
      .map((element) => {
        const box = element.getBoundingClientRect();
        const name = (element as HTMLElement).dataset['testid'] ?? element.className;
        return `${name} (${Math.round(box.left)}–${Math.round(box.right)}, text ${element.scrollWidth} in ${element.clientWidth})`;
      }),
  );
}

const SIZES = [
  [1_440, 900],
  [1_280, 800],
  [1_150, 800],
  [1_024, 768],
  [390, 844],
] as const;

test.use({ consoleAllowed: [SOCKET_ERRORS] });

test('waiting, ledger and duel: no control is cut off at any width, and the strip has room for all it says', async ({ app, startBroker, startServer }) => {
  test.setTimeout(180_000);
  const found: string[] = [];
  const check = async (what: string): Promise<void> => {
    for (const language of ['en', 'zh']) {
      await app.choose('language', language);
      for (const [width, height] of SIZES) {
        await app.page.setViewportSize({ width, height });
        // The frame of a small screen takes the place of the large one's a moment later.
        await app.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        // On a small screen the ledger lies over the log.
        const covers = width < 1_200 && (await app.id('ledger').count()) > 0;
        const faults = [...(await coveredControls(app, covers ? '.ledger' : 'body')), ...(await cutTexts(app, '.strip, [data-testid="countdown"], .ledger, .led > li, .fg-grid .seg'))];
        found.push(...faults.map((fault) => `${what} at ${width} px in ${language}: ${fault}`));
      }
      await app.page.setViewportSize({ width: 1_440, height: 900 });
    }
  };
  const broker = await startBroker(sceneBroker);
  await app.open();
  await connectDevice(app, broker);
  await playTraffic(app, broker, 1);
  await app.openLedger();
  await check('ledger');
  await app.id('close-ledger').click();
  await app.id('nav-connect').click();
  await app.setSwitch('pinging', false);
  await app.id('nav-messages').click();
  await check('pings off');
  await broker.stop();
  await app.expectState('waiting');
  // The longer the wait, the longer the words.
  await expect.poll(async () => (await app.countdown())?.seconds ?? 0, { timeout: 90_000 }).toBeGreaterThanOrEqual(14);
  await check('waiting');
  await app.id('disconnect').click();

  const server = await startServer(DUELLING);
  await app.id('nav-connect').click();
  await app.fillGeneric({ port: server.port, will: { topic: 'a/b', payload: '' } });
  await check('will');
  await app.pressConnect();
  await expect(app.problem('duel')).toBeVisible({ timeout: 30_000 });
  await check('duel');
  expect(found).toEqual([]);
});

test('at each width no control is cut off, and the fields have room', async ({ app, startBroker }) => {
  test.setTimeout(90_000);
  const broker = await startBroker(sceneBroker);
  /** Looks in both languages at each width. The select of the language is in sight where there is room. */
  const inEach = async (look: (width: number, height: number, where: string) => Promise<void>): Promise<void> => {
    for (const language of ['en', 'zh']) {
      await app.page.setViewportSize({ width: 1_440, height: 900 });
      await app.choose('language', language);
      for (const [width, height] of SIZES) {
        await app.page.setViewportSize({ width, height });
        await look(width, height, `in ${language} at ${width} px`);
      }
    }
    await app.page.setViewportSize({ width: 1_440, height: 900 });
  };
  await app.open();
  await inEach(async (_width, _height, where) => {
    expect(await coveredControls(app), `connect page ${where}`).toEqual([]);
  });
  await connectDevice(app, broker);
  await playTraffic(app, broker, 1);
  await inEach(async (width, height, where) => {
    expect(await coveredControls(app), `messages page ${where}`).toEqual([]);
    if (width < 1_100) {
      await app.id('open-subscriptions').click();
      await expect(app.id('subscribe')).toBeVisible();
      expect(await app.id('subscribe-filter').boundingBox().then((box) => box?.width)).toBeGreaterThan(150);
      await app.id('close-subscriptions').click();
    }
    if (width < 720) await app.id('open-composer').click();
    const topic = await app.id('publish-topic').boundingBox();
    const payload = await app.id('publish-payload').boundingBox();
    const send = await app.id('publish').boundingBox();
    if (!topic || !payload || !send) throw new Error('the composer is not there');
    const room = Math.min(width - 60, 400);
    expect(topic.width, `width of the topic field ${where}`).toBeGreaterThanOrEqual(room * 0.6);
    expect(payload.width, `width of the payload field ${where}`).toBeGreaterThanOrEqual(room * 0.9);
    expect(payload.height, `height of the payload field ${where}`).toBeGreaterThanOrEqual(60);
    expect(payload.y, `the payload stands below the topic ${where}`).toBeGreaterThanOrEqual(topic.y + topic.height - 1);
    expect(send.y + send.height, `the button is on the screen ${where}`).toBeLessThanOrEqual(height);
    if (width < 720) await app.page.keyboard.press('Escape');
  });
});
