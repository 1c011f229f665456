// What can be measured of the looks: nothing that one can press is cut off or covered, and fields have room.
import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { connectDevice, playTraffic, sceneBroker } from '../support/scene';

/** The controls whose left or right end is cut off by their pane or lies under something else. */
async function coveredControls(app: App): Promise<string[]> {
  return app.page.evaluate(() => {
    const found: string[] = [];
    for (const control of document.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href]')) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const box = control.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      // What is scrolled out of its list is not covered.
      const list = control.closest('.scroll');
      const frame = list?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight);
      if (box.width === 0 || middle < frame.top || middle > frame.bottom) continue;
      for (const [end, x] of [
        ['left', box.left + 3],
        ['right', box.right - 3],
      ] as const) {
        const top = document.elementFromPoint(x, middle);
        const mine = top && (control.contains(top) || top.contains(control) || control.closest('label, .inp')?.contains(top));
        if (!mine || (top !== control && top?.contains(control) && top.closest('label, .inp') === null)) {
          const name = control.dataset['testid'] ?? control.getAttribute('aria-label') ?? control.innerText.slice(0, 20);
          found.push(`${end} end of ${name} (${Math.round(box.left)}–${Math.round(box.right)})`);
        }
      }
    }
    return found;
  });
}

for (const [width, height] of [
  [1_440, 900],
  [1_280, 800],
  [1_150, 800],
  [1_024, 768],
  [390, 844],
] as const) {
  test(`at ${width} px no control is cut off, and the fields have room`, async ({ app, startBroker }) => {
    const broker = await startBroker(sceneBroker);
    await app.open();
    await app.page.setViewportSize({ width, height });
    for (const language of ['en', 'zh']) {
      await app.choose('language', language);
      expect(await coveredControls(app), `connect page in ${language}`).toEqual([]);
    }
    await app.page.setViewportSize({ width: 1_440, height: 900 });
    await connectDevice(app, broker);
    await playTraffic(app, broker, 1);
    await app.page.setViewportSize({ width, height });
    for (const language of ['en', 'zh']) {
      await app.choose('language', language);
      expect(await coveredControls(app), `messages page in ${language}`).toEqual([]);
    }
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
    expect(topic.width, 'width of the topic field').toBeGreaterThanOrEqual(room * 0.6);
    expect(payload.width, 'width of the payload field').toBeGreaterThanOrEqual(room * 0.9);
    expect(payload.height, 'height of the payload field').toBeGreaterThanOrEqual(60);
    expect(payload.y, 'the payload stands below the topic').toBeGreaterThanOrEqual(topic.y + topic.height - 1);
    expect(send.y + send.height, 'the button is on the screen').toBeLessThanOrEqual(height);
  });
}
