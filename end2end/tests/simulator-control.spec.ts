// What the simulator's control can do: the cloud's side over HTTP, and as lines.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Not the browser tests' `test`: no page is needed here.
import { expect, test as base } from '@playwright/test';
import { MqttJs } from '../support/foreign';
import type { Login } from '../support/foreign';
import { Simulator } from '../support/simulator';

const test = base.extend<{ simulator: Simulator }>({
  simulator: async ({}, use) => {
    const simulator = await Simulator.start();
    await use(simulator);
    await simulator.stop();
  },
});

function login(simulator: Simulator): Login {
  const { address, ProductSN, DeviceSN, DeviceSecret } = simulator.first;
  return { address, clientId: `${ProductSN}.${DeviceSN}`, username: `${ProductSN}|${DeviceSN}|1`, password: DeviceSecret };
}

async function connected(simulator: Simulator, ...filters: string[]): Promise<MqttJs> {
  const device = new MqttJs();
  expect(await device.connect(login(simulator))).toBe(0);
  for (const filter of filters) expect(await device.subscribe(filter, 1), filter).toBe(1);
  return device;
}

test('a device is disabled, enabled, kicked and deleted', async ({ simulator }) => {
  const { DeviceSN } = simulator.first;
  const state = async (): Promise<unknown> => {
    const devices = (await simulator.look('devices')).Devices as { DeviceSN: string; State: string }[];
    return devices.find((device) => device.DeviceSN === DeviceSN)?.State;
  };
  expect(await state()).toBe('inactivated');
  let device = await connected(simulator);
  expect(await state()).toBe('online');
  expect((await simulator.call('kick-device', { DeviceSN })).RetCode).toBe(0);
  await device.untilClosed();
  expect(await state()).toBe('offline');
  expect((await simulator.call('kick-device', { DeviceSN })).RetCode).toBe(100039);
  device = await connected(simulator);
  expect((await simulator.call('disable-device', { DeviceSN })).RetCode).toBe(0);
  await device.untilClosed();
  expect(await state()).toBe('disabled');
  expect(await new MqttJs().connect(login(simulator))).toBe(5);
  expect((await simulator.call('enable-device', { DeviceSN })).RetCode).toBe(0);
  device = await connected(simulator);
  expect((await simulator.call('delete-device', { DeviceSN })).RetCode).toBe(0);
  await device.untilClosed();
  expect(await simulator.call('delete-device', { DeviceSN })).toEqual({ RetCode: 100008, Message: 'The device does not exist' });
});

test('products, devices, topics and models are made', async ({ simulator }) => {
  const made = await simulator.call('create-product', { Name: 'pump', Shadow: true });
  expect(made).toMatchObject({ RetCode: 0, ProductSN: expect.stringMatching(/^\w{16}$/), ProductSecret: expect.stringMatching(/^\w{16}$/) });
  const ProductSN = made.ProductSN as string;
  // There are two products by now, so that it must be named.
  expect(await simulator.call('create-device', {})).toMatchObject({ RetCode: 230, Message: expect.stringContaining('ProductSN') });
  const created = await simulator.call('create-device', { ProductSN, DeviceSN: 'pump-01' });
  const Topics = [{ Rest: 'orders/+', Permission: 'sub' }, { Rest: 'report', Permission: 'pub' }];
  expect((await simulator.call('define-topics', { ProductSN, Topics })).RetCode).toBe(0);
  const Template = {
    Property: [{ Identifier: 'on', Name: 'on', AccessMode: 'rw', DataType: { Type: 'bool', Spec: { '0': 'off', '1': 'on' } } }],
    Event: [],
    Command: [],
  };
  expect((await simulator.call('set-model', { ProductSN, Template })).RetCode).toBe(0);
  expect((await simulator.look('model', { ProductSN })).Template).toMatchObject(Template);
  const wrong = await simulator.call('set-model', { ProductSN, Template: { Property: [{ Identifier: '1' }] } });
  expect(wrong).toMatchObject({ RetCode: 230, Message: expect.stringContaining('Template: Property[0]') });

  const device = new MqttJs();
  const password = created.DeviceSecret as string;
  const who = { clientId: `${ProductSN}.pump-01`, username: `${ProductSN}|pump-01|1`, password };
  expect(await device.connect({ address: simulator.first.address, ...who })).toBe(0);
  const topic = `/${ProductSN}/pump-01/orders/7`;
  expect(await device.subscribe(`/${ProductSN}/pump-01/orders/+`, 1)).toBe(1);
  const MessageContent = Buffer.from('now').toString('base64');
  expect((await simulator.call('publish', { ProductSN, DeviceSN: 'pump-01', Topic: 'orders/7', MessageContent })).RetCode).toBe(0);
  expect((await device.next(topic)).payload).toBe('now');
  expect((await simulator.call('change-product', { ProductSN, Published: true })).RetCode).toBe(0);
  expect((await simulator.call('define-topics', { ProductSN, Topics })).RetCode).toBe(100054);
  await device.disconnect();
});

