// The lines between panes: by mouse and by keyboard, within limits, remembered, restored by a double click.
import type { App } from '../support/app';
import { expect, test } from '../support/test';

async function width(app: App, selector: string): Promise<number> {
  return (await app.page.locator(selector).boundingBox())?.width ?? 0;
}

async function height(app: App, selector: string): Promise<number> {
  return (await app.page.locator(selector).boundingBox())?.height ?? 0;
}

async function drag(app: App, id: string, dx: number, dy: number): Promise<void> {
  const box = await app.id(id).boundingBox();
  if (!box) throw new Error(`${id} is not there`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await app.page.mouse.move(x, y);
  await app.page.mouse.down();
  await app.page.mouse.move(x + dx / 2, y + dy / 2);
  await app.page.mouse.move(x + dx, y + dy);
  await app.page.mouse.up();
}

test('a pane is as wide as it was dragged, after a reload too, until a double click', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  const before = await width(app, '.side');
  await drag(app, 'divider-messages-side', 80, 0);
  await expect.poll(() => width(app, '.side')).toBe(before + 80);
  await app.page.reload();
  await expect.poll(() => width(app, '.side')).toBe(before + 80);
  await app.id('divider-messages-side').dblclick();
  await expect.poll(() => width(app, '.side')).toBe(before);
});

test('the pane has more room for topics than for subscriptions, until it is dragged', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  const before = await width(app, '.side');
  await app.id('tab-topics').click();
  await expect.poll(() => width(app, '.side')).toBeGreaterThan(before);
  const topics = await width(app, '.side');
  await app.id('tab-subscriptions').click();
  await expect.poll(() => width(app, '.side')).toBe(before);
  await drag(app, 'divider-messages-side', 20, 0);
  await expect.poll(() => width(app, '.side')).toBe(before + 20);
  await app.id('tab-topics').click();
  await expect.poll(() => width(app, '.side')).toBe(before + 20);
  await app.id('divider-messages-side').dblclick();
  await expect.poll(() => width(app, '.side')).toBe(topics);
});

test('dragged too far it stops where the log still has its room', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('a', '1');
  await app.inspect(app.rows('out').first());
  await drag(app, 'divider-messages-inspector', -900, 0);
  await expect.poll(() => width(app, '.centre')).toBe(420);
  await drag(app, 'divider-messages-inspector', 900, 0);
  await expect.poll(() => width(app, '.insp')).toBe(300);
  // A narrower window takes from the panes, not from the log.
  await drag(app, 'divider-messages-inspector', -300, 0);
  await app.page.setViewportSize({ width: 1_210, height: 800 });
  await expect.poll(() => width(app, '.centre')).toBeGreaterThanOrEqual(420);
  expect(await app.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1_210);
});

test('the arrow keys move it, Home and End to its limits, and it says where it is', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  const divider = app.id('divider-messages-side');
  const before = await width(app, '.side');
  await divider.focus();
  await expect(divider).toHaveAttribute('aria-valuenow', String(before));
  await page.keyboard.press('ArrowRight');
  await expect(divider).toHaveAttribute('aria-valuenow', String(before + 16));
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(divider).toHaveAttribute('aria-valuenow', String(before - 16));
  await page.keyboard.press('Home');
  await expect(divider).toHaveAttribute('aria-valuenow', '180');
  await page.keyboard.press('End');
  await expect.poll(() => width(app, '.centre')).toBe(420);
  await expect(divider).toHaveAttribute('aria-valuenow', (await divider.getAttribute('aria-valuemax')) ?? '');
});

test('the composer and the detail of a packet have a height of their own', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  const composer = await height(app, '.comp');
  await drag(app, 'divider-messages-composer', 0, -60);
  await expect.poll(() => height(app, '.comp')).toBe(composer + 60);
  await page.keyboard.press('Alt+6');
  await app.id('wire-log').focus();
  await page.keyboard.press('Home');
  await expect(app.id('wire-detail')).toBeVisible();
  const detail = await height(app, '.split');
  await app.id('divider-wire-detail').focus();
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => height(app, '.split')).toBe(detail + 16);
  // One command brings all of them back.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('restore the sizes');
  await page.keyboard.press('Enter');
  await expect.poll(() => height(app, '.split')).toBe(detail);
  await page.keyboard.press('Alt+1');
  await expect.poll(() => height(app, '.comp')).toBe(composer);
});

test('a small screen has none', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.locator('.divider:visible')).toHaveCount(0);
});
