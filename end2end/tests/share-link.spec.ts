// A form as a link: without its secret, shown before it is opened, and never connecting by itself.
import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';

const { product, device, secret } = GREENHOUSE;

test('the link carries the form and not the secret, and opening it fills a form without connecting', async ({ app, page, broker, openTab, traffic }) => {
  await app.open();
  await app.fillDevice({ port: broker.webSocketPort, keepAlive: 99 });
  const link = await app.id('share-link').inputValue();
  expect(link).toContain('#/open?');
  expect(link).not.toContain(secret);

  const other = await openTab();
  await other.page.goto(link);
  await expect(other.id('shared-link')).toBeVisible();
  await expect(other.id('shared-form')).toContainText(device);
  await expect(other.id('shared-form')).toContainText(product);
  expect(traffic.urls.filter((url) => url.startsWith('ws'))).toEqual([]);
  await other.id('shared-open').click();
  await expect(other.id('device-sn')).toHaveValue(device);
  await expect(other.id('keep-alive')).toHaveValue('99');
  await expect(other.id('secret')).toHaveValue('');
  await expect(other.id('secret')).toBeFocused();
  await other.expectState('offline');
  expect(traffic.urls.filter((url) => url.startsWith('ws'))).toEqual([]);
  await other.id('secret').fill(secret);
  await other.pressConnect();
  await other.expectOnline();
  await expect(page).toHaveURL(/#\/connect$|\/$/);
});

test('a link that is opened over a form of one’s own goes into a new session, or is discarded', async ({ app, page }) => {
  await app.open();
  await app.choose('mode', 'generic');
  await app.id('host').fill('mine.example');
  await page.evaluate(() => (location.hash = '#/open?mode=generic&host=theirs.example&client=c1&sub=1:a/%23'));
  await expect(app.id('shared-form')).toContainText('theirs.example');
  await expect(app.id('shared-subscriptions')).toContainText('a/#');
  await app.id('shared-discard').click();
  await expect(app.id('host')).toHaveValue('mine.example');
  await expect(app.id('session-tab')).toHaveCount(1);

  await page.evaluate(() => (location.hash = '#/open?mode=generic&host=theirs.example&client=c1&sub=1:a/%23'));
  await app.id('shared-open').click();
  await expect(app.id('session-tab')).toHaveCount(2);
  await expect(app.id('host')).toHaveValue('theirs.example');
  await app.id('session-tab').first().click();
  await expect(app.id('host')).toHaveValue('mine.example');
});

for (const [what, hash, said] of [
  ['values without a meaning', '#/open?mode=carrier-pigeon', /carrier-pigeon/],
  ['far too much', `#/open?device=${'x'.repeat(9_000)}`, /8192/],
] as const) {
  test(`a link with ${what} is explained and changes nothing`, async ({ app }) => {
    await app.open(hash);
    await expect(app.id('shared-problem')).toHaveText(said);
    await app.id('shared-discard').click();
    await expect(app.id('device-sn')).toHaveValue('');
  });
}

test('a hostile link is text', async ({ app, page }) => {
  await app.open(`#/open?mode=generic&host=${encodeURIComponent('<img src=x onerror=alert(1)>')}`);
  await expect(app.id('shared-form')).toContainText('<img src=x onerror=alert(1)>');
  await expect(page.locator('[data-testid="shared-link"] img')).toHaveCount(0);
  await app.page.setViewportSize({ width: 390, height: 844 });
  const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
  expect(scroll).toBeLessThanOrEqual(client);
});

test('the link is copied', async ({ app, context, page }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.open();
  await app.id('device-sn').fill(device);
  await app.id('share-copy').click();
  await expect(app.id('toast')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await app.id('share-link').inputValue());
});
