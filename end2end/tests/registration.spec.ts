// Dynamic registration: the ProductSecret goes in, the steps are shown, the DeviceSecret stays with the person, and each way in
// which it can fail says why.
import { readFile } from 'node:fs/promises';
import { checkScreen } from '../support/axe';
import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';
import type { Peer, Script } from '../support/hostile';
import { connack, CONNECT, DISCONNECT, puback, publish, PUBLISH, readConnect, readPublish, readSubscribe, suback, SUBSCRIBE } from '../support/packets';
import { profile } from '../support/profiles';
import { leaksInPage, leaksInStorage } from '../support/secrets';
import { Simulator } from '../support/simulator';

const { product, device } = GREENHOUSE;
const PRODUCT_SECRET = 'p8z3kfu6w1xn5rdt';
const REPLY = `/$system/${product}/${device}/password_reply`;
const STAGES = ['connect', 'subscribe', 'ask', 'receive', 'log-in'];

/** How each stage stands, in order. */
const stages = (app: App): Promise<(string | null)[]> =>
  app.id('registration-step').evaluateAll((all) => all.map((each) => each.getAttribute('data-state')));

async function expectEnd(app: App, progress: 'done' | 'failed' | 'stopped', states: string[]): Promise<void> {
  await expect(app.id('registration-panel')).toHaveAttribute('data-progress', progress);
  expect(await stages(app)).toEqual(states);
}

const DONE = STAGES.map(() => 'done');

async function fillProduct(app: App, port: number, fields: { product?: string; device?: string; secret?: string } = {}): Promise<void> {
  await app.choose('registration', 'dynamic');
  await app.fillDevice({ port, product, device, secret: PRODUCT_SECRET, ...fields });
}

/** A platform that takes the ProductSecret and does what `answer` says with the request; another login it refuses. */
const platform = (answer: (peer: Peer, requestId: string) => void): Script => async (peer) => {
  if (readConnect(await peer.nextOf(CONNECT)).username !== `${product}|${device}|2`) {
    peer.send(connack(5));
    return peer.close(1000, '');
  }
  peer.send(connack(0));
  peer.send(suback(readSubscribe(await peer.nextOf(SUBSCRIBE)).id, [1]));
  const request = readPublish(await peer.nextOf(PUBLISH));
  peer.send(puback(request.id ?? 0));
  answer(peer, (JSON.parse(request.payload.toString()) as { RequestID: string }).RequestID);
};

test('the simulator registers a new device: its steps are shown, and its secret is in the form', async ({ app, page, traffic }) => {
  await app.open();
  await app.expectChosen('registration', 'static');
  await app.id('registration').locator('[data-option="static"]').focus();
  await page.keyboard.press('ArrowRight');
  await app.expectChosen('registration', 'dynamic');
  await expect(app.id('registration-note')).toBeVisible();
  await app.id('product-sn').fill(product);
  await app.id('device-sn').fill(device);
  await app.expectValue('username', `${product}|${device}|2`);
  await app.id('registration-try').focus();
  await page.keyboard.press('Enter');

  await expectEnd(app, 'done', DONE);
  await app.expectState('online');
  await app.expectChosen('registration', 'static');
  const secret = await app.id('secret').inputValue();
  expect(secret).toMatch(/^\w{16}$/);
  await expect(app.id('secret')).toHaveAttribute('type', 'password');
  expect(await leaksInPage(page, secret)).toEqual([]);
  expect(await leaksInStorage(page, secret)).toEqual([]);
  await app.id('registration-reveal').click();
  await expect(app.id('registration-secret')).toHaveText(secret);
  await app.id('registration-reveal').click();
  await expect(app.id('registration-secret')).not.toContainText(secret);
  await checkScreen(app, 'registered');
  // Both messages of the exchange lead to the log.
  await expect(app.id('trail-line')).toHaveCount(2);
  await app.id('registration-messages').click();
  await expect(app.page.locator('[data-testid="subscription"][data-filter$="/shadow/downstream"]')).toHaveAttribute('data-state', 'granted');
  await expect(app.page.locator('[data-testid="subscription"][data-filter$="/password_reply"]')).toHaveCount(0);
  expect(traffic.urls.filter((url) => url.startsWith('ws'))).toEqual([]);
});

