// The right pane of the cloud page: faults on request, simulated devices, the settings of products, and what the simulator
// does where the platform's documents are silent.
import type { Locator } from '@playwright/test';
import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { MqttJs } from '../support/foreign';
import { Simulator } from '../support/simulator';

/** A session with the simulator, and the cloud page. */
async function start(app: App): Promise<void> {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.id('nav-cloud').click();
  await expect(app.id('cloud-right')).toBeVisible();
}

const device = (app: App, sn: string): Locator => app.page.locator(`[data-testid="simdev"][data-sn="${sn}"]`);

const choice = (app: App, name: string): Locator => app.page.locator(`[data-testid="choice"][data-choice="${name}"]`);

const json = (name: string, value: unknown) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});

test('a fault holds at once, its values are checked with words, each view tells of it, and one click ends all', async ({ app }) => {
  await start(app);
  await expect(app.id('faults-count')).toHaveCount(0);
  await app.id('fault-delay-value').fill('soon');
  await expect(app.id('fault-delay-hint')).toContainText('A whole number from 0');
  await app.id('fault-delay').click();
  await expect(app.id('fault-delay')).toHaveAttribute('aria-checked', 'false');
  await app.id('fault-delay-value').fill('700');
  await app.id('fault-delay-jitter').fill('0');
  await app.id('fault-delay').click();
  await expect(app.id('fault-delay')).toHaveAttribute('aria-checked', 'true');
  // What was set before still holds.
  await app.id('fault-delay-value').fill('-5');
  await expect(app.id('fault-delay-hint')).toContainText('what was set before still holds');
  await app.id('fault-pingresp').click();
  await expect(app.id('faults-count')).toHaveAttribute('data-count', '2');

  await app.id('nav-messages').click();
  await expect(app.id('status-faults')).toContainText('2');
  // What the device sends from now on is acknowledged so much later.
  await expect(app.rows('out').filter({ hasText: /[7-9]\d\d ms/ }).first()).toBeVisible({ timeout: 15_000 });
  await app.id('status-faults').click();
  await expect(app.id('fault-pingresp')).toHaveAttribute('aria-checked', 'true');
  await app.id('faults-off').click();
  await expect(app.id('faults-count')).toHaveCount(0);
  await expect(app.id('fault-delay')).toHaveAttribute('aria-checked', 'false');
  await expect(app.id('status-faults')).toHaveCount(0);
});

test('the broker restarts, and a rival with the same credential kicks the device out until it sees the duel', async ({ app }) => {
  test.slow();
  await start(app);
  // A restart is over soon: the device comes back by itself.
  await app.id('fault-restart').click();
  await expect(app.id('toast').last()).toContainText('Broker restarted');
  await app.expectState('online', 15_000);
  await app.id('fault-rival-value').fill('1');
  await app.id('fault-rival').click();
  await expect(app.problem('duel')).toBeVisible({ timeout: 30_000 });
  await app.expectState('failed');
  // The rival has the connection, so that the platform still takes the device for online.
  await expect(device(app, 'sim-device-01')).toHaveAttribute('data-state', 'online');
  await app.id('fault-rival').click();
  await expect(device(app, 'sim-device-01')).toHaveAttribute('data-state', 'offline');
  await app.id('take-back').click();
  await app.expectState('online');
});

test('a new device gets a session of its own and faults of its own, and is deleted after a question', async ({ app }) => {
  await start(app);
  await app.id('simdev-new').click();
  await app.id('simdev-sn').fill('a b');
  await expect(app.id('simdev-sn-problem')).toContainText('4 to 64 characters');
  await app.id('simdev-sn').fill('sim-device-01');
  await expect(app.id('simdev-sn-problem')).toContainText('already');
  await app.id('simdev-sn').fill('porch:lamp@7');
  await app.id('simdev-create').click();
  const lamp = device(app, 'porch:lamp@7');
  await expect(lamp).toHaveAttribute('data-state', 'inactivated');
  await expect(lamp).toHaveAttribute('aria-expanded', 'true');
  await expect(app.id('simdev-details')).not.toContainText(/[a-z0-9]{16}$/);

  await app.id('simdev-faults').click();
  await expect(app.id('faults-own')).toContainText('no faults of its own');
  await app.choose('fault-connack-value', '5');
  await app.id('fault-connack').click();
  await expect(app.id('faults-own')).toContainText("Only this device's own");

  await app.id('simdev-open').click();
  await expect(app.id('session-tab')).toHaveCount(2);
  await app.expectState('failed');
  await app.id('session-tab').first().click();
  await app.expectState('online');
  await app.id('faults-off').click();
  // Now the same button leads to the session that there is.
  await app.id('simdev-open').click();
  await app.id('reconnect').click();
  await app.expectState('online');
  await app.id('session-tab').first().click();
  await expect(lamp).toHaveAttribute('data-state', 'online');

  await app.id('simdev-delete').click();
  await expect(app.id('simdev-delete-cancel')).toBeFocused();
  await expect(app.id('sim-dialog')).toContainText('porch:lamp@7');
  await app.id('simdev-delete-now').click();
  await expect(lamp).toHaveCount(0);
});

