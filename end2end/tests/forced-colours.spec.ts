// High contrast as the system sets it. What every screen looks like then is judged in screens.spec.ts.
import { violations } from '../support/axe';
import { expect, test } from '../support/test';

test('the focus can be seen with forced colours', async ({ app, page }) => {
  await app.open();
  await page.emulateMedia({ forcedColors: 'active' });
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press('Tab');
    const ring = await page.evaluate(() => {
      for (let at: Element | null = document.activeElement, depth = 0; at && depth < 3; at = at.parentElement, depth += 1) {
        const style = getComputedStyle(at);
        if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) return true;
      }
      return document.activeElement?.outerHTML.slice(0, 120);
    });
    expect(ring).toBe(true);
  }
  expect(await violations(page)).toEqual([]);
});
