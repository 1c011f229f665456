// The page of firmware upgrades: with the simulator in the page, and as a device of a platform behind a socket.
import { expect, test as base } from '../support/test';
import type { App } from '../support/app';
import { Simulator } from '../support/simulator';

/** Starts a platform behind a socket; it ends after the page, which would try to reach it again. */
const test = base.extend<{ simulate: (...options: string[]) => Promise<Simulator> }>({
  simulate: async ({ page }, use) => {
    const started: Simulator[] = [];
    await use(async (...options) => {
      const simulator = await Simulator.start(...options);
      started.push(simulator);
      return simulator;
    });
    await page.close();
    for (const simulator of started) await simulator.stop();
  },
});

async function connect(app: App, simulator: Simulator): Promise<void> {
  const { address, ProductSN, DeviceSN, DeviceSecret } = simulator.first;
  await app.open();
  await app.fillDevice({ port: Number(new URL(address).port), product: ProductSN, device: DeviceSN, secret: DeviceSecret });
  await app.pressConnect();
  await app.expectOnline();
  await open(app);
}

async function open(app: App): Promise<void> {
  await app.id('nav-ota').click();
  await expect(app.id('ota-report')).toBeEnabled();
}

/** The demo device, with an upgrade that is through in about a second. */
async function demo(app: App): Promise<void> {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await open(app);
  await plan(app, { every: '200', download: '0.6', burn: '0.4' });
}

async function plan(app: App, times: { every?: string; download?: string; burn?: string }): Promise<void> {
  for (const [name, value] of Object.entries(times)) {
    await app.id(`ota-${name}`).fill(value);
    await app.id(`ota-${name}`).press('Enter');
    await expect(app.id(`ota-${name}`)).toHaveValue(value);
  }
}

const stands = (app: App, standing: string): Promise<void> => expect(app.id('ota-task')).toHaveAttribute('data-standing', standing);

const steps = (app: App): Promise<(string | null)[]> =>
  app.id('ota-step').evaluateAll((all) => all.map((step) => step.getAttribute('data-state')));

/** What the list of messages shows, newest first. */
const said = (app: App, text: string | RegExp) => app.id('ota').getByTestId('trail-line').filter({ hasText: text });

