import { expect, test } from '../support/test';
import type { App } from '../support/app';

/** Moves in the focused group of options until `value` is chosen. */
async function arrowTo(app: App, name: string, value: string): Promise<void> {
  for (let step = 0; step < 5; step += 1) {
    if ((await app.id(name).getAttribute('data-value')) === value) return;
    await app.page.keyboard.press('ArrowRight');
  }
  await expect(app.id(name)).toHaveAttribute('data-value', value);
}

test('connect, subscribe, publish and look at a message without a mouse', async ({ app, page, broker }) => {
  const { keyboard } = page;
  const fill = async (text: string): Promise<void> => {
    await keyboard.press('Control+A');
    await keyboard.type(text);
  };
  const listener = await broker.listen('keyboard/#');

  await app.open();
  await app.tabTo('mode');
  await arrowTo(app, 'mode', 'generic');
  await app.tabTo('tls');
  await arrowTo(app, 'tls', 'ws');
  await app.tabTo('host');
  await fill('127.0.0.1');
  await app.tabTo('port');
  await fill(String(broker.webSocketPort));
  await app.tabTo('client-id');
  await fill('typist');
  // Enter in a field of the form connects.
  await keyboard.press('Enter');
  await app.expectOnline();

  await app.tabTo('subscribe-filter');
  await keyboard.type('keyboard/#');
  await keyboard.press('Enter');
  await app.expectSubscription('keyboard/#', 'granted');

  await app.tabTo('publish-format');
  await arrowTo(app, 'publish-format', 'text');
  await app.tabTo('publish-qos');
  await arrowTo(app, 'publish-qos', '1');
  await app.tabTo('publish-topic');
  await fill('keyboard/hello');
  await app.tabTo('publish-payload');
  await fill('typed, not clicked');
  await app.tabTo('publish');
  await keyboard.press('Enter');
  expect((await listener.first(1))[0]?.payload.toString()).toBe('typed, not clicked');
  await app.expectTotal(2);

  await app.tabTo('message-log');
  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  await expect(app.id('message-row').and(page.locator('[aria-selected="true"]'))).toHaveCount(1);
  await keyboard.press('Enter');
  await expect(app.id('inspector')).toBeVisible();
  await expect(await app.view('text')).toContainText('typed, not clicked');
  await app.id('message-log').focus();
  await keyboard.press('Escape');
  await expect(app.id('inspector')).toBeHidden();

  await app.tabTo('disconnect');
  await keyboard.press('Enter');
  await app.expectState('offline');
});

test('the arrow keys walk through the log and keep the selected row in view', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('walk/#', 1);
  await broker.publishLines('walk/line', Array.from({ length: 300 }, (_, index) => `step ${index + 1}.`), 1);
  await app.expectTotal(300);
  await app.id('message-log').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  const selected = page.locator('[data-testid="message-row"][aria-selected="true"]');
  await expect(selected).toContainText('step 1.');
  await expect(selected).toBeInViewport();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
  await expect(selected).toContainText('step 4.');
  await page.keyboard.press('ArrowUp');
  await expect(selected).toContainText('step 3.');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageDown');
  await expect(selected).toBeInViewport();
  await expect(selected).not.toContainText('step 3.');
  await page.keyboard.press('End');
  await expect(selected).toContainText('step 300.');
  await expect(selected).toBeInViewport();
});

test('everything that takes the focus shows it', async ({ app, page, broker }) => {
  const bare: string[] = [];
  const visit = async (steps: number): Promise<void> => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let step = 0; step < steps; step += 1) {
      await page.keyboard.press('Tab');
      const missing = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        // The ring may sit on the element itself or on the box drawn round an input.
        for (let at: Element | null = element, depth = 0; at && depth < 3; at = at.parentElement, depth += 1) {
          const style = getComputedStyle(at);
          if ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none') return null;
        }
        return element.getAttribute('data-testid') ?? element.outerHTML.slice(0, 120);
      });
      if (missing) bare.push(missing);
    }
  };
  await app.open();
  await visit(30);
  await app.fillGeneric({ port: broker.webSocketPort });
  await app.pressConnect();
  await app.expectOnline();
  await visit(30);
  expect([...new Set(bare)]).toEqual([]);
});
