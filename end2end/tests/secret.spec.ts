import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import { leaksInPage, leaksInStorage } from '../support/secrets';
import { polite } from '../support/hostile';

const { secret } = GREENHOUSE;

test('the device secret is masked everywhere, before and after connecting', async ({ app, page, startServer }) => {
  const server = await startServer(polite());
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await app.open();
  await app.fillDevice({ port: server.port });
  await expect(app.id('secret')).toHaveAttribute('type', 'password');
  await expect(app.id('secret')).toHaveValue(secret);
  expect(await leaksInPage(page, secret)).toEqual([]);
  await app.pressConnect();
  await app.expectOnline();
  await app.publish('some/topic', 'some payload');
  await app.inspect(app.rows('out').first());
  for (const view of ['json', 'text', 'hex', 'base64'] as const) {
    await app.id('inspector-tabs').locator(`[data-option="${view}"]`).click();
    expect(await leaksInPage(page, secret)).toEqual([]);
  }
  expect(await leaksInStorage(page, secret)).toEqual([]);
  expect(said.filter((text) => text.includes(secret))).toEqual([]);
});

test('the search for leaks finds a leak', async ({ app, page }) => {
  await app.open();
  await page.evaluate((text) => {
    document.body.dataset['x'] = text;
    localStorage.setItem('leak', btoa(text));
  }, secret);
  expect(await leaksInPage(page, secret)).toEqual(['attribute data-x of body']);
  expect(await leaksInStorage(page, secret)).toEqual(['localStorage leak']);
});

for (const [mode, field] of [
  ['uiot', 'secret'],
  ['generic', 'password'],
] as const) {
  test(`show and hide of the ${field} changes the input alone`, async ({ app }) => {
    await app.open();
    await app.choose('mode', mode);
    await app.id(field).fill('visible-for-a-moment');
    await expect(app.id(field)).toHaveAttribute('type', 'password');
    await app.id('secret-toggle').click();
    await expect(app.id(field)).toHaveAttribute('type', 'text');
    await expect(app.id(field)).toHaveValue('visible-for-a-moment');
    expect(await leaksInPage(app.page, 'visible-for-a-moment')).toEqual([`value of ${field}`]);
    await app.id('secret-toggle').click();
    await expect(app.id(field)).toHaveAttribute('type', 'password');
    expect(await leaksInPage(app.page, 'visible-for-a-moment')).toEqual([]);
  });
}
