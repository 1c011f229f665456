// The page of the thing model: properties, events and desired values by hand, and the model itself from the platform, from a file
// and built in place.
import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import { checkScreen } from '../support/axe';
import { Simulator } from '../support/simulator';
import { expect, test } from '../support/test';
import type { App } from '../support/app';

/** A session with the simulator whose demo device is quiet, on the model's page. */
async function start(app: App): Promise<void> {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.rows('in').filter({ hasText: 'property/post_reply' }).first()).toBeVisible();
  await app.setSwitch('demo-running', false);
  await app.id('nav-model').click();
}

const property = (app: App, id: string): Locator => app.page.locator(`[data-testid="model-property"][data-id="${id}"]`);
const replied = (app: App, name: string, code: number): Promise<void> =>
  expect(app.id(name).locator('button')).toHaveAttribute('data-code', String(code));

async function fetchModel(app: App): Promise<void> {
  await app.id('model-fetch').click();
  await expect(app.id('model-counts')).toContainText('9 properties · 2 events · 2 commands');
}

test('seen properties are listed without a model; the one of the platform gives them names, types and ranges, and is kept', async ({ app }) => {
  await start(app);
  await expect(app.id('model-none')).toBeVisible();
  await expect(property(app, 'target_temperature')).toBeVisible();
  await expect(property(app, 'target_temperature')).toHaveAttribute('data-standing', 'accepted');
  await fetchModel(app);
  await expect(app.id('model-none')).toBeHidden();
  await expect(app.id('model-property')).toHaveCount(9);
  const row = property(app, 'target_temperature');
  await expect(row).toContainText('设定温度');
  await expect(row).toContainText('int32');
  await expect(row).toContainText('16 – 30');
  await expect(property(app, 'mode')).toContainText('制冷');
  await app.id('model-filter').fill('室内');
  await expect(app.id('model-property')).toHaveCount(2);
  await app.id('model-filter').fill('');

  await app.page.reload();
  await app.id('nav-connect').click();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.id('nav-model').click();
  await expect(app.id('model-counts')).toContainText('9 properties');
  await expect(app.id('model-counts')).toContainText('kept from before');
});

