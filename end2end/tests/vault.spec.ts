// Secrets remembered on this computer: encrypted under a passphrase, never plain in the storage.
import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import type { Page } from '@playwright/test';
import type { App } from '../support/app';
import { fromMenu, importText, profile, saveAs } from '../support/profiles';
import { leaksInPage, leaksInStorage } from '../support/secrets';

const { product, device, secret } = GREENHOUSE;
const PASSPHRASE = 'seven blue kettles';

/** Saves a device with its secret remembered under the passphrase. */
async function remember(app: App): Promise<void> {
  await app.open();
  await app.id('product-sn').fill(product);
  await app.id('device-sn').fill(device);
  await app.id('secret').fill(secret);
  await app.id('remember-secret').check();
  await app.id('save-profile').click();
  await app.id('profile-name').fill('Greenhouse');
  await app.id('profile-save').click();
  await app.id('passphrase').fill(PASSPHRASE);
  await app.id('passphrase-again').fill(PASSPHRASE);
  await app.id('vault-submit').click();
  await expect(app.id('profile-dialog')).toBeHidden();
  await expect(app.id('vault')).toHaveAttribute('data-state', 'unlocked');
  await expect(app.id('vault')).toContainText('1');
}

async function unlock(app: App, passphrase: string): Promise<void> {
  await app.id('passphrase').fill(passphrase);
  await app.id('vault-submit').click();
}

/** How many secrets the vault holds, as it says without its passphrase. */
const remembered = (page: Page): Promise<number> =>
  page.evaluate(() => JSON.parse(localStorage.getItem('uiot-testbench.vault.1') ?? '{}').count);

test('a remembered secret is back after a reload and the passphrase, and never plain in the storage', async ({ app, page }) => {
  await remember(app);
  expect(await leaksInStorage(page, secret)).toEqual([]);
  expect(await leaksInStorage(page, PASSPHRASE)).toEqual([]);
  expect(await leaksInPage(page, secret)).toEqual([]);
  const vault = await page.evaluate(() => localStorage.getItem('uiot-testbench.vault.1') ?? '');
  expect(vault).not.toContain(device);

  await page.reload();
  await expect(app.id('vault')).toHaveAttribute('data-state', 'locked');
  await expect(app.id('secret')).toHaveValue('');
  await app.id('unlock-secrets').click();
  await unlock(app, 'not the passphrase');
  await expect(app.id('vault-problem')).toBeVisible();
  await expect(app.id('passphrase')).toBeFocused();
  await unlock(app, PASSPHRASE);
  await expect(app.id('profile-dialog')).toBeHidden();
  await expect(app.id('secret')).toHaveValue(secret);
  await expect(app.id('remember-secret')).toBeChecked();
  await app.id('vault-toggle').click();
  await expect(app.id('vault')).toHaveAttribute('data-state', 'locked');
});

test('a broker that takes a user name is not connected without the remembered password: the passphrase comes first', async ({
  app,
  page,
  startBroker,
}) => {
  const broker = await startBroker({ users: { operator: 'right horse' } });
  await app.open();
  await app.fillGeneric({ port: broker.webSocketPort, username: 'operator', password: 'right horse' });
  await app.id('remember-secret').check();
  await app.id('save-profile').click();
  await app.id('profile-name').fill('Hall');
  await app.id('profile-save').click();
  await app.id('passphrase').fill(PASSPHRASE);
  await app.id('passphrase-again').fill(PASSPHRASE);
  await app.id('vault-submit').click();
  await expect(app.id('profile-dialog')).toBeHidden();

  await page.reload();
  await expect(app.id('vault')).toHaveAttribute('data-state', 'locked');
  // Beside the field that is empty for that reason.
  await expect(page.locator('#hint-password')).not.toBeEmpty();
  await profile(app, 'Hall').getByTestId('profile-connect').click();
  await unlock(app, PASSPHRASE);
  await app.expectOnline();
});

test('a short passphrase and two that differ are refused with words', async ({ app }) => {
  await app.open();
  await app.id('product-sn').fill(product);
  await app.id('device-sn').fill(device);
  await app.id('secret').fill(secret);
  await app.id('remember-secret').check();
  await app.id('save-profile').click();
  await app.id('profile-save').click();
  await app.id('passphrase').fill('short');
  await app.id('vault-submit').click();
  await expect(app.id('vault-problem')).toBeVisible();
  await app.id('passphrase').fill(PASSPHRASE);
  await app.id('passphrase-again').fill(`${PASSPHRASE}.`);
  await app.id('vault-submit').click();
  await expect(app.id('vault-problem')).toBeVisible();
  await app.id('vault-cancel').click();
  await expect(app.id('vault')).toHaveCount(0);
  expect(await leaksInStorage(app.page, secret)).toEqual([]);
});