test('a device that is activated is refused, with what may be behind it, and still logs in with its secret', async ({ app, page }) => {
  await app.open();
  await app.id('try-registration').click();
  await expectEnd(app, 'done', DONE);
  const secret = await app.id('secret').inputValue();

  await app.choose('registration', 'dynamic');
  await app.pressConnect();
  await expectEnd(app, 'failed', ['failed', 'to-come', 'to-come', 'to-come', 'to-come']);
  await expect(app.id('registration-failure')).toHaveAttribute('data-code', 'refused');
  await expect(app.id('registration-causes').locator('li')).toHaveCount(5);
  await expect(app.problem('not-authorized')).toBeVisible();
  await app.expectState('failed');
  await expect(app.id('registration-secret')).toHaveCount(0);

  await app.choose('registration', 'static');
  await expect(app.id('secret')).toHaveValue(secret);
  await app.pressConnect();
  await app.expectOnline();
  await page.goBack();
  await expect(app.id('registration-panel')).toHaveCount(0);
});

test('over a socket: a wrong ProductSecret is refused, the right one registers, and no secret is to be seen', async ({ app, page }) => {
  const simulator = await Simulator.start();
  const { address, ProductSN, ProductSecret } = simulator.first;
  const deviceSN = 'new-42';
  await app.open();
  await fillProduct(app, Number(new URL(address).port), { product: ProductSN, device: deviceSN, secret: 'wrongsecret00001' });
  await app.pressConnect();
  await expectEnd(app, 'failed', ['failed', 'to-come', 'to-come', 'to-come', 'to-come']);
  await app.id('secret').fill(ProductSecret);
  await app.pressConnect();
  await expectEnd(app, 'done', DONE);
  await simulator.untilSeen({ Kind: 'Online', DeviceSN: deviceSN });
  const secret = await app.id('secret').inputValue();
  const devices = (await simulator.look('devices')).Devices as { DeviceSN: string; State: string }[];
  expect(devices.find((each) => each.DeviceSN === deviceSN)?.State).toBe('online');

  await app.id('registration-save').click();
  await app.id('profile-save').click();
  await expect(profile(app, deviceSN)).toBeVisible();
  const nowhere = async (): Promise<void> => {
    for (const hidden of [secret, ProductSecret]) {
      expect(await leaksInPage(page, hidden)).toEqual([]);
      expect(await leaksInStorage(page, hidden)).toEqual([]);
    }
  };
  await nowhere();
  await app.id('registration-messages').click();
  await app.inspect(app.rows('in').filter({ hasText: 'password_reply' }).first());
  for (const view of ['text', 'hex', 'base64'] as const) {
    await app.view(view);
    await nowhere();
  }
  await app.id('log-export').click();
  await app.choose('export-form', 'jsonl');
  await app.choose('export-scope', 'all');
  const waiting = page.waitForEvent('download');
  await app.id('export-start').click();
  const text = await readFile(await (await waiting).path(), 'utf8');
  const decoded = text.replace(/"([A-Za-z0-9+/]{4,}={0,2})"/g, (_, coded: string) => Buffer.from(coded, 'base64').toString('latin1'));
  expect(text).toContain('password_reply');
  for (const hidden of [secret, ProductSecret]) expect(text + decoded).not.toContain(hidden);
  await app.id('nav-wire').click();
  await app.id('wire-row').filter({ hasText: 'CONNECT' }).first().click();
  await nowhere();
  await simulator.stop();
});

