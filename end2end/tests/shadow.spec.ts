// The device shadow by hand: against the simulator as a program, where the cloud's side is seen and steered by its control, and
// with the demo device in the page.
import type { Locator } from '@playwright/test';
import type { App } from '../support/app';
import { checkScreen } from '../support/axe';
import { Simulator } from '../support/simulator';
import { expect, SOCKET_ERRORS, test as base } from '../support/test';

const test = base.extend<{ simulator: Simulator }>({
  simulator: async ({}, use) => {
    const simulator = await Simulator.start();
    await use(simulator);
    await simulator.stop();
  },
});

test.use({ consoleAllowed: [SOCKET_ERRORS] });

/** Connects as the simulator's first device, with all system topics, and opens the page. */
async function open(app: App, simulator: Simulator): Promise<void> {
  const { address, ProductSN, DeviceSN, DeviceSecret } = simulator.first;
  await app.open();
  const port = Number(new URL(address).port);
  await app.fillDevice({ port, product: ProductSN, device: DeviceSN, secret: DeviceSecret, system: true });
  await app.pressConnect();
  await app.expectOnline();
  await app.id('nav-shadow').click();
  await expect(app.id('shadow-get')).toBeVisible();
}

const row = (app: App, key: string): Locator => app.page.locator(`[data-testid="shadow-row"][data-key="${key}"]`);
const version = (app: App, known: number): Promise<void> => expect(app.id('shadow-known-version')).toHaveText(`v${known}`);

/** What the platform has. */
async function stored(simulator: Simulator): Promise<{ Reported: Record<string, unknown>; Desired: Record<string, unknown>; Version: number }> {
  const { State, Version } = await simulator.look('shadow', { DeviceSN: simulator.first.DeviceSN });
  return { ...(State as { Reported: Record<string, unknown>; Desired: Record<string, unknown> }), Version: Number(Version) };
}

/** Puts a row into the form. */
async function add(app: App, key: string, value: string, kind = 'number'): Promise<void> {
  await app.id('shadow-add').click();
  const last = app.id('shadow-edit-row').last();
  await last.getByTestId('shadow-key').fill(key);
  await last.getByTestId('shadow-kind').selectOption(kind);
  const control = last.getByTestId('shadow-value');
  if (kind === 'boolean') await control.selectOption(value);
  else if (kind !== 'null') await control.fill(value);
}

async function confirm(app: App, keys: RegExp): Promise<void> {
  await expect(app.id('shadow-dialog')).toBeVisible();
  await expect(app.id('shadow-dialog-cancel')).toBeFocused();
  await expect(app.id('shadow-dialog-keys')).toHaveText(keys);
  await app.id('shadow-dialog-ok').click();
  await expect(app.id('shadow-dialog')).toBeHidden();
}

test('over a socket: values of each type are reported, read, deleted, and the version is reset', async ({ app, simulator }) => {
  await open(app, simulator);
  await expect(app.id('shadow-empty')).toContainText('not read yet');
  await app.id('shadow-get-first').click();
  await expect(app.id('shadow-empty')).toContainText('holds no keys');
  await expect(app.id('shadow-age')).toHaveText(/^read \d+ s ago$/);

  await add(app, 'id', '123456789012345678');
  await add(app, 'temperature', '26.4');
  await add(app, 'mode', 'auto', 'string');
  await add(app, 'on', 'false', 'boolean');
  await add(app, 'nothing', '', 'null');
  await add(app, 'place', '{"row": 3, "bay": ["B"]}', 'json');
  await expect(app.id('shadow-version')).toHaveValue('0');
  await app.id('shadow-value').first().press('Control+Enter');
  await version(app, 1);
  await expect(row(app, 'id')).toContainText('123456789012345678');
  await expect(row(app, 'place')).toContainText('{"bay":["B"],"row":3}');
  await expect(row(app, 'temperature').locator('td').last()).toHaveText(/^\d\d:\d\d:\d\d$/);
  expect((await stored(simulator)).Reported).toMatchObject({ temperature: 26.4, mode: 'auto', on: false, nothing: null });
  await app.id('shadow-get').click();
  await expect(app.id('shadow-document')).toContainText('"id": 123456789012345678');
  await expect(app.id('shadow-document')).toContainText('"Version": 1');

  // The keys of the form are the keys that go; a click in the table takes one out.
  for (const key of ['id', 'temperature', 'mode', 'on']) await row(app, key).getByTestId('shadow-take').click();
  await expect(app.id('shadow-edit-row')).toHaveCount(2);
  await app.id('shadow-delete').click();
  await confirm(app, /^nothing\s*place$/);
  await version(app, 2);
  await expect(row(app, 'place')).toHaveCount(0);
  await app.id('shadow-delete-all').click();
  await confirm(app, /^id\s*mode\s*on\s*temperature$/);
  await version(app, 3);
  expect((await stored(simulator)).Reported).toEqual({});
  await app.choose('shadow-mode', 'json');
  await app.id('shadow-json').fill('{"a": 1}');
  await app.id('shadow-reset').click();
  await confirm(app, /^a$/);
  await version(app, 0);
  expect(await stored(simulator)).toEqual({ Reported: { a: 1 }, Desired: {}, Version: 0 });
});