test('without remembering, the secret stays in this page and ends with it', async ({ app, page }) => {
  await app.open();
  await app.id('product-sn').fill(product);
  await app.id('device-sn').fill(device);
  await app.id('secret').fill(secret);
  await saveAs(app, 'Greenhouse');
  await app.id('device-sn').fill('something-else');
  await app.id('new-device').click();
  await fromMenu(app, 'Greenhouse', 'profile-open-new');
  await expect(app.id('secret')).toHaveValue(secret);
  expect(await leaksInStorage(page, secret)).toEqual([]);
  await page.reload();
  await expect(profile(app, 'Greenhouse')).toBeVisible();
  await expect(app.id('secret')).toHaveValue('');
  await expect(app.id('vault')).toHaveCount(0);
});

test('all secrets are forgotten after a question that begins on Cancel', async ({ app, page }) => {
  await remember(app);
  await app.id('forget-all').click();
  await expect(app.id('forget-all-cancel')).toBeFocused();
  await app.id('forget-all-cancel').click();
  await expect(app.id('vault')).toBeVisible();
  await app.id('forget-all').click();
  await app.id('forget-all-do').click();
  await expect(app.id('vault')).toHaveCount(0);
  expect(await page.evaluate(() => localStorage.getItem('uiot-testbench.vault.1'))).toBeNull();
  await expect(profile(app, 'Greenhouse')).toBeVisible();
});

test('a profile that was deleted while the vault was locked leaves no secret in it', async ({ app, page }) => {
  await remember(app);
  await page.reload();
  await expect(app.id('vault')).toHaveAttribute('data-state', 'locked');
  await fromMenu(app, 'Greenhouse', 'profile-remove');
  await expect(profile(app, 'Greenhouse')).toHaveCount(0);
  await page.reload();
  expect(await remembered(page)).toBe(1);
  await app.id('vault-toggle').click();
  await unlock(app, PASSPHRASE);
  await expect(app.id('profile-dialog')).toBeHidden();
  await expect(app.id('vault')).toHaveAttribute('data-state', 'unlocked');
  await expect.poll(() => remembered(page)).toBe(0);
});

test('all secrets of an import are remembered, however many', async ({ app, page }) => {
  await app.open();
  const rows = Array.from({ length: 40 }, (_, row) => `${product},pump-${row},${String(row).padStart(16, 's')}`);
  await importText(app, `ProductSN,DeviceSN,DeviceSecret\n${rows.join('\n')}\n`);
  await expect(app.id('import-draft')).toHaveCount(40);
  await app.id('import-remember').check();
  await app.id('import-start').click();
  await app.id('passphrase').fill(PASSPHRASE);
  await app.id('passphrase-again').fill(PASSPHRASE);
  await app.id('vault-submit').click();
  await expect(app.id('profile-dialog')).toBeHidden();
  await expect.poll(() => remembered(page)).toBe(40);
  await page.reload();
  await app.id('vault-toggle').click();
  await unlock(app, PASSPHRASE);
  await expect(app.id('profile-dialog')).toBeHidden();
  await profile(app, 'pump-39').getByTestId('profile-open').click();
  await expect(app.id('secret')).toHaveValue('ssssssssssssss39');
});

test('a form that leads elsewhere by now does not get the secret, and saved so it takes it out of the vault', async ({ app, page }) => {
  await remember(app);
  await page.reload();
  await expect(app.id('unlock-secrets')).toBeVisible();
  await app.choose('mode', 'generic');
  await app.id('host').fill('elsewhere.example');
  await app.id('vault-toggle').click();
  await unlock(app, PASSPHRASE);
  await expect(app.id('profile-dialog')).toBeHidden();
  await expect(app.id('vault')).toHaveAttribute('data-state', 'unlocked');
  await expect(app.id('password')).toHaveValue('');
  await app.id('save-profile').click();
  await expect.poll(() => remembered(page)).toBe(0);
  await app.id('undo').last().click();
  await expect.poll(() => remembered(page)).toBe(1);
});

test('where the browser does not encrypt, it is said why', async ({ app, page }) => {
  await page.addInitScript(() => Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined }));
  await app.open();
  await expect(app.id('remember-secret')).toBeDisabled();
  await expect(page.locator('#hint-remember')).toContainText('https');
});
