// The cloud's side of the simulator: what is done to a device there, what the cloud sees of it, and the device beside it.
import type { Locator } from '@playwright/test';
import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { Tabs } from '../support/sessions';

const PRODUCT = 'simproduct000001';

/** Opens the cloud page of a session that the simulator has. */
async function cloud(app: App): Promise<void> {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.id('nav-cloud').click();
  await expect(app.id('cloud')).toBeVisible();
}

async function act(app: App, action: string): Promise<void> {
  await app.page.locator(`[data-testid="cloud-action"][data-action="${action}"]`).click();
  await expect(app.id('cloud-outcome').and(app.page.locator(`[data-action="${action}"]`))).toBeAttached();
}

/** What came of the form that is open. */
const outcome = (app: App, what: 'cloud-call' | 'cloud-refusal' | 'cloud-done'): Locator => app.page.locator('.cl-body').getByTestId(what);

async function refused(app: App, code: number, words: string | RegExp): Promise<void> {
  await expect(outcome(app, 'cloud-refusal')).toHaveAttribute('data-code', String(code));
  await expect(outcome(app, 'cloud-refusal')).toContainText(words);
}

const lines = (app: App, kind: string): Locator => app.page.locator(`[data-testid="trace-row"][data-kind="${kind}"]`);

test('two sessions: a command of the cloud is answered by the device, and both sides show it', async ({ app }) => {
  const tabs = new Tabs(app);
  await app.open();
  await tabs.startSimulator();
  await tabs.choose(tabs.at(0), 'duplicate');
  await tabs.expectState(tabs.at(1), 'online');
  await app.id('nav-cloud').click();
  await app.choose('cloud-target', `${PRODUCT}.sim-device-01`);
  await expect(app.id('cloud-form-target')).toContainText('sim-device-01');
  await expect(app.id('cloud-target-state')).toHaveAttribute('data-state', 'online');

  await app.choose('cloud-command', 'self_test');
  await app.page.locator('[data-testid="cloud-input"][data-identifier="level"]').getByTestId('value-input').fill('2');
  await app.id('cloud-send').click();
  const call = outcome(app, 'cloud-call');
  await expect(call).toHaveAttribute('data-state', 'answered');
  await expect(call).toHaveAttribute('data-code', '0');
  await expect(app.id('cloud-output')).toContainText('"result"');
  const request = (await call.getAttribute('data-request')) ?? '';
  expect(request).toMatch(/^\d{18}$/);

  // The cloud's view: what went down, what came up, how it ended; the line in full.
  await app.id('trace-only').check();
  await expect(lines(app, 'settled').filter({ hasText: `#${request}` })).toContainText('RetCode 0');
  await app.choose('trace-part', 'down');
  // A line has room for the end of the RequestID.
  const down = lines(app, 'down').filter({ hasText: 'tmodel/command' }).filter({ hasText: request.slice(-4) });
  await expect(down).toHaveAttribute('data-device', 'sim-device-01');
  await down.click();
  await expect(app.id('trace-payload')).toContainText(`"RequestID": "${request}"`);
  await expect(app.id('trace-topic')).toHaveText(`/$system/${PRODUCT}/sim-device-01/tmodel/command`);

  // The device's own view of the same call.
  await app.id('cloud-call-messages').click();
  await expect(tabs.at(0)).toHaveAttribute('aria-selected', 'true');
  await expect(app.rows('in').filter({ hasText: 'tmodel/command' })).toHaveCount(1);
  await expect(app.rows('out').filter({ hasText: `tmodel/command_reply/${request}` })).toHaveCount(1);
});

