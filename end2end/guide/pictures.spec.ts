// The pictures of the user guide, taken from the page itself with its simulator: docs/guide/pictures/{zh,en}/NAME.png. The
// clock and what is drawn by lot begin the same each time; delays that were measured differ from picture to picture.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';
import { saveAs } from '../support/profiles';
import { expect, test } from '../support/test';
import { withPalette } from './palette';

const { product, device, secret } = GREENHOUSE;

/** A Monday morning in Shanghai. */
const NOW = Date.parse('2026-05-11T10:24:00+08:00');

test.beforeEach(async ({ page }) => {
  await page.addInitScript((now) => {
    const offset = now - Date.now();
    const Real = Date;
    class Shifted extends Real {
      constructor(...given: [] | [number | string]) {
        if (given.length > 0) super(given[0] as number);
        else super(Real.now() + offset);
      }
      static override now(): number {
        return Real.now() + offset;
      }
    }
    globalThis.Date = Shifted as DateConstructor;
    let state = 20_260_511;
    const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
    Math.random = () => next() / 2_147_483_648;
    crypto.getRandomValues = <T extends ArrayBufferView | null>(array: T): T => {
      if (array instanceof Uint8Array) array.forEach((_, i) => (array[i] = next() >> 16));
      return array;
    };
  }, NOW);
});

async function picture(page: Page, name: string): Promise<void> {
  await expect(page.getByTestId('toast')).toHaveCount(0, { timeout: 15_000 });
  await page.mouse.move(0, 0);
  const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const file = fileURLToPath(new URL(`../../docs/guide/pictures/${test.info().project.name}/${name}.png`, import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, withPalette(shot));
}

/** The demo device; `posts` times it has reported and had its reply. Then it is silent. */
async function demo(app: App, posts = 1): Promise<void> {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.rows('in').filter({ hasText: 'post_reply' }).nth(posts - 1)).toBeVisible({ timeout: 60_000 });
  await app.setSwitch('demo-running', false);
}

async function fillDevice(app: App): Promise<void> {
  await app.id('product-sn').fill(product);
  await app.id('device-sn').fill(device);
  await app.id('secret').fill(secret);
}

async function report(app: App, key: string, value: string): Promise<void> {
  await app.id('shadow-add').click();
  const row = app.id('shadow-edit-row').last();
  await row.getByTestId('shadow-key').fill(key);
  await row.getByTestId('shadow-value').fill(value);
}

test('connect and share', async ({ app, page }) => {
  await app.open();
  await fillDevice(app);
  await saveAs(app, 'greenhouse-07', { folder: 'north', colour: 2 });
  await page.setViewportSize({ width: 1_200, height: 900 });
  await app.id('mode').scrollIntoViewIfNeeded();
  await picture(page, 'connect');
  await page.setViewportSize({ width: 1_200, height: 760 });
  const link = await app.id('share-link').inputValue();
  await page.goto(link);
  await expect(app.id('shared-link')).toBeVisible();
  await picture(page, 'share');
  await app.id('shared-discard').click();
  await app.id('nav-settings').click();
  await picture(page, 'settings');
});

test('messages and wire', async ({ app, page }) => {
  await demo(app, 3);
  await app.inspect(app.rows('out').filter({ hasText: 'property/post' }).last());
  await app.view('json');
  await picture(page, 'messages');
  await app.id('nav-wire').click();
  await app.id('wire-row').first().click();
  await page.keyboard.press('Home');
  await page.locator('[data-testid="wire-row"][data-kind="CONNECT"]').click();
  await expect(app.id('wire-detail')).toBeVisible();
  await picture(page, 'wire');
});

test('a phone', async ({ app, page }) => {
  await demo(app, 2);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(app.id('nav-more')).toBeVisible();
  await picture(page, 'phone');
});

test('the shadow', async ({ app, page }) => {
  await demo(app);
  await app.id('nav-shadow').click();
  await report(app, 'interval', '30');
  await report(app, 'threshold', '420');
  await app.id('shadow-report').click();
  await expect(app.id('shadow-row')).toHaveCount(2);
  await app.setSwitch('shadow-auto-retry', false);
  await app.id('shadow-edit-row').first().getByTestId('shadow-value').fill('60');
  await app.id('shadow-version').fill('9');
  await app.id('shadow-report').click();
  await expect(app.id('shadow-conflict')).toBeVisible();
  await picture(page, 'shadow');
});

test('the thing model', async ({ app, page }) => {
  await demo(app);
  await app.id('nav-model').click();
  await app.id('model-fetch').click();
  await expect(app.id('model-property')).toHaveCount(9);
  await page.locator('[data-testid="model-property"][data-id="target_temperature"] [data-testid="model-choose"]').click();
  await expect(app.id('property-panel')).toBeVisible();
  await picture(page, 'model');
});

test('an upgrade', async ({ app, page }) => {
  await demo(app);
  await app.id('nav-messages').click();
  await app.setSwitch('demo-running', true);
  await app.id('nav-ota').click();
  await expect(app.id('ota-none')).toBeVisible();
  await app.id('ota-order').click();
  await expect(app.id('ota-task')).toHaveAttribute('data-standing', 'ended', { timeout: 30_000 });
  await picture(page, 'ota');
});

test('a gateway', async ({ app, page }) => {
  const ask = (suffix: string) => page.locator(`[data-testid="gateway-ask"][data-kind="subdev/${suffix}"]`).click();
  const row = (name: string) => page.locator(`[data-testid="gateway-row"][data-device="${name}"]`);
  await app.open('#/gateway');
  await app.id('gateway-try').click();
  await app.expectState('online');
  await expect(app.id('gateway-row')).toHaveCount(2);
  await row('sim-sensor-02').getByTestId('gateway-choose').setChecked(true);
  await ask('register');
  await expect(row('sim-sensor-02').getByTestId('gateway-secret-known')).toBeVisible();
  await app.id('gateway-choose-all').check();
  await ask('topo/add');
  await expect(row('sim-sensor-01')).toHaveAttribute('data-state', 'topology');
  await ask('login');
  await expect(row('sim-sensor-02')).toHaveAttribute('data-state', 'topology online');
  await picture(page, 'gateway');
});

test('the cloud and its faults', async ({ app, page }) => {
  await demo(app);
  await app.id('nav-messages').click();
  await app.setSwitch('demo-running', true);
  await app.id('nav-cloud').click();
  await app.id('cloud-send').click();
  await expect(app.id('cloud-call').first()).toContainText(/\d ms/, { timeout: 10_000 });
  await picture(page, 'cloud');
  if (await app.id('cloud-show-faults').isVisible()) await app.id('cloud-show-faults').click();
  await app.id('fault-delay-value').fill('700');
  await app.id('fault-delay').click();
  await app.id('fault-pingresp').click();
  await expect(app.id('faults-count')).toHaveAttribute('data-count', '2');
  await picture(page, 'faults');
});

test('a duel', async ({ app, page }) => {
  await demo(app);
  await app.id('nav-cloud').click();
  if (await app.id('cloud-show-faults').isVisible()) await app.id('cloud-show-faults').click();
  await app.id('fault-rival-value').fill('1');
  await app.id('fault-rival').click();
  await expect(app.problem('duel')).toBeVisible({ timeout: 40_000 });
  await app.id('nav-messages').click();
  await picture(page, 'diagnose');
});
