// A gateway and the devices behind it: registering, topology, going online, messages in a sub-device's name, what the cloud says.
import { expect, test } from '../support/test';
import type { Locator } from '@playwright/test';
import type { App } from '../support/app';
import { checkScreen } from '../support/axe';
import { Simulator } from '../support/simulator';

/** The sensors of the simulator's gateway: one that the platform knows, and one to be registered. */
const [KNOWN, NEW] = ['sim-sensor-01', 'sim-sensor-02'];
const SUBS = 'simsubdevice0001';

const row = (app: App, device: string): Locator => app.page.locator(`[data-testid="gateway-row"][data-device="${device}"]`);
const outcomes = (app: App, end: string): Locator => app.page.locator(`[data-testid="gateway-outcome"][data-end="${end}"]`);

async function ask(app: App, suffix: string): Promise<void> {
  await app.page.locator(`[data-testid="gateway-ask"][data-kind="subdev/${suffix}"]`).click();
}

async function choose(app: App, device: string, on = true): Promise<void> {
  await row(app, device).getByTestId('gateway-choose').setChecked(on);
}

async function tryGateway(app: App): Promise<void> {
  await app.open('#/gateway');
  await app.id('gateway-try').click();
  await app.expectState('online');
  await expect(app.id('gateway-row')).toHaveCount(2);
}

