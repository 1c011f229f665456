import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import { leaksInStorage } from '../support/secrets';
import { polite } from '../support/hostile';

test('the last UIoT form is there after a reload, without its secret', async ({ app, page, startServer }) => {
  const server = await startServer(polite());
  await app.open();
  await app.fillDevice({ port: server.port, protocol: '3.1', keepAlive: 90 });
  await app.id('path').fill('/mqtt');
  await app.setSwitch('clean-session', false);
  await app.pressConnect();
  await app.expectOnline();
  expect(await leaksInStorage(page, GREENHOUSE.secret)).toEqual([]);
  await app.open('#/connect');
  await app.page.reload();
  await app.expectChosen('mode', 'uiot');
  await app.expectChosen('tls', 'ws');
  await app.expectChosen('region', 'custom');
  await app.expectChosen('protocol', '3.1');
  await expect(app.id('host')).toHaveValue('127.0.0.1');
  await expect(app.id('port')).toHaveValue(String(server.port));
  await expect(app.id('path')).toHaveValue('/mqtt');
  await expect(app.id('product-sn')).toHaveValue(GREENHOUSE.product);
  await expect(app.id('device-sn')).toHaveValue(GREENHOUSE.device);
  await expect(app.id('keep-alive')).toHaveValue('90');
  await expect(app.id('clean-session')).toHaveAttribute('aria-checked', 'false');
  await expect(app.id('secret')).toHaveValue('');
  // Scheme and port do not move together any more: this port was edited.
  await app.choose('tls', 'wss');
  await expect(app.id('port')).toHaveValue(String(server.port));
});

test('the last generic form is there after a reload, without its password', async ({ app, page, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port, clientId: 'again', username: 'me', password: 'p4ssw0rd-never-kept', keepAlive: 7 });
  expect(await leaksInStorage(page, 'p4ssw0rd-never-kept')).toEqual([]);
  const kept = await page.evaluate(() => localStorage.getItem('uiot-testbench.form'));
  expect(JSON.parse(kept ?? 'null')).toBeTruthy();
  await app.open('#/connect');
  await page.reload();
  await app.expectChosen('mode', 'generic');
  await expect(app.id('client-id')).toHaveValue('again');
  await expect(app.id('username')).toHaveValue('me');
  await expect(app.id('keep-alive')).toHaveValue('7');
  await expect(app.id('password')).toHaveValue('');
  await app.expectState('offline');
});

test('a damaged memory does no harm', async ({ app, page }) => {
  await app.open();
  for (const rubbish of ['', '{', 'null', '[]', '{"mode":42,"port":17,"host":null}', '"text"', '\ud800']) {
    await test.step(JSON.stringify(rubbish), async () => {
      await page.evaluate((value) => {
        for (const key of ['form', 'language', 'theme']) localStorage.setItem(`uiot-testbench.${key}`, value);
      }, rubbish);
      await page.reload();
      await expect(app.id('connect')).toBeVisible();
      await app.expectChosen('mode', 'uiot');
      await expect(app.id('port')).toHaveValue('443');
    });
  }
});