test('a broadcast reaches the devices that subscribed', async ({ simulator }) => {
  const topic = `/${simulator.first.ProductSN}/$broadcast/notice`;
  const device = await connected(simulator, topic);
  expect((await simulator.call('broadcast', { Topic: 'notice', Message: 'to all' })).RetCode).toBe(0);
  expect((await device.next(topic)).payload).toBe('to all');
  await device.disconnect();
});

test('a command that nobody answers runs out of time', async ({ simulator }) => {
  const { DeviceSN } = simulator.first;
  const device = await connected(simulator, simulator.system('tmodel/command'));
  const call = { DeviceSN, Identifier: 'self_test', Input: { level: 1 }, Timeout: 1 };
  const started = Date.now();
  expect(await simulator.call('send-command', call)).toMatchObject({ RetCode: 100040 });
  expect(Date.now() - started).toBeGreaterThanOrEqual(950);
  const sent = await simulator.call('send-command', { ...call, Method: 'async', Timeout: undefined });
  expect(sent).toMatchObject({ RetCode: 0, RequestID: expect.stringMatching(/^\d+$/) });
  const calls = await simulator.look('calls', { DeviceSN });
  expect(calls.Waiting).toHaveLength(1);
  expect(calls.Ended).toMatchObject([{ Identifier: 'self_test', RetCode: 100040 }]);
  await device.disconnect();
});

test('a firmware is ordered, fetched from its link, and reported', async ({ simulator }) => {
  const { DeviceSN } = simulator.first;
  const down = simulator.system('ota/downstream');
  const device = await connected(simulator, down);
  const say = (Method: string, Payload: object): Promise<void> =>
    device.publish(simulator.system('ota/upstream'), JSON.stringify({ Method, Payload }), 1);
  expect((await simulator.call('push-firmware', { DeviceSN, Version: '1.1.0' })).RetCode).toBe(100033);
  await say('report_version', { Module: 'default', Version: '1.0.0' });
  expect((await simulator.call('push-firmware', { DeviceSN, Version: '1.1.0' })).RetCode).toBe(0);
  const order = JSON.parse((await device.next(down)).payload) as { Payload: { URL: string; MD5: string; Size: number } };
  const { URL: link, MD5, Size } = order.Payload;
  const response = await fetch(link);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect([response.status, bytes.length, createHash('md5').update(bytes).digest('hex')]).toEqual([200, Size, MD5]);
  expect((await fetch(link.replace(/\.bin.*/, '.bin?'))).status).not.toBe(200);
  expect((await fetch(`${simulator.first.control}/firmware/none`)).status).toBe(404);
  await say('report_progress', { Module: 'default', State: 'burning', Percent: 50, Version: '1.1.0' });
  await say('report_success', { Module: 'default', Version: '1.1.0' });
  await expect
    .poll(async () => (await simulator.look('firmwares')).Devices)
    .toContainEqual(expect.objectContaining({ DeviceSN, Status: expect.objectContaining({ State: 'Succeeded', Version: '1.1.0' }) }));
  await device.disconnect();
});