test('a sensor is registered, added, logged in, and speaks through the gateway', async ({ app }) => {
  await tryGateway(app);
  await expect(app.page).toHaveURL(/#\/gateway$/);
  await choose(app, NEW);
  await ask(app, 'register');
  await expect(row(app, NEW).getByTestId('gateway-secret-known')).toBeVisible();
  await app.id('gateway-choose-all').check();
  await ask(app, 'topo/add');
  await expect(row(app, KNOWN)).toHaveAttribute('data-state', 'topology');
  await ask(app, 'login');
  for (const device of [KNOWN, NEW]) await expect(row(app, device)).toHaveAttribute('data-state', 'topology online');
  await expect(outcomes(app, 'done')).toHaveCount(3);

  await row(app, NEW).getByTestId('gateway-subject').click();
  await expect(app.id('gateway-subject-name')).toHaveText(NEW);
  await app.id('gateway-subscribe').click();
  await expect(app.id('gateway-subscribe')).toContainText('12/12');
  await expect(app.id('gateway-topic')).toHaveValue(`/${SUBS}/${NEW}/upload`);
  await app.id('gateway-send').click();
  // The product sends back what is uploaded.
  const traffic = app.id('gateway-traffic');
  await expect(traffic.locator(`[data-testid="trail-line"][data-topic="/${SUBS}/${NEW}/set"]`)).toBeVisible();
  await app.id('gateway-request-choice').selectOption('property-post');
  await app.id('gateway-send').click();
  await expect(traffic.locator('[data-testid="trail-line"][data-topic="tmodel/property/post_reply"]')).toBeVisible();
  await expect(traffic.locator('[data-testid="trail-line"][data-topic^="/"]')).toHaveCount(2);
  await checkScreen(app, 'gateway');

  await choose(app, NEW, false);
  await ask(app, 'logout');
  await expect(row(app, KNOWN)).toHaveAttribute('data-state', 'topology');
  await ask(app, 'topo/delete');
  await ask(app, 'topo/get');
  await expect(row(app, KNOWN)).toHaveAttribute('data-state', '');
  await expect(row(app, NEW)).toHaveAttribute('data-state', 'topology online');
});

test('a request that cannot be sent, or is refused, says why and what to do', async ({ app }) => {
  await tryGateway(app);
  await ask(app, 'login');
  await expect(app.id('gateway-problem')).toContainText('Choose sub-devices');
  await app.id('gateway-choose-all').check();
  await ask(app, 'topo/add');
  await expect(outcomes(app, 'refused')).toContainText('100008');
  await expect(outcomes(app, 'refused')).toContainText('The device does not exist');
  await expect(row(app, KNOWN)).toHaveAttribute('data-state', '');

  await app.id('gateway-choose-all').uncheck();
  await app.id('gateway-product').fill('otherproduct0001');
  await app.id('gateway-sns').fill('a-1, a-2 x');
  await app.id('gateway-enter').click();
  await expect(app.id('gateway-problem')).toContainText('“x” has not the form of a DeviceSN');
  await expect(app.id('gateway-row')).toHaveCount(5);
  await ask(app, 'register');
  await expect(app.id('gateway-problem')).toContainText('The ProductSecret of otherproduct0001 is missing');
  await expect(app.id('gateway-secret')).toBeFocused();
  await app.id('gateway-secret').fill('whatever');
  await expect(app.id('gateway-secret')).toHaveAttribute('type', 'password');
  await ask(app, 'register');
  await expect(outcomes(app, 'refused')).toHaveCount(2);
  await expect(app.page.locator('main')).not.toContainText('whatever');

  // What was entered and chosen stays while another page is in front.
  await app.id('nav-messages').click();
  await expect(app.id('message-log')).toBeVisible();
  await app.id('nav-gateway').click();
  await expect(app.id('gateway-row')).toHaveCount(5);
  await expect(app.id('gateway-chosen')).toContainText('3');
  await row(app, 'x').getByTestId('gateway-take-out').click();
  await expect(app.id('gateway-row')).toHaveCount(4);
});

test('a device that is no gateway is told so, and can ask all the same', async ({ app }) => {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.id('nav-gateway').click();
  await expect(app.id('gateway-about')).toContainText('This device is no gateway');
  await expect(app.id('service-topics')).toBeVisible();
  await ask(app, 'topo/get');
  await expect(app.id('gateway-request')).toHaveCount(1);
  // The gateway opens in a session of its own.
  await app.id('gateway-try').click();
  await expect(app.id('session-tab')).toHaveCount(2);
  await expect(app.id('gateway-row')).toHaveCount(2);
  await expect(app.id('gateway-about')).toContainText(KNOWN);
});

test('over a real socket: what the cloud says is told with what it means', async ({ app }) => {
  const simulator = await Simulator.start();
  const gates = await simulator.call('create-product', { Name: 'gates', Gateway: true });
  const subs = await simulator.call('create-product', { Name: 'subs', BehindGateway: true });
  const gate = { ProductSN: gates.ProductSN as string, DeviceSN: 'gate-01' };
  const sub = { ProductSN: subs.ProductSN as string, DeviceSN: 'valve-01' };
  const made = await simulator.call('create-device', gate);
  await simulator.call('create-device', sub);
  await app.open();
  const port = Number(new URL(simulator.first.address).port);
  await app.fillDevice({ port, product: gate.ProductSN, device: gate.DeviceSN, secret: made.DeviceSecret as string });
  await app.pressConnect();
  await app.expectOnline();
  await app.id('nav-gateway').click();
  await app.id('service-subscribe').click();
  await expect(app.id('service-topics')).toHaveCount(0);

  expect((await simulator.call('add-sub-devices', { ...gate, Devices: [sub] })).RetCode).toBe(0);
  await expect(row(app, 'valve-01')).toHaveAttribute('data-state', 'topology');
  await expect(row(app, 'valve-01').getByTestId('gateway-secret-known')).toBeVisible();
  await choose(app, 'valve-01');
  await ask(app, 'login');
  await expect(row(app, 'valve-01')).toHaveAttribute('data-state', 'topology online');
  await simulator.call('disable-device', sub);
  await expect(row(app, 'valve-01')).toHaveAttribute('data-state', 'topology disabled');
  await expect(outcomes(app, 'notice').first()).toContainText('cannot log in until they are enabled');
  await simulator.call('enable-device', sub);
  await expect(row(app, 'valve-01')).toHaveAttribute('data-state', 'topology');
  // What was found goes to the rule engine; an application answers, or nobody does.
  await app.id('gateway-product').fill(sub.ProductSN);
  await app.id('gateway-secret').fill('of-the-product');
  await ask(app, 'topo/found');
  await expect(app.id('gateway-request')).toContainText('#2');
  expect((await simulator.call('reply-found', { ...gate, RequestID: '2' })).RetCode).toBe(0);
  await expect(app.id('gateway-request')).toHaveCount(0);
  await expect(outcomes(app, 'done')).toHaveCount(2);
  await simulator.call('delete-device', sub);
  await expect(row(app, 'valve-01')).toHaveCount(0);
  await expect(outcomes(app, 'notice')).toHaveCount(4);
  // Each message leads to its bytes.
  await app.id('gateway-page').getByTestId('trail-wire').first().click();
  await expect(app.page).toHaveURL(/#\/wire/);
  await simulator.stop();
});
