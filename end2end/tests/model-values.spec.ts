// Values of the thing model: the control of each data type, what the cloud asks and how it is answered, simulated values.
import type { Locator } from '@playwright/test';
import { checkScreen } from '../support/axe';
import { Simulator } from '../support/simulator';
import { expect, test } from '../support/test';
import type { App } from '../support/app';

/** A session with the simulator whose demo device is quiet, on the model's page, with its model. */
async function start(app: App): Promise<void> {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await expect(app.rows('in').filter({ hasText: 'property/post_reply' }).first()).toBeVisible();
  await app.setSwitch('demo-running', false);
  await app.id('nav-model').click();
  await app.id('model-fetch').click();
  await expect(app.id('model-counts')).toContainText('9 properties');
}

/** A session with a platform behind a socket, on the model's page, with its model. */
async function connect(app: App, simulator: Simulator): Promise<void> {
  const { address, ProductSN, DeviceSN, DeviceSecret } = simulator.first;
  await app.open();
  const port = Number(new URL(address).port);
  await app.fillDevice({ port, product: ProductSN, device: DeviceSN, secret: DeviceSecret, system: true });
  await app.pressConnect();
  await app.expectOnline();
  await app.id('nav-model').click();
  await app.id('model-fetch').click();
  await expect(app.id('model-counts')).toContainText('2 commands');
}

/** The control of a property of the demo model. */
async function control(app: App, identifier: string): Promise<Locator> {
  await app.page.locator(`[data-testid="model-property"][data-id="${identifier}"]`).getByTestId('model-choose').click();
  await expect(app.id('property-panel').getByRole('heading')).toHaveText(identifier);
  return app.id('property-value');
}

const fault = (value: Locator): Locator => value.getByTestId('value-fault');
const waiting = (app: App): Locator => app.id('incoming-call');
const simulated = (app: App, identifier: string): Locator =>
  app.page.locator(`[data-testid="simulation-row"][data-identifier="${identifier}"]`);

async function simulate(app: App, identifier: string, interval: number): Promise<Locator> {
  await app.id('simulation-add').selectOption(identifier);
  const row = simulated(app, identifier);
  await row.getByTestId('simulation-interval').fill(String(interval));
  return row;
}

const count = async (row: Locator, name: 'simulation-sent' | 'simulation-held-back'): Promise<number> =>
  Number(/\d+/.exec((await row.getByTestId(name).textContent()) ?? '')?.[0]);

test('numbers, bools, enums and strings have a control each; what breaks the model is corrected with a click', async ({ app }) => {
  await start(app);
  let value = await control(app, 'target_temperature');
  const input = value.getByTestId('value-input');
  await input.fill('29');
  await value.getByTestId('value-more').click();
  await expect(input).toHaveValue('30');
  await value.getByTestId('value-more').click();
  await expect(input).toHaveValue('30');
  await input.press('ArrowDown');
  await expect(input).toHaveValue('29');
  await value.getByTestId('value-slider').press('Home');
  await expect(input).toHaveValue('16');
  await input.fill('45');
  await expect(fault(value)).toHaveAttribute('data-code', 'above-max');
  await expect(input).toHaveAttribute('aria-invalid', 'true');
  const said = await input.getAttribute('aria-describedby');
  await expect(app.page.locator(`[id="${said}"]`)).toContainText('Above the highest value, 30');
  await value.getByTestId('value-fix').click();
  await expect(input).toHaveValue('30');
  await expect(fault(value)).toHaveCount(0);
  await input.fill('12x');
  await expect(fault(value)).toHaveAttribute('data-code', 'no-number');
  await expect(fault(value)).toContainText('“12x” is no integer');
  await input.fill('20');
  await value.getByTestId('value-as-json').click();
  await expect(value.getByTestId('value-json')).toHaveValue('20');
  await value.getByTestId('value-json').fill('"warm"');
  await expect(fault(value)).toHaveAttribute('data-code', 'wrong-kind');
  await value.getByTestId('value-anew').click();
  await expect(input).toBeVisible();

  value = await control(app, 'power');
  const before = await value.getByTestId('value-switch').getAttribute('aria-checked');
  await value.getByTestId('value-switch').click();
  await expect(value.getByTestId('value-switch')).toHaveAttribute('aria-checked', String(before !== 'true'));
  await expect(value).toContainText(before === 'true' ? '0 关' : '1 开');

  value = await control(app, 'mode');
  await value.getByTestId('value-select').selectOption('3');
  await expect(value.getByTestId('value-input')).toHaveValue('3');
  await value.getByTestId('value-input').fill('9');
  await expect(fault(value)).toHaveAttribute('data-code', 'no-item');

  value = await control(app, 'label');
  await value.getByTestId('value-text').fill('窗边 A');
  await expect(value).toContainText('8 / 64 bytes');
  await value.getByTestId('value-text').fill('温'.repeat(22));
  await expect(fault(value)).toHaveAttribute('data-code', 'too-long');
  await value.getByTestId('value-fix').click();
  await expect(value.getByTestId('value-text')).toHaveValue('温'.repeat(21));
});

