// The walks through what opens over a screen: dialogs, menus, the palette, and what a small screen folds away.
import { expect } from '@playwright/test';
import { GREENHOUSE } from './app';
import type { App } from './app';
import { polite } from './hostile';
import { profile, saveAs } from './profiles';
import type { Walk, Width } from './screens';

const { product, device, secret } = GREENHOUSE;
const DEVICES = `ProductSN,DeviceSN,DeviceSecret\n${product},pump-1,aaaaaaaaaaaaaaaa\n${product},pump-2,\n`;
const PASSPHRASE = '7 pumps, 3 valves';
const WIDE: readonly Width[] = [1_440, 1_024];
const SMALL: readonly Width[] = [390];

async function fillDevice(app: App): Promise<void> {
  await app.id('product-sn').fill(product);
  await app.id('device-sn').fill(device);
  await app.id('secret').fill(secret);
}

/** Closes what is open, and waits until it is. */
async function escape(app: App, thing: string): Promise<void> {
  await app.page.keyboard.press('Escape');
  await expect(app.id(thing)).toBeHidden();
}

export const WINDOWS: Walk[] = [
  {
    name: 'profiles and their windows',
    takes: 30_000,
    async go({ app }, visit) {
      await app.open();
      await fillDevice(app);
      await app.id('save-profile').click();
      await expect(app.id('profile-dialog')).toBeVisible();
      await visit('profile-save');
      await escape(app, 'profile-dialog');
      await saveAs(app, '7号温室', { folder: '3-1', notes: '2026', colour: 2 });
      await visit('profiles', WIDE);
      await profile(app, '7号温室').getByTestId('profile-more').click();
      await visit('profile-menu', WIDE);
      await app.page.keyboard.press('Escape');
      await app.id('profiles-import').click();
      await visit('import');
      await app.paste('import-text', DEVICES);
      await expect(app.id('import-draft')).toHaveCount(2);
      await visit('import-drafts');
      await app.id('import-cancel').click();
      await app.id('profiles-export').click();
      await expect(app.id('profiles-export-start')).toBeVisible();
      await visit('profiles-export');
      await escape(app, 'profiles-export-start');
      const link = await app.id('share-link').inputValue();
      await app.page.goto(link);
      await expect(app.id('shared-link')).toBeVisible();
      await visit('shared-link');
    },
  },
  {
    name: 'secrets under a passphrase',
    takes: 30_000,
    async go({ app }, visit) {
      await app.open();
      await fillDevice(app);
      await app.id('remember-secret').check();
      await app.id('save-profile').click();
      await app.id('profile-name').fill('B-7');
      await app.id('profile-save').click();
      await app.id('passphrase').fill('a');
      await app.id('vault-submit').click();
      await expect(app.id('vault-problem')).toBeVisible();
      await visit('vault-new');
      await app.id('passphrase').fill(PASSPHRASE);
      await app.id('passphrase-again').fill(PASSPHRASE);
      await app.id('vault-submit').click();
      await expect(app.id('vault')).toHaveAttribute('data-state', 'unlocked');
      await visit('vault-unlocked', WIDE);
      await app.id('forget-all').click();
      await expect(app.id('forget-all-cancel')).toBeVisible();
      await visit('vault-forget');
      await app.id('forget-all-cancel').click();
    },
  },
  {
    name: 'commands, keys and sessions',
    takes: 30_000,
    async go({ app }, visit) {
      const { page } = app;
      await app.open();
      await page.keyboard.press('Control+k');
      await expect(app.id('palette')).toBeVisible();
      await visit('palette');
      await app.id('palette-input').fill('0000');
      await expect(app.id('palette-none')).toBeVisible();
      await visit('palette-none');
      await escape(app, 'palette');
      await app.id('nav-wire').focus();
      await page.keyboard.press('?');
      await expect(app.id('shortcuts')).toBeVisible();
      await visit('shortcuts');
      await escape(app, 'shortcuts');
      await app.id('new-device').click();
      await app.id('session-tab').first().click({ button: 'right' });
      await visit('session-menu', WIDE);
      await page.keyboard.press('Escape');
      await page.setViewportSize({ width: 390, height: 844 });
      await app.id('sessions-open').click();
      await expect(app.id('session-list')).toBeVisible();
      await visit('session-list', SMALL);
      await escape(app, 'session-list');
      await app.id('nav-more').click();
      await expect(app.id('more-views')).toBeVisible();
      await visit('more-views', SMALL);
      await escape(app, 'more-views');
    },
  },
  {
    name: 'what the composer offers',
    takes: 30_000,
    async go({ app }, visit) {
      await app.open();
      await app.id('try-simulator').click();
      await app.expectOnline();
      await app.setSwitch('demo-running', false);
      await app.id('publish-templates').click();
      await expect(app.id('publish-templates-menu')).toBeVisible();
      await visit('composer-templates', WIDE);
      await app.id('publish-save-template').click();
      await visit('composer-save-template', WIDE);
      await app.page.keyboard.press('Escape');
      await app.compose('1/2', '{"n": ${n}, "d": ${rand 1 6}, "w": "${0}"}', 'json', 1);
      await expect(app.id('variable-chip').first()).toBeVisible();
      await expect(app.id('publish-warning').first()).toBeVisible();
      await visit('composer-warnings', WIDE);
      await app.id('publish-variables').click();
      await expect(app.id('insert-variable').first()).toBeVisible();
      await visit('composer-variables', WIDE);
      await app.page.keyboard.press('Escape');
    },
  },
  {
    name: 'the windows of the subscriptions',
    takes: 30_000,
    async go({ app, startServer }, visit) {
      const server = await startServer(polite());
      await app.open();
      await app.fillDevice({ port: server.port });
      await app.pressConnect();
      await app.expectOnline();
      await app.id('system-topics').click();
      await expect(app.id('system-topics-dialog')).toBeVisible();
      await visit('system-topics');
      await escape(app, 'system-topics-dialog');
      await app.id('bulk-open').click();
      await app.id('bulk-text').fill('1/#\n2/+ 0\n3/#/4\n\n1/#\n');
      await expect(app.id('bulk-faults')).toBeVisible();
      await visit('bulk');
      await escape(app, 'bulk-dialog');
      await app.id('subscription-actions').click();
      await visit('subscription-actions', WIDE);
      await app.page.keyboard.press('Escape');
    },
  },
  {
    name: 'erasing what is stored',
    takes: 15_000,
    async go({ app }, visit) {
      await app.open();
      await app.id('device-sn').fill(device);
      await app.id('nav-settings').click();
      await app.id('settings-erase').click();
      await expect(app.id('erase-dialog')).toBeVisible();
      await visit('erase');
      await escape(app, 'erase-dialog');
    },
  },
];