test('what the cloud desires is compared, then accepted just so, with other values, or by itself', async ({ app, simulator }) => {
  const desire = (Desired: object): Promise<unknown> => simulator.call('set-desired-shadow', { DeviceSN: simulator.first.DeviceSN, Desired });
  await open(app, simulator);
  await app.id('shadow-get').click();
  await add(app, 'vent', '0');
  await add(app, 'mode', 'auto', 'string');
  await app.id('shadow-report').click();
  await version(app, 1);
  await desire({ vent: 1, mode: 'auto', step: 5 });
  await expect(app.id('shadow-desired')).toHaveText('3');
  await expect(row(app, 'vent')).toHaveAttribute('data-verdict', 'differs');
  await expect(row(app, 'mode')).toHaveAttribute('data-verdict', 'same');
  await expect(app.id('shadow-differences')).toHaveText('2 differ');
  await app.choose('shadow-filter', 'differences');
  await expect(app.id('shadow-row')).toHaveCount(2);
  await app.choose('shadow-filter', 'all');

  await app.id('shadow-accept-other').click();
  await expect(app.id('shadow-edit-row')).toHaveCount(3);
  await expect(app.id('shadow-settles')).toBeChecked();
  await app.page.locator('[data-testid="shadow-edit-row"]').last().getByTestId('shadow-value').fill('2');
  await app.id('shadow-report').click();
  await expect(app.id('shadow-desired')).toHaveText('0');
  expect(await stored(simulator)).toEqual({ Reported: { vent: 2, mode: 'auto', step: 5 }, Desired: {}, Version: 3 });

  await desire({ step: 9 });
  await expect(app.id('shadow-desired')).toHaveText('1');
  await app.id('shadow-accept').click();
  await version(app, 5);
  await expect(row(app, 'step')).toContainText('9');
  await app.setSwitch('shadow-auto-accept', true);
  await desire({ step: 1 });
  await version(app, 7);
  expect(await stored(simulator)).toMatchObject({ Reported: { step: 1 }, Desired: {} });
});

test('a conflict keeps the edit: it is sent again, given up, or goes again by itself', async ({ app, simulator }) => {
  await open(app, simulator);
  await app.id('shadow-get').click();
  await expect(app.id('shadow-age')).toHaveText(/^read/);
  await add(app, 'vent', '1');
  await app.id('shadow-version').fill('41');
  await expect(app.id('shadow-remark')).toContainText('an edit with 41 is refused (100026)');
  await app.id('shadow-report').click();
  await expect(app.id('shadow-conflict')).toHaveAttribute('data-carried', '41');
  await expect(app.id('shadow-conflict')).toContainText('the platform is at 0. Not applied: update vent.');
  await app.id('shadow-again').click();
  await expect(app.id('shadow-conflict')).toBeHidden();
  await expect(app.id('shadow-report')).toBeFocused();
  await version(app, 1);

  await app.id('shadow-report').click();
  await expect(app.id('shadow-conflict')).toBeVisible();
  await app.choose('language', 'zh');
  await expect(app.id('shadow-conflict')).toContainText('上报携带 Version 41，平台已是 1。没有生效：update vent。');
  await app.choose('language', 'en');
  await app.id('shadow-discard').click();
  await expect(app.id('shadow-conflict')).toBeHidden();
  expect((await stored(simulator)).Version).toBe(1);

  await app.setSwitch('shadow-auto-retry', true);
  await app.id('shadow-value').fill('2');
  await app.id('shadow-report').click();
  await version(app, 2);
  await expect(app.id('shadow-conflict')).toBeHidden();
  expect((await stored(simulator)).Reported).toEqual({ vent: 2 });
  await app.id('shadow-follow').click();
  await expect(app.id('shadow-version')).toHaveValue('2');
  await expect(app.id('shadow-remark')).toBeEmpty();

  // Where each edit comes too late, it goes twice, and then waits for a person.
  await simulator.call('set-faults', { Faults: { shadow_conflict: 'every' } });
  await app.id('shadow-report').click();
  await expect(app.id('shadow-conflict')).toBeVisible();
  await simulator.call('set-faults', { Faults: {} });
  await app.id('shadow-again').click();
  await expect(app.id('shadow-conflict')).toBeHidden();
  await version(app, 5);
});

