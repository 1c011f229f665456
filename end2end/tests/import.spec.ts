// Profiles from files and pasted text, and into a file: with what could not be taken over, and without secrets.
import { readFileSync } from 'node:fs';
import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';
import { importText, library, profile, saveAs } from '../support/profiles';
import { leaksInStorage } from '../support/secrets';

const { product, device, secret } = GREENHOUSE;
const CSV = `ProductSN,DeviceSN,DeviceSecret\n${product},pump-1,aaaaaaaaaaaaaaaa\n${product},pump-2,bbbbbbbbbbbbbbbb\n`;

async function chooseFile(app: App, name: string, content: Buffer | string): Promise<void> {
  await app.id('profiles-import').click();
  await app.id('import-file').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });
}

test('a device list as CSV is shown first, and what is chosen of it is imported, with undo', async ({ app, page }) => {
  await app.open();
  await chooseFile(app, 'devices.csv', CSV);
  await expect(app.id('import-draft')).toHaveCount(2);
  await app.id('import-draft').nth(1).getByRole('checkbox').uncheck();
  await app.id('import-start').click();
  await expect(app.id('profile')).toHaveCount(1);
  await app.id('profile-open').click();
  await expect(app.id('product-sn')).toHaveValue(product);
  await expect(app.id('device-sn')).toHaveValue('pump-1');
  await expect(app.id('secret')).toHaveValue('aaaaaaaaaaaaaaaa');
  expect(await leaksInStorage(page, 'aaaaaaaaaaaaaaaa')).toEqual([]);
  await app.id('undo').last().click();
  await expect(app.id('profile')).toHaveCount(0);
});

test('a list that a spreadsheet wrote as GB 18030 is read', async ({ app }) => {
  await app.open();
  // 产品序列号,设备序列号,设备密码 in GB 18030.
  const head = Buffer.from('b2fac6b7d0f2c1d0bac52cc9e8b1b8d0f2c1d0bac52cc9e8b1b8c3dcc2eb0d0a', 'hex');
  await chooseFile(app, 'devices.csv', Buffer.concat([head, Buffer.from(`${product},${device},${secret}\r\n`)]));
  await expect(app.id('import-draft')).toHaveCount(1);
  await expect(app.id('import-draft')).toContainText(device);
});

test('connections of MQTTX come with remarks on what a browser cannot do', async ({ app }) => {
  await app.open();
  const connection = { name: 'From MQTTX', clientId: 'mqttx_1', protocol: 'mqtt', host: 'broker.example', port: 1883, path: '/mqtt', username: 'me', password: 'secret-word-1', keepalive: 60, clean: true, mqttVersion: '5.0', subscriptions: [] };
  await importText(app, JSON.stringify([connection]));
  await expect(app.id('import-draft')).toContainText('From MQTTX');
  await expect(app.id('import-draft')).toContainText('TCP');
  await app.id('import-start').click();
  await expect(profile(app, 'From MQTTX')).toBeVisible();
  expect(await leaksInStorage(app.page, 'secret-word-1')).toEqual([]);
});

test('what holds no profiles is explained, with the line where it is known', async ({ app }) => {
  await app.open();
  await app.id('profiles-import').click();
  for (const [text, said] of [
    ['   ', /nothing/],
    ['{"profiles": [\n {"name": }\n]}', /Line 2/],
    ['{"some": "thing"}', /neither/],
    ['just words', /column DeviceSN/],
  ] as const) {
    await app.paste('import-text', text);
    await app.id('import-start').click();
    await expect(app.id('import-problem')).toHaveText(said);
  }
  await app.id('import-cancel').click();
  await expect(app.id('profile-dialog')).toBeHidden();
  await expect(app.id('profiles-import')).toBeFocused();
});

test('a hostile name is text', async ({ app }) => {
  await app.open();
  const name = '<img src=x onerror=alert(1)>';
  await importText(app, JSON.stringify([{ name, protocol: 'ws', host: 'h.example', port: 80, path: '/', clientId: 'c' }]));
  await app.id('import-start').click();
  await expect(profile(app, name)).toContainText(name);
  await expect(app.page.locator('.prof img')).toHaveCount(0);
});

test('a file dropped on the profiles is imported, not opened as a record', async ({ app, page }) => {
  await app.open();
  const data = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'devices.csv', { type: 'text/csv' }));
    return transfer;
  }, CSV);
  await app.id('profiles').dispatchEvent('dragover', { dataTransfer: data });
  await app.id('profiles').dispatchEvent('drop', { dataTransfer: data });
  await expect(app.id('import-draft')).toHaveCount(2);
  await expect(page).toHaveURL(/#\/connect$|\/$/);
  await expect(page.locator('.drop')).toBeHidden();
});

test('an export comes back as it was; secrets are in it only when asked for', async ({ app, page }) => {
  await app.open();
  await app.id('product-sn').fill(product);
  await app.id('device-sn').fill(device);
  await app.id('secret').fill(secret);
  await app.id('keep-alive').fill('77');
  await saveAs(app, 'Greenhouse', { folder: 'farm', notes: 'north' });
  const save = async (): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent('download'), app.id('profiles-export-start').click()]);
    return readFileSync(await download.path(), 'utf8');
  };
  await app.id('profiles-export').click();
  const plain = await save();
  expect(plain).not.toContain(secret);
  await app.id('profiles-export').click();
  await app.setSwitch('export-secrets', true);
  await expect(app.id('export-secrets-hint')).toContainText('plain text');
  const full = await save();
  expect(full).toContain(secret);

  await page.evaluate(() => localStorage.clear());
  await page.evaluate(() => sessionStorage.clear());
  await page.goto('about:blank');
  await app.open();
  await chooseFile(app, 'profiles.json', full);
  await app.id('import-start').click();
  await expect(app.page.locator('[data-folder="farm"]')).toBeVisible();
  await profile(app, 'Greenhouse').getByTestId('profile-open').click();
  await expect(app.id('keep-alive')).toHaveValue('77');
  await expect(app.id('secret')).toHaveValue(secret);
  expect(await library(app)).not.toContain(secret);
});
