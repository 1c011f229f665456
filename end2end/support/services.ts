// The pages of the platform's services, and how a person gets there; part of the list in screens.ts.
import { expect } from '@playwright/test';
import type { App } from './app';
import type { Walk } from './screens';

/** The demo device, which says nothing by itself any more: what moves cannot be read. */
async function quietDemo(app: App): Promise<void> {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.rows('in').filter({ hasText: 'post_reply' }).first()).toBeVisible({ timeout: 20_000 });
  await app.setSwitch('demo-running', false);
}

async function reportKey(app: App, key: string, value: string): Promise<void> {
  await app.id('shadow-add').click();
  const last = app.id('shadow-edit-row').last();
  await last.getByTestId('shadow-key').fill(key);
  await last.getByTestId('shadow-value').fill(value);
}

export const SERVICES: Walk[] = [
  {
    name: 'the services without a connection, and registering',
    takes: 20_000,
    async go({ app }, visit) {
      await app.open('#/shadow');
      await expect(app.id('services-none')).toBeVisible();
      await visit('services-none');
      await app.id('nav-connect').click();
      await app.choose('registration', 'dynamic');
      await visit('registration-form');
      await app.id('registration-try').click();
      await expect(app.id('registration-panel')).toHaveAttribute('data-progress', 'done', { timeout: 20_000 });
      await expect(app.id('toast')).toHaveCount(0, { timeout: 12_000 });
      await visit('registration-done');
    },
  },
  {
    name: 'the shadow and the upgrade of the demo device',
    takes: 40_000,
    async go({ app }, visit) {
      await quietDemo(app);
      await app.id('nav-shadow').click();
      await reportKey(app, 'bay_3', '30');
      await app.id('shadow-report').click();
      await expect(app.id('shadow-row')).toHaveCount(1);
      await visit('shadow');
      await app.setSwitch('shadow-auto-retry', false);
      await app.id('shadow-version').fill('217');
      await app.id('shadow-report').click();
      await expect(app.id('shadow-conflict')).toBeVisible();
      await visit('shadow-conflict');
      // An upgrade is the demo device's to carry out.
      await app.id('nav-messages').click();
      await app.setSwitch('demo-running', true);
      await app.id('nav-ota').click();
      await expect(app.id('ota-none')).toBeVisible();
      await app.choose('ota-outcome', 'fail');
      await visit('ota-plan');
      await app.id('ota-order').click();
      await expect(app.id('ota-task')).toHaveAttribute('data-standing', 'ended', { timeout: 20_000 });
      await visit('ota-failed');
    },
  },
  {
    name: 'the thing model of the demo device',
    takes: 30_000,
    async go({ app }, visit) {
      await quietDemo(app);
      await app.id('nav-model').click();
      await visit('model-none');
      await app.id('model-fetch').click();
      await expect(app.id('model-property')).toHaveCount(9);
      await app.page.locator('[data-testid="model-property"][data-id="target_temperature"] [data-testid="model-choose"]').click();
      await expect(app.id('property-panel')).toBeVisible();
      await visit('model');
      await app.id('model-tab-events').click();
      await visit('model-events');
      await app.id('model-tab-commands').click();
      await visit('model-commands');
      await app.id('model-tab-simulation').click();
      await app.id('simulation-add-typed').or(app.id('simulation-add')).first().waitFor();
      await visit('model-simulation');
    },
  },
  {
    name: 'a gateway of the simulator',
    takes: 25_000,
    async go({ app }, visit) {
      await app.open('#/gateway');
      await app.id('gateway-try').click();
      await app.expectState('online');
      await expect(app.id('gateway-row')).toHaveCount(2);
      await visit('gateway');
      await app.id('gateway-row').first().getByTestId('gateway-choose').setChecked(true);
      await app.page.locator('[data-testid="gateway-ask"][data-kind="subdev/login"]').click();
      await expect(app.id('gateway-outcome')).toHaveCount(1);
      await visit('gateway-outcome');
    },
  },
  {
    name: 'the cloud’s side',
    takes: 30_000,
    async go({ app }, visit) {
      await quietDemo(app);
      await app.id('nav-cloud').click();
      await expect(app.id('cloud')).toBeVisible();
      await visit('cloud');
      await app.id('cloud-send').click();
      await expect(app.id('cloud-call').first()).toBeVisible();
      await visit('cloud-sent');
      if (await app.id('cloud-show-faults').isVisible()) await app.id('cloud-show-faults').click();
      await app.id('fault-pingresp').click();
      await visit('cloud-faults');
    },
  },
];