test('what the platform refuses is spelled out beside the form, and a command without an answer ends with 100040', async ({ app }) => {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.setSwitch('demo-running', false);
  await app.id('nav-cloud').click();
  await act(app, 'command');
  await app.id('cloud-command-timeout').fill('6');
  await app.id('cloud-send').click();
  await refused(app, 220, 'A parameter exceeds its limits');
  await app.id('cloud-command-timeout').fill('soon');
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-refusal')).toContainText('Not sent: The timeout is a number of seconds.');
  await app.id('cloud-command-timeout').fill('0.5');
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-call')).toHaveAttribute('data-state', 'overdue');
  await expect(outcome(app, 'cloud-call')).toContainText('RetCode 100040 The command timed out');
  await app.choose('trace-part', 'failures');
  await expect(lines(app, 'settled').last()).toContainText('100040');

  await app.choose('cloud-entry', 'json');
  await app.id('cloud-command-any').fill('no_such_command');
  await app.id('cloud-send').click();
  await refused(app, 100_046, 'The command does not exist');
  await app.id('cloud-command-json').fill('{"level": ');
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-refusal')).toContainText('Not sent: Line 1');

  await app.choose('cloud-target', `${PRODUCT}.sim-device-03`);
  await act(app, 'property');
  await app.choose('cloud-entry', 'json');
  await app.id('cloud-property-json').fill('{"power": 1}');
  await app.id('cloud-send').click();
  await refused(app, 100_039, 'The device is not online');
  await app.choose('language', 'zh');
  await refused(app, 100_039, '平台拒绝 100039 设备不在线');
  await app.setSwitch('cloud-desired', true);
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-done')).toContainText('power v');
});

test('properties and the shadow are set by form, and drafts outlast a change of page', async ({ app }) => {
  await cloud(app);
  await act(app, 'property');
  const target = app.page.locator('[data-testid="cloud-property"][data-identifier="target_temperature"]');
  await target.getByTestId('value-input').fill('26');
  await expect(target.getByTestId('cloud-property-pick')).toBeChecked();
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-call')).toHaveAttribute('data-state', 'answered');
  await expect(outcome(app, 'cloud-call')).toHaveAttribute('data-code', '0');

  await act(app, 'shadow');
  const row = app.id('cloud-shadow-row').first();
  await row.getByTestId('cloud-shadow-key').fill('target_temperature');
  await row.getByTestId('cloud-shadow-value').fill('27');
  await expect(row.getByTestId('cloud-shadow-kind')).toHaveText('sent as a number');
  await app.choose('cloud-shadow-versioned', 'given');
  await app.id('cloud-shadow-version').fill('1000');
  await app.id('cloud-send').click();
  await refused(app, 100_026, 'Shadow version conflict');
  await app.choose('cloud-shadow-versioned', 'any');
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-done')).toContainText('Taken; the shadow now has version');

  await app.id('nav-messages').click();
  await expect(app.id('message-log')).toBeVisible();
  await app.id('nav-cloud').click();
  await expect(row.getByTestId('cloud-shadow-value')).toHaveValue('27');
  await app.id('cloud-shadow-document').click();
  await expect(app.id('cloud-document')).toContainText('"target_temperature"');
  await app.id('cloud-shadow-switch').click();
  await expect(app.id('cloud-shadow-switch')).toHaveAttribute('aria-checked', 'false');
  await app.id('cloud-send').click();
  await refused(app, 100_027, 'The device shadow is disabled');
});