test('what is typed is posted with its time, and a value that breaks the model waits for a second word', async ({ app }) => {
  await start(app);
  await fetchModel(app);
  await property(app, 'target_temperature').getByTestId('model-choose').click();
  const value = app.id('property-panel').getByTestId('value-input');
  await value.fill('22');
  await expect(property(app, 'target_temperature')).toHaveAttribute('data-standing', 'edited');
  await property(app, 'target_temperature').getByTestId('model-tick').check();
  await property(app, 'label').getByTestId('model-tick').check();
  await app.choose('post-time-choice', 'typed');
  await app.id('post-time').fill('1763900000000');
  await app.id('post-selected').click();
  await replied(app, 'post-reply', 0);
  await expect(property(app, 'target_temperature')).toHaveAttribute('data-standing', 'accepted');
  await expect(property(app, 'target_temperature').getByTestId('model-value')).toHaveText('22');

  await app.id('post-reply').locator('button').click();
  await expect(app.page).toHaveURL(/#\/messages/);
  await app.id('content-as').click();
  const sent = app.rows('out').filter({ hasText: '"Time":1763900000000' });
  await expect(app.cell(sent, 'content')).toContainText('"label":{"Value":"","Time":1763900000000},"target_temperature"');

  await app.id('nav-model').click();
  await value.fill('45');
  await expect(property(app, 'target_temperature')).toHaveAttribute('data-standing', 'faulty');
  await app.id('post-one').click();
  await expect(app.id('post-warning')).toContainText('target_temperature');
  await replied(app, 'post-reply', 0);
  await app.id('post-anyway').check();
  await app.id('post-one').click();
  await replied(app, 'post-reply', 220);
  await expect(app.id('post-reply')).toContainText('A parameter exceeds its limits');
  await expect(property(app, 'target_temperature')).toHaveAttribute('data-standing', 'refused');
  await app.id('restore').click();
  await expect(app.id('post-reply')).toContainText('restore_reply');
  await expect(property(app, 'target_temperature')).toHaveAttribute('data-standing', 'restored');
  await expect(property(app, 'target_temperature').getByTestId('model-value')).toHaveText('22');
});

test('an event is posted with its parameters, or some of them, and its reply is shown', async ({ app }) => {
  await start(app);
  await fetchModel(app);
  await app.id('model-tab-events').click();
  await expect(app.id('model-event')).toHaveCount(2);
  await app.choose('event-choice', 'filter_dirty');
  await app.id('output-hours').getByTestId('value-input').fill('1200');
  await app.choose('event-time-choice', 'now');
  await app.id('event-post').click();
  await replied(app, 'event-reply', 0);
  await app.choose('event-choice', 'fault');
  await app.id('output-code').getByTestId('value-input').fill('5000');
  await app.page.locator('[data-testid="event-include"][data-id="message"]').uncheck();
  await app.id('event-post').click();
  await replied(app, 'event-reply', 220);
  await app.id('model-tab-messages').click();
  await expect(app.id('trail').locator('[data-topic="tmodel/event/post"]').first()).toContainText('fault');
  await app.id('model-tab-commands').click();
  await expect(app.id('model-command').first()).toContainText('self_test');
  await expect(app.id('model-command').first()).toContainText('duration');
});

test('a damaged file changes nothing; a model with every type is built, saved and read again', async ({ app, page }) => {
  await start(app);
  await fetchModel(app);
  await app.id('model-edit').click();
  const upload = (name: string, text: string): Promise<void> =>
    app.id('editor-file').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  await upload('damaged.json', '{"Template":{"Property":[{"Identifier":"t","Name":"t","AccessMode":"w","DataType":{"Type":"date"}}]}}');
  await expect(app.id('editor-said')).toContainText('damaged.json is no thing model');
  await expect(app.id('editor-error')).toContainText('Property[0].AccessMode');
  await upload('cut.json', '{"Property":[\n {"Identifier":');
  await expect(app.id('editor-error')).toContainText('Line 2');
  await app.id('editor-apply').press('Enter');
  await expect(app.id('editor-text')).toBeFocused();
  await app.id('editor-cancel').click();
  await expect(app.id('model-counts')).toContainText('9 properties');

  await app.id('model-edit').click();
  await app.id('editor-text').fill('');
  const parts = await app.id('editor-part').locator('option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  expect(parts).toHaveLength(11);
  for (const part of parts) {
    await app.choose('editor-part', part);
    await app.id('editor-add').click();
    await expect(app.id('editor-said')).toContainText(`Added ${part}_1`);
  }
  await expect(app.id('editor-problems')).toBeHidden();
  const download = page.waitForEvent('download');
  await app.id('editor-download').click();
  const file = readFileSync(await (await download).path(), 'utf8');
  await app.id('editor-apply').click();
  await expect(app.id('model-counts')).toContainText('9 properties · 1 event · 1 command');
  await expect(app.id('model-counts')).toContainText('from a file');
  await expect(property(app, 'struct_1')).toBeVisible();

  await fetchModelAgain(app);
  await app.id('model-edit').click();
  await upload('again.json', file);
  expect(JSON.parse(await app.id('editor-text').inputValue())).toEqual(JSON.parse(file));
  await app.id('editor-apply').click();
  await expect(property(app, 'enum_1')).toBeVisible();
  // Every value to begin with keeps its type's rules, so nothing is held back; the platform has another model.
  await property(app, 'struct_1').getByTestId('model-tick').check();
  await app.id('post-selected').click();
  await replied(app, 'post-reply', 100058);
});

/** The platform's model takes the place of one's own, and that can be taken back. */
async function fetchModelAgain(app: App): Promise<void> {
  await fetchModel(app);
  await app.id('undo').last().click();
  await expect(property(app, 'struct_1')).toBeVisible();
  await fetchModel(app);
}

test('over a real socket: desired values are got, refused with another version, got again and deleted', async ({ app }) => {
  const simulator = await Simulator.start();
  try {
    const { address, ProductSN, DeviceSN, DeviceSecret } = simulator.first;
    const set = async (mode: number): Promise<void> => {
      const answer = await simulator.call('set-property', { DeviceSN, Property: { mode }, Desired: true });
      expect(answer.RetCode).toBe(0);
    };
    await set(1);
    await app.open();
    const port = Number(new URL(address).port);
    await app.fillDevice({ port, product: ProductSN, device: DeviceSN, secret: DeviceSecret, system: true });
    await app.pressConnect();
    await app.expectOnline();
    await app.id('nav-model').click();
    await fetchModel(app);
    await app.id('desired-get').click();
    const wish = app.page.locator('[data-testid="desired-value"][data-id="mode"]');
    await expect(wish).toContainText('Version 1');
    await app.id('desired-delete').click();
    await expect(app.id('desired-cancel')).toBeFocused();
    await app.id('desired-version').fill('7');
    await app.id('desired-delete-now').click();
    await expect(app.id('desired-refused')).toBeVisible();
    await app.id('desired-again').click();
    await replied(app, 'desired-reply', 0);
    await wish.getByTestId('desired-take').click();
    await expect(property(app, 'mode')).toHaveAttribute('data-standing', 'edited');
    await app.id('post-one').click();
    await replied(app, 'post-reply', 0);
    expect((await simulator.look('properties', { DeviceSN })).Property).toMatchObject({ mode: { Value: 1 } });
    await app.id('desired-delete').click();
    await app.id('desired-delete-now').click();
    await expect(wish).toHaveCount(0);
  } finally {
    await simulator.stop();
  }
});

test('the page works by keyboard and on a phone, and is accessible', async ({ app }) => {
  test.slow();
  await start(app);
  await fetchModel(app);
  await app.id('model-tab-properties').focus();
  await app.page.keyboard.press('ArrowRight');
  await expect(app.id('model-tab-events')).toBeFocused();
  await expect(app.id('model-event')).toHaveCount(2);
  await app.page.keyboard.press('ArrowLeft');
  await property(app, 'fan').getByTestId('model-choose').focus();
  await app.page.keyboard.press('Enter');
  await expect(app.id('property-panel')).toContainText('fan');
  await checkScreen(app, 'model');
  await app.id('model-tab-commands').click();
  await checkScreen(app, 'model commands', [390]);
  await app.id('model-edit').click();
  await checkScreen(app, 'model editor');
});