test('dates, structs and arrays: picked in local time, filled in member by member, added and removed', async ({ app }) => {
  await start(app);
  let value = await control(app, 'last_service');
  await value.getByTestId('value-input').fill('1763900000123');
  const local = await app.page.evaluate(() => {
    const date = new Date(1_763_900_000_123);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 23);
  });
  await expect(value.getByTestId('value-date')).toHaveValue(local);
  await value.getByTestId('value-date').fill('2024-02-29T12:30:00.500');
  const millis = await app.page.evaluate(() => new Date(2024, 1, 29, 12, 30, 0, 500).getTime());
  await expect(value.getByTestId('value-input')).toHaveValue(String(millis));
  const before = Date.now();
  await value.getByTestId('value-now').click();
  const now = Number(await value.getByTestId('value-input').inputValue());
  expect(Math.abs(now - before)).toBeLessThan(60_000);

  value = await control(app, 'fan');
  const speed = app.id('property-value-speed');
  await speed.getByTestId('value-input').fill('9');
  await expect(fault(speed)).toHaveAttribute('data-code', 'above-max');
  await speed.getByTestId('value-fix').click();
  await expect(speed.getByTestId('value-input')).toHaveValue('5');
  await expect(app.id('property-value-swing').getByRole('switch')).toHaveAccessibleName(/swing/);
  await app.id('post-one').click();
  await expect(app.id('post-reply').locator('button')).toHaveAttribute('data-code', '0');

  value = await control(app, 'schedule');
  while ((await value.getByTestId('value-remove').count()) > 0) await value.getByTestId('value-remove').first().click();
  for (const [place, hour] of ['7', '12', '18'].entries()) {
    await value.getByTestId('value-add').click();
    await app.id(`property-value-${place}`).getByTestId('value-input').fill(hour);
  }
  await expect(value).toContainText('3 / 8 items');
  await value.getByTestId('value-remove').nth(1).click();
  await expect(app.id('property-value-1').getByTestId('value-input')).toHaveValue('18');
  // The focus stays in the list.
  await expect(value.getByTestId('value-remove').nth(1)).toBeFocused();
  await value.getByTestId('value-as-json').click();
  await expect.poll(async () => JSON.parse(await value.getByTestId('value-json').inputValue())).toEqual([7, 18]);
  await value.getByTestId('value-json').fill('[7,18.5]');
  await expect(fault(value)).toContainText('[1]');
});