test('devices are kicked, disabled, deleted and put behind a gateway, and the trace says why each went offline', async ({ app }) => {
  await cloud(app);
  await app.choose('trace-part', 'presence');
  await app.id('cloud-kick').click();
  await expect(lines(app, 'offline').last()).toContainText('kicked from the cloud');
  await app.expectState('online', 15_000);
  await app.setSwitch('cloud-disable', true);
  await expect(lines(app, 'offline').filter({ hasText: 'the device was disabled' })).toHaveCount(1);
  await expect(app.id('cloud-target-state')).toHaveAttribute('data-state', 'disabled');
  await expect(lines(app, 'refused').first()).toContainText('the device was disabled', { timeout: 15_000 });
  await app.setSwitch('cloud-disable', false);

  await app.choose('cloud-target', `${PRODUCT}.sim-device-03`);
  await app.id('cloud-kick').click();
  const managed = app.page.locator('.cl-acts').getByTestId('cloud-refusal');
  await expect(managed).toHaveAttribute('data-code', '100039');
  await app.id('cloud-delete').click();
  await expect(app.id('cloud-delete-cancel')).toBeFocused();
  await expect(app.id('cloud-delete-dialog')).toContainText('sim-device-03');
  await app.id('cloud-delete-now').click();
  await expect(app.id('cloud-delete-dialog')).toBeHidden();
  await expect(app.id('cloud-target').locator('option', { hasText: 'sim-device-03' })).toHaveCount(0);

  await act(app, 'topology');
  await expect(app.id('cloud-no-gateway')).toBeVisible();
  await app.id('nav-gateway').click();
  await app.id('gateway-try').click();
  await expect(app.id('gateway-row')).toHaveCount(2);
  await app.expectState('online');
  await app.id('nav-cloud').click();
  await act(app, 'topology');
  const sensor = app.page.locator('[data-testid="cloud-sub"][data-device="sim-sensor-01"]');
  await sensor.locator('input').check();
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-done')).toContainText('Sub-devices added: 1');
  await expect(sensor).toContainText("in this gateway's topology");
  await app.id('cloud-topology-remove').click();
  await expect(outcome(app, 'cloud-done')).toContainText('Sub-devices removed: 1');
  await app.id('cloud-topology-remove').click();
  await refused(app, 100_020, 'No records found');
});

test('firmware is pushed and cancelled, messages and broadcasts reach the device', async ({ app }) => {
  await cloud(app);
  await act(app, 'push');
  const upgrade = app.page.locator('[data-testid="cloud-upgrade"][data-module="default"]');
  await expect(upgrade).toHaveAttribute('data-state', '初始版本');
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-done')).toContainText('1.1.0');
  await app.id('cloud-send').click();
  await refused(app, 100_035, 'Another upgrade is running');
  await upgrade.getByTestId('cloud-cancel').click();
  await expect(upgrade).toHaveAttribute('data-state', '已取消');
  await expect(upgrade).toContainText('cancelled');

  await act(app, 'publish');
  await expect(app.id('cloud-topic')).toHaveValue('set');
  await app.choose('cloud-format', 'hex');
  await app.id('cloud-payload').fill('68 69 2');
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-refusal')).toContainText('Not sent');
  await app.id('cloud-payload').fill('68 69 21');
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-done')).toContainText('The platform took 3 bytes');
  await app.choose('cloud-qos', '2');
  await app.id('cloud-send').click();
  await refused(app, 230, 'A parameter is wrong');
  await app.choose('trace-part', 'down');
  await expect(lines(app, 'down').filter({ hasText: 'hi!' })).toContainText('~/set');

  await act(app, 'broadcast');
  await expect(app.id('cloud-topic')).toHaveValue('notice');
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-done')).toBeVisible();
  await app.id('nav-messages').click();
  await expect(app.rows('in').filter({ hasText: 'hi!' })).toHaveCount(1);
});

test('a session with another broker is told whose cloud this is; on a phone the parts are tabs', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.id('nav-cloud').click();
  await expect(app.id('cloud-real')).toContainText('SendUIoTCoreDeviceCommand');
  await app.id('services-simulator').click();
  await expect(app.id('cloud')).toBeVisible();
  await expect(app.id('session-tab')).toHaveCount(2);
  await app.expectState('online');

  await app.page.setViewportSize({ width: 390, height: 844 });
  await app.choose('cloud-tabs', 'actions');
  await act(app, 'command');
  await expect(app.id('cloud')).toHaveAttribute('data-tab', 'form');
  await expect(app.id('cloud-form-title')).toBeFocused();
  await app.id('cloud-send').click();
  await expect(outcome(app, 'cloud-call')).toHaveAttribute('data-code', '0');
  await app.choose('cloud-tabs', 'trace');
  await expect(app.id('trace-log')).toBeVisible();
  // The first line, by key: under a finger the lines move on as more come.
  await app.id('trace-log').press('Home');
  await expect(app.id('trace-detail')).toBeVisible();
  await app.id('trace-close').click();
  await expect(app.id('trace-detail')).toBeHidden();
  await expect(app.id('trace-log')).toBeFocused();
});