test('an upgrade from order to success: steps, progress, link, and each message with its packet', async ({ app }) => {
  await demo(app);
  await expect(app.id('ota-none')).toBeVisible();
  await expect(app.id('ota-version')).toHaveValue('1.0.0');
  await app.id('ota-order').click();
  await stands(app, 'ended');
  expect(await steps(app)).toEqual(['done', 'done', 'done', 'done', 'done']);
  await expect(app.id('ota-state')).toHaveText('Succeeded');
  await expect(app.id('ota-versions')).toHaveText('1.0.0 → 1.1.0');
  await expect(app.id('ota-version')).toHaveValue('1.1.0');
  await expect(app.id('ota-url')).toHaveText(/^http:\/\/firmware\.invalid\/.+Signature=.+Expires=\d+$/);
  await expect(app.id('ota-size')).toContainText('524,288 B');
  await expect(app.id('ota-valid')).toHaveText(/^23 h 59 min left$/);
  for (const text of ['report_progress', 'report_success', 'update_firmware']) await expect(said(app, text).first()).toBeVisible();

  // The platform in the page has the file, without a network.
  await app.id('ota-fetch').click();
  await expect(app.id('ota-fetch-result')).toHaveAttribute('data-result', 'good');

  await said(app, 'report_success').getByTestId('trail-wire').click();
  await expect(app.page).toHaveURL(/#\/wire/);
  await app.id('nav-ota').click();
  await said(app, 'report_success').getByTestId('trail-open').click();
  await expect(app.id('inspector')).toContainText('report_success');
});

test('an upgrade fails as planned, is paused and fails at once by hand, and succeeds with the wrong version', async ({ app }) => {
  await demo(app);
  await app.choose('ota-outcome', 'fail');
  await app.id('ota-code').locator('[data-option="-2"] input').check();
  await app.id('ota-percent').fill('101');
  await app.id('ota-percent').press('Enter');
  await expect(app.id('ota-fault')).toBeVisible();
  await app.id('ota-percent').fill('50');
  await app.id('ota-percent').press('Enter');
  await expect(app.id('ota-fault')).toHaveCount(0);
  await app.id('ota-order').click();
  await stands(app, 'ended');
  expect(await steps(app)).toEqual(['done', 'done', 'failed', 'todo', 'failed']);
  await expect(app.id('ota-end')).toContainText('ErrCode -2');
  await expect(app.id('ota-progress')).toHaveAttribute('aria-valuenow', '50');

  // Paused, it waits also while another page is shown, and goes on or fails when a person wants it.
  await app.choose('ota-outcome', 'succeed');
  await plan(app, { download: '600' });
  await app.id('ota-order').click();
  await stands(app, 'runs');
  await app.id('ota-pause').click();
  await stands(app, 'paused');
  await app.id('nav-messages').click();
  await app.id('nav-ota').click();
  await stands(app, 'paused');
  await app.id('ota-continue').click();
  await stands(app, 'runs');
  await app.id('ota-code').locator('[data-option="-5"] input').check();
  await app.id('ota-fail').click();
  await stands(app, 'ended');
  await expect(app.id('ota-state')).toHaveText('Failed -5');

  await plan(app, { download: '0' });
  await app.id('ota-success-version').fill('1.1.0-dirty');
  await app.id('ota-success-version').press('Enter');
  await app.id('ota-order').click();
  await expect(app.id('ota-end')).toContainText('1.1.0-dirty');
  await expect(app.id('ota-state')).toHaveText('Wrong version');
});

test('the connection is cut at the chosen place, and the upgrade goes on after the reconnect', async ({ app }) => {
  await demo(app);
  await app.choose('ota-outcome', 'drop');
  await app.id('ota-order').click();
  await expect(app.id('ota-task').filter({ has: app.page.getByText('Waits to go on') })).toBeVisible();
  await expect(app.id('ota-progress')).toHaveAttribute('aria-valuenow', '85');
  await expect(app.id('ota-report')).toBeDisabled();
  await expect(app.id('ota-state')).toHaveText('Succeeded', { timeout: 15_000 });
  // When it came online, when it came back, and with the new firmware.
  await expect(said(app, 'report_version')).toHaveCount(3);
});

test('over a socket: reported, ordered, begun by hand, cancelled by the cloud, and a second module beside it', async ({ app, simulate }) => {
  const simulator = await simulate();
  const { DeviceSN } = simulator.first;
  const console_ = async (Module: string): Promise<unknown> => {
    const devices = (await simulator.look('firmwares')).Devices as { Module: string; DeviceSN: string; Status: unknown }[];
    return devices.find((each) => each.DeviceSN === DeviceSN && each.Module === Module)?.Status;
  };
  await connect(app, simulator);
  // Without a subscription no order comes; the page says so and helps.
  await app.id('service-subscribe').click();
  await expect(app.id('service-topics')).toHaveCount(0);

  await app.id('ota-request').click();
  await expect(app.id('ota-problem')).toContainText('never reported');
  await app.id('ota-version').fill('1 0');
  await expect(app.id('ota-irregular')).toBeVisible();
  await app.id('ota-version').fill('1.0.0');
  await app.id('ota-report').click();
  await expect.poll(() => console_('default')).toMatchObject({ State: 'Initial', Version: '1.0.0' });
  expect((await simulator.call('add-firmware-module', { Module: 'wifi' })).RetCode).toBe(0);
  expect((await simulator.call('add-firmware', { Module: 'wifi', Version: '2.0', Size: 4233 })).RetCode).toBe(0);
  await app.id('ota-module').fill('wifi');
  await app.id('ota-version').fill('1.9');
  await app.id('ota-report').click();
  await expect(app.id('ota-known')).toHaveCount(2);

  expect((await simulator.call('push-firmware', { DeviceSN, Version: '1.1.0' })).RetCode).toBe(0);
  await stands(app, 'offered');
  await plan(app, { every: '200', download: '600' });
  await app.id('ota-start').click();
  await expect.poll(() => console_('default')).toMatchObject({ State: 'Downloading' });
  expect((await simulator.call('push-firmware', { DeviceSN, Module: 'wifi', Version: '2.0' })).RetCode).toBe(0);
  const wifi = app.page.locator('[data-testid="ota-task"][data-module="wifi"]');
  await wifi.getByTestId('ota-start').click();
  await expect(wifi).toHaveAttribute('data-standing', 'runs');

  expect((await simulator.call('cancel-firmware', { DeviceSN })).RetCode).toBe(0);
  const first = app.page.locator('[data-testid="ota-task"][data-module="default"]');
  await expect(first.getByTestId('ota-state')).toHaveText('Cancelled');
  await expect(first.getByTestId('ota-fail')).toHaveCount(0);
  await plan(app, { download: '0.2', burn: '0' });
  await expect.poll(() => console_('wifi')).toMatchObject({ State: 'Succeeded', Version: '2.0' });
});

test.describe('the real file', () => {
  test.use({ consoleAllowed: [[/blocked by CORS policy/, /Failed to load resource/], { scope: 'test' }] });

  test('is fetched and held against the order; where the server lets no page read it, the likely reason is said', async ({ app, simulate }) => {
    const simulator = await simulate('--cors');
    const closed = await simulate();
    const { DeviceSN } = simulator.first;
    const order = async (Version: string, link: object): Promise<void> => {
      const firmware = { Version, MD5: 'd41d8cd98f00b204e9800998ecf8427e', Size: 524_288, ...link };
      expect((await simulator.call('add-firmware', firmware)).RetCode).toBe(0);
      expect((await simulator.call('push-firmware', { DeviceSN, Version })).RetCode).toBe(0);
      await expect(app.id('ota-versions')).toContainText(Version);
    };
    const cancel = async (): Promise<void> => expect((await simulator.call('cancel-firmware', { DeviceSN })).RetCode).toBe(0);
    await connect(app, simulator);
    await app.id('service-subscribe').click();
    await expect(app.id('service-topics')).toHaveCount(0);
    await app.id('ota-version').fill('1.0.0');
    await app.id('ota-report').click();
    await expect.poll(async () => (await simulator.call('push-firmware', { DeviceSN, Version: '1.1.0' })).RetCode).toBe(0);
    await app.id('ota-fetch').click();
    await expect(app.id('ota-fetch-result')).toHaveAttribute('data-result', 'good');
    const served = await app.id('ota-url').innerText();
    await cancel();

    await order('1.2.0', { URL: `${closed.first.control}/firmware/none` });
    await app.id('ota-fetch').click();
    await expect(app.id('ota-fetch-result')).toContainText('likely the server lets no page read its files (CORS)');
    await cancel();

    // As large as ordered, and yet another file.
    await order('1.3.0', { URL: served });
    await app.id('ota-fetch').click();
    await expect(app.id('ota-fetch-result')).toContainText('The MD5 differs');
    await app.id('ota-fetch-report').click();
    await expect(app.id('ota-state')).toHaveText('Failed -4');
  });
});

test('by keyboard on a phone: an upgrade is ordered, begun and planned, and nothing runs out of the page', async ({ app }) => {
  await demo(app);
  await app.page.setViewportSize({ width: 390, height: 844 });
  await app.choose('ota-outcome', 'fail');
  await app.id('ota-outcome').locator('[aria-checked="true"]').press('ArrowRight');
  await app.expectChosen('ota-outcome', 'drop');
  await app.choose('ota-outcome', 'succeed');
  await app.id('ota-automatic').focus();
  await app.page.keyboard.press('Space');
  await expect(app.id('ota-automatic')).toHaveAttribute('aria-checked', 'false');
  await app.id('ota-order').focus();
  await app.page.keyboard.press('Enter');
  await stands(app, 'offered');
  await app.id('ota-start').focus();
  await app.page.keyboard.press('Enter');
  await expect(app.id('ota-state')).toHaveText('Succeeded');
  const wide = await app.page.evaluate(() => {
    const scroll = document.querySelector('.ota > .scroll');
    return [document.documentElement.scrollWidth - innerWidth, scroll ? scroll.scrollWidth - scroll.clientWidth : -1];
  });
  expect(wide).toEqual([0, 0]);
});