test('over a real socket: commands and sets wait, are answered by hand or left alone, and the cloud gets what was said', async ({ app }) => {
  const simulator = await Simulator.start();
  try {
    const { DeviceSN } = simulator.first;
    await connect(app, simulator);
    await app.expectChosen('incoming-commands', 'manual');
    const answer = simulator.call('send-command', { DeviceSN, Identifier: 'self_test', Input: { level: 2 } });
    const call = waiting(app);
    await expect(call).toContainText('self_test');
    await expect(call).toContainText('"level": 2');
    await expect(call.getByTestId('incoming-countdown')).toContainText(/[0-5]\.\d s/);
    await expect(call.getByTestId('incoming-id')).toHaveText(/^\d{18}$/);
    const id = await call.getAttribute('data-id');
    await call.getByTestId('value-switch').click();
    await app.id(`output-${id}-duration`).getByTestId('value-input').fill('40');
    await call.getByTestId('incoming-reply').click();
    expect(await answer).toMatchObject({ RetCode: 0, RequestID: id, Output: { result: 1, duration: 40 } });
    await expect(app.id('incoming-title')).toBeFocused();
    await expect(app.id('incoming-done').first().getByTestId('incoming-outcome')).toHaveAttribute('data-code', '0');

    // Nobody answers: the caller runs out of time, and the card says so.
    const late = simulator.call('send-command', { DeviceSN, Identifier: 'clean_filter', Input: { minutes: 5 } });
    await expect(waiting(app)).toContainText('clean_filter');
    expect(await late).toMatchObject({ RetCode: 100040 });
    const countdown = waiting(app).getByTestId('incoming-countdown');
    await expect(countdown).toHaveAttribute('data-over', 'true');
    await expect(countdown).toContainText('The answer can still be sent');
    await waiting(app).getByTestId('incoming-ignore').click();
    await expect(waiting(app)).toHaveCount(0);
    await expect(app.id('incoming-done').first()).toContainText('not answered');

    // A set by hand, refused; then one that is answered automatically.
    await app.choose('incoming-sets', 'manual');
    expect((await simulator.call('set-property', { DeviceSN, Property: { mode: 2 } })).RetCode).toBe(0);
    await expect(waiting(app).getByTestId('incoming-changes')).toContainText(/mode\s+—\s+→\s+2/);
    await waiting(app).getByTestId('incoming-code').fill('220');
    await expect(waiting(app)).toContainText('A parameter exceeds its limits');
    await waiting(app).getByTestId('incoming-reply').click();
    await expect(app.id('incoming-done').first().getByTestId('incoming-outcome')).toHaveAttribute('data-code', '220');
    await app.choose('incoming-sets', 'auto');
    await simulator.call('set-property', { DeviceSN, Property: { mode: 3 } });
    await expect(app.id('incoming-done').first()).toContainText('answered 0');
    await simulator.call('set-property', { DeviceSN, Property: { mode: 4 } });
    await expect(app.id('incoming-done').first().getByTestId('incoming-changes')).toContainText(/mode\s+3\s+→\s+4/);
    await app.id('incoming-done').first().getByTestId('incoming-wire').click();
    await expect(app.page).toHaveURL(/#\/wire/);

    // Commands answered automatically, with an answer of one's own.
    await app.id('nav-model').click();
    await app.choose('incoming-commands', 'auto');
    await app.id('incoming-answers').locator('summary').click();
    const own = app.page.locator('[data-testid="incoming-answer"][data-identifier="self_test"]');
    await own.getByTestId('incoming-own').click();
    await app.id('answer-self_test-duration').getByTestId('value-input').fill('77');
    const automatic = await simulator.call('send-command', { DeviceSN, Identifier: 'self_test', Input: { level: 1 } });
    expect(automatic).toMatchObject({ RetCode: 0, Output: { duration: 77 } });
  } finally {
    await simulator.stop();
  }
});

test('simulated values go on behind other pages, in one message where they meet, and stop with the connection', async ({ app }) => {
  await start(app);
  await app.id('model-tab-simulation').click();
  const temperature = await simulate(app, 'temperature', 250);
  await expect(temperature.getByTestId('simulation-source')).toHaveValue('sine');
  const power = await simulate(app, 'power', 250);
  await expect(power.getByTestId('simulation-list')).toHaveValue('0\n1');
  await app.id('simulation-start-all').click();
  await expect.poll(() => count(temperature, 'simulation-sent')).toBeGreaterThan(2);
  await expect(power).toHaveAttribute('data-running', 'true');
  await app.id('nav-messages').click();
  await app.id('content-as').click();
  const both = app.rows('out').filter({ hasText: '"temperature"' }).filter({ hasText: '"power"' });
  await expect(both.nth(3)).toBeVisible();
  await app.id('nav-model').click();
  await power.getByTestId('simulation-stop').click();
  await expect(power.getByTestId('simulation-state')).toHaveText('stopped');
  await expect(temperature).toHaveAttribute('data-running', 'true');
  await app.id('disconnect').click();
  await expect(temperature.getByTestId('simulation-state')).toHaveText('stopped: connection lost');
  await expect(power.getByTestId('simulation-state')).toHaveText('stopped');
});

test('a simulation never sends faster than the platform takes, and says what it holds back; recordings are read or refused', async ({ app }) => {
  await start(app);
  await app.id('model-tab-simulation').click();
  const humidity = await simulate(app, 'humidity', 5);
  await expect(humidity.getByTestId('simulation-fault')).toContainText('from 10 to');
  await humidity.getByTestId('simulation-start').click();
  await expect(app.id('toast')).toContainText('humidity was not started');
  await humidity.getByTestId('simulation-interval').fill('10');
  await humidity.getByTestId('simulation-start').click();
  await expect.poll(() => count(humidity, 'simulation-held-back')).toBeGreaterThan(20);
  await expect(app.id('simulation-rate')).toHaveAttribute('data-held', 'true');
  await app.id('simulation-stop-all').click();
  await expect(humidity).toHaveAttribute('data-running', 'false');
  await humidity.getByTestId('simulation-source').selectOption('replay');
  await humidity.getByTestId('simulation-replay').fill('0,41\n100');
  await expect(humidity.getByTestId('simulation-fault')).toContainText('Item 2 has no value');
  await humidity.getByTestId('simulation-replay').fill('0,41\n300,43.5');
  await humidity.getByTestId('simulation-start').click();
  await expect(humidity.getByTestId('simulation-state')).toHaveText('replay over');
  await expect(humidity).toContainText('43.5');
  expect(await count(humidity, 'simulation-sent')).toBe(2);
});

test('what the cloud asks and simulated values are accessible, on a phone too', async ({ app }) => {
  test.slow();
  await start(app);
  const value = await control(app, 'fan');
  await app.id('property-value-speed').getByTestId('value-input').fill('9');
  await expect(value.getByTestId('value-fault')).toBeVisible();
  await app.choose('incoming-commands', 'auto');
  await app.id('incoming-answers').locator('summary').click();
  await app.id('incoming-answer').first().getByTestId('incoming-own').click();
  await checkScreen(app, 'incoming');
  await app.id('model-tab-simulation').click();
  await simulate(app, 'temperature', 1000);
  await app.id('simulation-add').selectOption('fan');
  await simulated(app, 'fan').getByTestId('simulation-source').selectOption('replay');
  await expect(simulated(app, 'fan').getByTestId('simulation-fault')).toBeVisible();
  await checkScreen(app, 'simulation');
});
