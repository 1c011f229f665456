import { expect, test } from '../support/test';

const blockers: Record<string, () => void> = {
  'is forbidden': () => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
  },
  'is null': () => {
    Object.defineProperty(window, 'localStorage', { get: () => null });
  },
  'is full': () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
  },
};

for (const [what, block] of Object.entries(blockers)) {
  test(`where the browser's storage ${what}, a notice is shown and the app works`, async ({ app, page, broker }) => {
    await page.addInitScript(block);
    await app.open();
    await expect(app.id('storage-notice')).toBeVisible();
    await expect(app.id('storage-notice')).not.toBeEmpty();
    await app.fillGeneric({ port: broker.webSocketPort });
    await app.choose('language', 'zh');
    await app.choose('theme', 'dark');
    await app.pressConnect();
    await app.expectOnline();
    await app.subscribed('works/anyway');
    await broker.publish('works/anyway', 'yes', 1);
    await expect(app.rows('in')).toHaveCount(1);
  });
}

test('where storage works there is no notice', async ({ app }) => {
  await app.open();
  await expect(app.id('connect')).toBeVisible();
  await expect(app.id('storage-notice')).toBeHidden();
});