test('faults and choices are switched', async ({ simulator }) => {
  const { DeviceSN } = simulator.first;
  expect((await simulator.call('set-faults', { DeviceSN, Faults: { refuse_connect: 3 } })).RetCode).toBe(0);
  expect(await new MqttJs().connect(login(simulator))).toBe(3);
  expect((await simulator.call('set-faults', { DeviceSN })).RetCode).toBe(0);
  expect((await simulator.look('faults')).Devices).toEqual([]);
  expect((await simulator.call('set-choices', { Choices: { wrong_secret: 5, shadow: { error_message: true } } })).RetCode).toBe(0);
  expect(await new MqttJs().connect({ ...login(simulator), password: 'wrongsecret00001' })).toBe(5);
  expect((await simulator.look('choices')).Choices).toMatchObject({ wrong_secret: 5, keep_alive_refusal: 5, shadow: { error_message: true } });
  for (const [command, fields, part] of [
    ['set-choices', { Choices: { no_such: 1 } }, 'no_such'],
    ['set-choices', { Choices: { keep_alive_grace: 1e300 } }, 'a factor from 1 to 100'],
    ['set-faults', { Faults: { lose_acks: 2 } }, 'a share from 0 to 1'],
  ] as const) {
    expect(await simulator.call(command, fields)).toMatchObject({ RetCode: 230, Message: expect.stringContaining(part) });
  }
  await simulator.call('set-choices', { Reset: true });
  expect((await simulator.look('choices')).Choices).toMatchObject({ wrong_secret: 4 });
  await simulator.call('set-faults', { Faults: { cut_after: 200 } });
  const device = await connected(simulator);
  await device.untilClosed();
  await simulator.untilSeen({ Kind: 'Offline', Why: 'Injected' });
  await simulator.call('set-faults');
  const another = await connected(simulator);
  expect(await simulator.look('usage')).toMatchObject({ Connections: 1, Sessions: 1 });
  expect(await simulator.call('cut-connections', { DeviceSN })).toEqual({ RetCode: 0, Count: 1 });
  await another.untilClosed();
});

test('the same is done by lines', async ({ simulator }) => {
  const { DeviceSN } = simulator.first;
  const device = await connected(simulator, simulator.custom('set'));
  expect(await simulator.type(`publish DeviceSN=${DeviceSN} Topic=set Message="two words" Qos=1`)).toEqual({ RetCode: 0 });
  expect((await device.next(simulator.custom('set'))).payload).toBe('two words');
  expect(await simulator.type('trace Since=0 Limit=1')).toMatchObject({ RetCode: 0, Next: 1 });
  expect(await simulator.type('publish DeviceSN')).toMatchObject({ RetCode: 230, Message: expect.stringContaining('Name=value') });
  expect(await simulator.type('dance')).toMatchObject({ RetCode: 230, Message: expect.stringContaining('`help` lists them') });
  await device.disconnect();
});

test('each command is in the help', async ({ simulator }) => {
  const help = await (await fetch(`${simulator.first.control}/help`)).text();
  for (const name of ['devices', 'trace', 'set-desired-shadow', 'send-command', 'push-firmware', 'set-choices']) {
    expect(help).toMatch(new RegExp(`^(GET |POST) ${name}\\b`, 'm'));
  }
});

test('products come from a file, and what is wrong in it is named', async () => {
  const simulator = await Simulator.start('--products', 'examples/simulator/products.json');
  expect(simulator.first).toMatchObject({ ProductSN: 'greenhouse000001', DeviceSN: 'greenhouse-07' });
  const device = await connected(simulator, simulator.custom('set'));
  await device.publish(simulator.custom('upload'), 'round trip', 1);
  expect((await device.next(simulator.custom('set'))).payload).toBe('round trip');
  await device.disconnect();
  await simulator.stop();

  const folder = mkdtempSync(join(tmpdir(), 'uiot-products-'));
  const file = join(folder, 'wrong.json');
  writeFileSync(file, '{"Products":[{"Devices":[{"DeviceSN":"x"}]}]}');
  const end = await Simulator.failing('--listen', '0', '--control', '0', '--products', file);
  rmSync(folder, { recursive: true });
  expect(end.code).toBe(1);
  expect(end.log).toContain('wrong.json: Products[0].Devices[0]: ');
  expect(end.output).toBe('');
});