test('a product gets topics, forwards, a model and firmwares, and what is wrong is named with its place', async ({ app }) => {
  await start(app);
  await app.id('sim-products').click();
  await expect(app.id('product-choose')).toHaveValue('simproduct000001');
  await app.choose('product-part', 'topics');
  await app.id('topic-rest').fill('a//b');
  await expect(app.id('topic-problem')).toContainText('No level may be empty');
  await app.id('topic-rest').fill('alarms/+');
  await app.id('topic-add').click();
  await expect(app.id('product-topic').filter({ hasText: 'alarms/+' })).toContainText('Subscribe');

  await app.choose('product-part', 'model');
  const [before] = await app.id('product-model').allTextContents();
  await app.id('product-model-file').setInputFiles(json('broken.json', '{"Property":[{"Identifier":"a"'));
  await expect(app.id('product-model-problems')).toContainText('1');
  await app.id('product-model-file').setInputFiles(
    json('odd.json', { Property: [{ Identifier: '1st', Name: 'x', AccessMode: 'r', DataType: { Type: 'bool', Spec: { '0': 'off', '1': 'on' } } }], Event: [], Command: [] }),
  );
  await expect(app.id('product-model-problems')).toContainText('Property[0].Identifier');
  expect(await app.id('product-model').allTextContents()).toEqual([before]);
  await app.id('product-model-file').setInputFiles(
    json('lamp.json', { Property: [{ Identifier: 'on', Name: 'on', AccessMode: 'rw', DataType: { Type: 'bool', Spec: { '0': 'off', '1': 'on' } } }], Event: [], Command: [] }),
  );
  await expect(app.id('product-model')).toContainText('1 properties, 0 events, 0 commands');
  await expect(app.id('product-model-problems')).toHaveCount(0);

  await app.choose('product-part', 'firmware');
  await app.id('firmware-version').fill('2.0.0');
  await app.choose('firmware-source', 'file');
  await expect(app.id('firmware-problem')).toContainText('No file');
  await app.id('firmware-file').setInputFiles({ name: 'lamp.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('lamp') });
  await app.id('firmware-add').click();
  const added = app.page.locator('[data-testid="firmware"][data-version="2.0.0"]');
  await expect(added).toContainText('4 B');
  await app.id('firmware-version').fill('2.0.0');
  await expect(app.id('firmware-problem')).toContainText('already');

  await app.choose('product-part', 'general');
  await app.id('product-published').click();
  await app.choose('product-part', 'topics');
  await expect(app.id('product-is-published')).toBeVisible();
  await expect(app.id('topic-add')).toBeDisabled();
  await app.page.keyboard.press('Escape');
  await expect(app.id('sim-dialog')).toBeHidden();
});

test('each choice says where the documents are silent, holds at once, and goes back to its default', async ({ app }) => {
  await start(app);
  await app.id('sim-choices').click();
  await expect(app.id('choice')).toHaveCount(86);
  await app.id('choices-find').fill('shadow.depth');
  await expect(app.page.locator('[data-testid="choice"]:visible')).toHaveCount(1);
  const depth = choice(app, 'shadow.depth').getByTestId('choice-value');
  await depth.fill('-1');
  await depth.blur();
  await expect(depth).toHaveAttribute('aria-invalid', 'true');
  await depth.fill('3');
  await depth.blur();
  await expect(app.id('choices-changed')).toContainText('1');
  await app.id('choices-find').fill('newcomer');
  await choice(app, 'newcomer_wins').getByTestId('choice-value').click();
  await expect(app.id('choices-changed')).toContainText('2');
  await choice(app, 'newcomer_wins').getByTestId('choice-reset').click();
  await expect(app.id('choices-changed')).toContainText('1');
  await app.id('choices-reset').click();
  await expect(app.id('choices-changed')).toHaveCount(0);
  await app.id('choices-find').fill('');
  await app.page.keyboard.press('Escape');
  await app.id('language').selectOption('zh');
  await expect(app.id('sim-choices')).toContainText('文档未说明之处');
});

test('over a real socket an edit of the shadow meets a conflict, and a rival takes the connection', async () => {
  const simulator = await Simulator.start();
  try {
    const { address, ProductSN, DeviceSN, DeviceSecret } = simulator.first;
    const login = { address, clientId: `${ProductSN}.${DeviceSN}`, username: `${ProductSN}|${DeviceSN}|1`, password: DeviceSecret };
    const client = new MqttJs();
    expect(await client.connect(login)).toBe(0);
    const answers = simulator.system('shadow/downstream');
    expect(await client.subscribe(answers, 1)).toBe(1);
    expect((await simulator.call('set-faults', { Faults: { shadow_conflict: 'next' } })).RetCode).toBe(0);
    const edit = async (version: number): Promise<unknown> => {
      const message = { Method: 'update', State: { Reported: { a: 1 } }, Version: version };
      await client.publish(simulator.system('shadow/upstream'), JSON.stringify(message), 1);
      const { Payload, Version } = JSON.parse((await client.next(answers)).payload) as { Payload: { RetCode: number }; Version: number };
      return [Payload.RetCode, Version];
    };
    expect(await edit(0)).toEqual([100026, 1]);
    expect(await edit(1)).toEqual([0, 2]);
    expect((await simulator.call('set-faults', { DeviceSN, Faults: { rival_every: 100 } })).RetCode).toBe(0);
    await client.untilClosed();
    await simulator.untilSeen({ Kind: 'Offline', Why: 'SameClientId' });
    expect((await simulator.call('set-faults', { DeviceSN })).RetCode).toBe(0);
    await simulator.untilSeen({ Kind: 'Offline', Why: 'SentDisconnect' });
  } finally {
    await simulator.stop();
  }
});
