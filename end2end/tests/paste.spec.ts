// A whole credential pasted into one of its three inputs fills all of them.
import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';
import { leaksInStorage } from '../support/secrets';

const { product, device, secret } = GREENHOUSE;

test.beforeEach(async ({ context }) => context.grantPermissions(['clipboard-read', 'clipboard-write']));

async function pasteInto(app: App, field: string, text: string): Promise<void> {
  await app.id(field).focus();
  await app.page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await app.id(field).press('ControlOrMeta+V');
}

async function expectFilled(app: App): Promise<void> {
  await expect(app.id('product-sn')).toHaveValue(product);
  await expect(app.id('device-sn')).toHaveValue(device);
  await expect(app.id('secret')).toHaveValue(secret);
}

for (const [name, into, text] of [
  ['a JSON object', 'product-sn', JSON.stringify({ ProductSN: product, DeviceSN: device, DeviceSecret: secret })],
  ['a CSV line', 'device-sn', `${product},${device},${secret}`],
  ['key=value', 'secret', `ProductSN=${product}\nDeviceSN=${device}\nDeviceSecret=${secret}`],
  ['three lines', 'product-sn', `${product}\n${device}\n${secret}\n`],
  ['Chinese names', 'device-sn', `产品序列号：${product}\n设备序列号：${device}\n设备密码：${secret}`],
] as const) {
  test(`${name} pasted into ${into} fills all three, and undo takes it back`, async ({ app }) => {
    await app.open();
    await app.id('product-sn').fill('before');
    await pasteInto(app, into, text);
    await expectFilled(app);
    await expect(app.id('toast')).toContainText('DeviceSN');
    expect(await leaksInStorage(app.page, secret)).toEqual([]);
    await app.id('undo').click();
    await expect(app.id('product-sn')).toHaveValue('before');
    await expect(app.id('device-sn')).toHaveValue('');
    await expect(app.id('secret')).toHaveValue('');
  });
}

test('a single value goes where it is pasted, and other inputs take text as it is', async ({ app }) => {
  await app.open();
  await pasteInto(app, 'device-sn', device);
  await expect(app.id('device-sn')).toHaveValue(device);
  await expect(app.id('product-sn')).toHaveValue('');
  await app.choose('region', 'custom');
  await app.id('host').fill('');
  await pasteInto(app, 'host', `${product},${device},${secret}`);
  await expect(app.id('host')).toHaveValue(`${product},${device},${secret}`);
  await expect(app.id('product-sn')).toHaveValue('');
});