test('a registration that gets no answer can be stopped, and says what may have happened', async ({ app, startServer }) => {
  const server = await startServer(platform(() => undefined));
  await app.open();
  await fillProduct(app, server.port);
  await app.id('subscribe-system').setChecked(true);
  await app.pressConnect();
  await expect(app.page.locator('[data-testid="registration-step"][data-step="receive"]')).toHaveAttribute('data-state', 'now');
  expect(await stages(app)).toEqual(['done', 'done', 'done', 'now', 'to-come']);
  // A second press is no second registration.
  await app.pressConnect();
  await app.id('registration-stop').click();
  await expectEnd(app, 'stopped', ['done', 'done', 'done', 'stopped', 'to-come']);
  await expect(app.id('registration-aftermath')).toBeVisible();
  await app.expectState('offline');
  const peer = await server.peer();
  await peer.packet(DISCONNECT);
  expect(server.peers).toHaveLength(1);
  expect(readConnect(await peer.packet(CONNECT))).toMatchObject({ cleanSession: true, clientId: `${product}.${device}` });
  const subscribed = peer.packets.filter((packet) => packet.type === SUBSCRIBE).flatMap((packet) => readSubscribe(packet).filters);
  expect(subscribed, 'nothing of the form before the login').toEqual([{ filter: REPLY, qos: 1 }]);
  await app.id('registration-close').click();
  await expect(app.id('registration-panel')).toHaveCount(0);
  await expect(app.id('connect')).toBeFocused();
});

test('a code that nobody documents is shown as it came; a secret outlasts a login that is refused', async ({ app, startServer }) => {
  const answers: Record<string, unknown>[] = [
    { RetCode: '987654', Message: '<b>not today</b>' },
    { RetCode: 0, Password: 'd1u2v3w4x5y6z7a8', Later: { is: true } },
  ];
  const server = await startServer(
    platform((peer, RequestID) => {
      // An answer to somebody else's request comes first.
      peer.send(publish(REPLY, JSON.stringify({ RetCode: '0', RequestID: 'other', Password: 'n0tm1ne0n0tm1ne0' })));
      peer.send(publish(REPLY, JSON.stringify({ RequestID, ...answers.shift() })));
    }),
  );
  await app.open();
  await fillProduct(app, server.port);
  await app.pressConnect();
  await expectEnd(app, 'failed', ['done', 'done', 'done', 'failed', 'to-come']);
  await expect(app.id('registration-failure')).toHaveAttribute('data-code', 'answer');
  await expect(app.id('registration-failure')).toContainText('987654');
  await expect(app.id('registration-failure')).toContainText('<b>not today</b>');
  await app.expectChosen('registration', 'dynamic');

  await app.pressConnect();
  await expectEnd(app, 'failed', ['done', 'done', 'done', 'done', 'failed']);
  await expect(app.id('registration-failure')).toHaveAttribute('data-code', 'refused');
  await app.expectChosen('registration', 'static');
  await expect(app.id('secret')).toHaveValue('d1u2v3w4x5y6z7a8');
  await expect(app.id('registration-in-form')).toBeVisible();
  const login = readConnect(await (await server.peer(2)).packet(CONNECT));
  expect([login.username, login.password?.toString()]).toEqual([`${product}|${device}|1`, 'd1u2v3w4x5y6z7a8']);
});

test('a form that registers comes back and is shared without its secret, and never registers by itself', async ({ app, page, traffic }) => {
  await app.open();
  await fillProduct(app, 9);
  const link = await app.id('share-link').inputValue();
  expect(link).toContain('registration=dynamic');
  expect(link).not.toContain(PRODUCT_SECRET);
  expect(await leaksInStorage(page, PRODUCT_SECRET)).toEqual([]);
  await page.reload();
  await app.expectChosen('registration', 'dynamic');
  await expect(app.id('secret')).toHaveValue('');
  await app.expectState('offline');
  // The other secret is another value: it is not sent in its place.
  await app.choose('registration', 'static');
  await app.id('secret').fill('0123456789abcdef');
  await app.choose('registration', 'dynamic');
  await expect(app.id('secret')).toHaveValue('');
  await app.pressConnect();
  await expect(app.fieldProblem('secret')).toHaveAttribute('data-code', 'required');
  expect(traffic.urls.filter((url) => url.startsWith('ws'))).toEqual([]);
});