test('refusals are spelled out, and a lost answer leaves a doubt that reading ends', async ({ app, simulator }) => {
  await open(app, simulator);
  await simulator.call('switch-shadow', { On: false });
  await app.id('shadow-get').click();
  await expect(app.id('shadow-trouble')).toHaveAttribute('data-code', '100027');
  await expect(app.id('shadow-trouble')).toContainText('The device shadow is disabled');
  await simulator.call('switch-shadow', { On: true });
  await simulator.call('set-choices', { Choices: { shadow: { out_of_order: true } } });
  await add(app, 'a', '1');
  await app.id('shadow-report').click();
  await expect(app.id('shadow-trouble')).toHaveAttribute('data-code', '130');
  await app.choose('language', 'zh');
  await expect(app.id('shadow-trouble')).toContainText('服务暂时不可用');
  await app.choose('language', 'en');
  await app.id('shadow-dismiss').click();
  await expect(app.id('shadow-trouble')).toBeHidden();
  await simulator.call('set-choices', { Choices: { shadow: { out_of_order: false, null_value: 'refuse' } } });
  await app.id('shadow-kind').selectOption('null');
  await app.id('shadow-report').click();
  await expect(app.id('shadow-trouble')).toHaveAttribute('data-code', '230');

  await simulator.call('set-faults', { Faults: { lose_messages: 1 } });
  await app.id('shadow-kind').selectOption('number');
  await app.id('shadow-report').click();
  await expect(app.id('shadow-lost')).toContainText('update a (Version 0)', { timeout: 8_000 });
  await simulator.call('set-faults', { Faults: {} });
  await app.id('shadow-lost-get').click();
  await expect(app.id('shadow-lost')).toBeHidden();
  await expect(app.id('shadow-document')).toContainText('"Version": 0');
});

test('what cannot be sent as typed is said before, and the draft outlasts a change of page', async ({ app, simulator }) => {
  await open(app, simulator);
  await app.id('shadow-get').click();
  await expect(app.id('shadow-age')).toHaveText(/^read/);
  await add(app, 'big', '18446744073709551616');
  await expect(app.id('shadow-remark')).toContainText('18446744073709551616 is sent as 1.8446744073709552e+19');
  await app.id('shadow-value').fill('0x10');
  await expect(app.id('shadow-fault')).toContainText('Not a number');
  await app.id('shadow-report').click();
  await expect(app.id('shadow-under-way')).toBeEmpty();
  await app.id('shadow-value').fill('16');
  await app.choose('shadow-mode', 'json');
  await expect(app.id('shadow-json')).toHaveValue(/"big": 16/);
  await app.id('shadow-json').fill('{"a": [1,}');
  await expect(app.id('shadow-remark')).toContainText('Line 1, column 10');
  await expect(app.id('shadow-json')).toHaveAttribute('aria-invalid', 'true');
  await app.id('shadow-json').fill('{"Method": "update", "State": {}}');
  await expect(app.id('shadow-remark')).toContainText('looks like a whole message');
  await app.id('shadow-version').fill('2147483648');
  await expect(app.id('shadow-remark')).toContainText('int32');
  await app.id('shadow-version').fill('-1');
  await app.id('nav-messages').click();
  await app.id('nav-shadow').click();
  await expect(app.id('shadow-json')).toHaveValue('{"Method": "update", "State": {}}');
  await expect(app.id('shadow-version')).toHaveValue('-1');
  await app.page.setViewportSize({ width: 390, height: 844 });
  const tooWide = await app.page.evaluate(() =>
    [document.documentElement, document.querySelector('.sh')].map((element) => (element ? element.scrollWidth - element.clientWidth : -1)),
  );
  expect(tooWide).toEqual([0, 0]);
  await checkScreen(app, 'shadow-draft');
});

test('the demo device accepts what is desired by itself; each message leads to the log and to its bytes', async ({ app }) => {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.id('nav-shadow').click();
  await expect(app.id('shadow-auto-accept')).toHaveAttribute('aria-checked', 'true');
  // It asked for the document when it came online.
  await expect(app.id('shadow-age')).toHaveText(/^read \d+ s ago$/);
  await app.id('shadow-get').click();
  const line = app.page.locator('[data-testid="trail-line"][data-topic="shadow/get_reply"]').first();
  await expect(line).toBeVisible();
  await line.getByTestId('trail-open').click();
  await expect(app.id('inspector-topic')).toContainText('shadow/get_reply');
  await app.id('nav-shadow').click();
  await line.getByTestId('trail-wire').click();
  await expect(app.page).toHaveURL(/#\/wire/);
});
