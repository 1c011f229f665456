// Clients that we did not write (MQTT.js, Paho) against the simulated platform on a real socket.
import type { Page } from '@playwright/test';
import { MqttJs, Paho } from '../support/foreign';
import type { ForeignClient, Login, Message } from '../support/foreign';
import { Simulator } from '../support/simulator';
import { expect, SOCKET_ERRORS, test as base } from '../support/test';

interface Fixtures {
  simulator: Simulator;
}

// A platform for each test: it starts in no time, and each finds it as new.
const test = base.extend<Fixtures>({
  simulator: async ({}, use) => {
    const simulator = await Simulator.start();
    await use(simulator);
    await simulator.stop();
    expect(simulator.log, 'secrets in the log').not.toMatch(/simdevsecret0001|simprodsecret001/);
  },
});

test.use({ consoleAllowed: [SOCKET_ERRORS] });

const CLIENTS: { name: string; make: (page: Page, simulator: Simulator) => ForeignClient }[] = [
  { name: 'MQTT.js', make: () => new MqttJs() },
  { name: 'Paho', make: (page, simulator) => new Paho(page, `${simulator.first.control}/help`) },
];

/** What a device connects with. */
function login(simulator: Simulator, other: Partial<{ deviceSN: string; secret: string; mode: 1 | 2; keepAlive: number }> = {}): Login {
  const { address, ProductSN, DeviceSN, DeviceSecret } = simulator.first;
  const device = other.deviceSN ?? DeviceSN;
  return {
    address,
    clientId: `${ProductSN}.${device}`,
    username: `${ProductSN}|${device}|${other.mode ?? 1}`,
    password: other.secret ?? DeviceSecret,
    keepAlive: other.keepAlive,
  };
}

const json = (message: Message): Record<string, unknown> => JSON.parse(message.payload) as Record<string, unknown>;

for (const { name, make } of CLIENTS) {
  test.describe(name, () => {
    // The same as the host's tests/scenario.rs: the_demo_device_reports_keeps_a_shadow_and_answers_a_command.
    test('the demo device reports, keeps a shadow and answers a command', async ({ simulator, page }) => {
      const device = make(page, simulator);
      expect(await device.connect(login(simulator))).toBe(0);
      const on = (suffix: string): string => simulator.system(suffix);
      for (const suffix of ['tmodel/property/post_reply', 'shadow/get_reply', 'shadow/downstream', 'tmodel/command']) {
        expect(await device.subscribe(on(suffix), 1), suffix).toBe(1);
      }

      const post = { RequestID: '1', Property: { temperature: { Value: 23.5 }, mode: { Value: 1 } } };
      await device.publish(on('tmodel/property/post'), JSON.stringify(post), 1);
      expect(json(await device.next(on('tmodel/property/post_reply')))).toMatchObject({ RequestID: '1', RetCode: 0 });
      const known = await simulator.look('properties', { DeviceSN: simulator.first.DeviceSN });
      expect(known.Property).toMatchObject({ temperature: { Value: 23.5 } });

      await device.publish(on('shadow/get'), '{"Method":"get"}', 1);
      const version = json(await device.next(on('shadow/get_reply'))).Version as number;
      const update = { Method: 'update', State: { Reported: { brightness: 40 } }, Version: version };
      await device.publish(on('shadow/upstream'), JSON.stringify(update), 1);
      expect(json(await device.next(on('shadow/downstream')))).toMatchObject({
        Method: 'reply',
        Payload: { RetCode: 0 },
        Version: version + 1,
      });

      const { DeviceSN } = simulator.first;
      const call = simulator.call('send-command', { DeviceSN, Identifier: 'self_test', Input: { level: 2 }, Method: 'sync' });
      const command = json(await device.next(on('tmodel/command')));
      expect(command).toMatchObject({ Identifier: 'self_test', Input: { level: 2 } });
      const RequestID = command.RequestID as string;
      expect(typeof RequestID).toBe('string');
      const Output = { result: 1, duration: 1200 };
      const answer = { RetCode: 0, RequestID, Identifier: 'self_test', Output };
      await device.publish(on(`tmodel/command_reply/${RequestID}`), JSON.stringify(answer), 1);
      expect(await call).toMatchObject({ RetCode: 0, RequestID, Output });
      await device.disconnect();
      await simulator.untilSeen({ Kind: 'Offline', Why: 'SentDisconnect' });
    });

    test('a device registers dynamically, once', async ({ simulator, page }) => {
      const { ProductSecret } = simulator.first;
      const deviceSN = 'brand-new-01';
      const registering = login(simulator, { deviceSN, secret: ProductSecret, mode: 2 });
      const [ask, reply] = [simulator.system('password', deviceSN), simulator.system('password_reply', deviceSN)];
      const first = make(page, simulator);
      expect(await first.connect(registering)).toBe(0);
      // Nothing but the password is to be had here.
      expect(await first.subscribe(simulator.system('shadow/get_reply', deviceSN), 1)).toBe(128);
      expect(await first.subscribe(reply, 1)).toBe(1);
      await first.publish(ask, '{"RequestID":"1"}', 1);
      const answer = json(await first.next(reply));
      expect(answer).toMatchObject({ RequestID: '1', RetCode: '0' });
      const secret = answer.Password as string;
      expect(secret).toMatch(/^[A-Za-z0-9]{16}$/);
      await first.disconnect();
      await expect.poll(() => simulator.log).toContain('password_reply');
      expect(simulator.log, 'the secret in the log').not.toContain(secret);

      const second = make(page, simulator);
      expect(await second.connect(login(simulator, { deviceSN, secret }))).toBe(0);
      await second.disconnect();

      expect(await make(page, simulator).connect(registering)).toBe(5);
      await simulator.untilSeen({ Kind: 'Refused', DeviceSN: deviceSN, Why: 'Registration' });
      expect((await simulator.call('reset-device', { DeviceSN: deviceSN })).RetCode).toBe(0);
      const again = make(page, simulator);
      expect(await again.connect(registering)).toBe(0);
      await again.disconnect();
    });

    test('a shadow of another version is a conflict, and the document comes with it', async ({ simulator, page }) => {
      const device = make(page, simulator);
      await device.connect(login(simulator));
      const down = simulator.system('shadow/downstream');
      await device.subscribe(down, 1);
      const { DeviceSN } = simulator.first;
      const desired = await simulator.call('set-desired-shadow', { DeviceSN, Desired: { brightness: 80 } });
      const version = desired.ShadowVersion as number;
      const push = json(await device.next(down));
      const payload = { RetCode: 0, State: { Desired: { brightness: 80 } } };
      expect(push).toMatchObject({ Method: 'control', Payload: payload, Version: version });

      const update = (Version: number): string => JSON.stringify({ Method: 'update', State: { Desired: null }, Version });
      await device.publish(simulator.system('shadow/upstream'), update(version + 7), 1);
      const conflict = json(await device.next(down));
      expect(conflict).toMatchObject({
        Method: 'control',
        Payload: { RetCode: 100026, State: { Desired: { brightness: 80 } } },
        Version: version,
      });
      await device.publish(simulator.system('shadow/upstream'), update(version), 1);
      expect(json(await device.next(down))).toMatchObject({ Payload: { RetCode: 0 }, Version: version + 1 });
      const shadow = await simulator.look('shadow', { DeviceSN });
      expect(shadow.State).toMatchObject({ Reported: { brightness: 80 } });
      await device.disconnect();
    });

    test('properties are held to the thing model', async ({ simulator, page }) => {
      const device = make(page, simulator);
      await device.connect(login(simulator));
      const reply = simulator.system('tmodel/property/post_reply');
      await device.subscribe(reply, 1);
      const code = async (property: object): Promise<number> => {
        const post = { RequestID: '7', Property: property };
        await device.publish(simulator.system('tmodel/property/post'), JSON.stringify(post), 1);
        return json(await device.next(reply)).RetCode as number;
      };
      expect(await code({ target_temperature: { Value: 24 } })).toBe(0);
      expect(await code({ target_temperature: { Value: 31 } }), 'above its range').not.toBe(0);
      expect(await code({ target_temperature: { Value: 'warm' } }), 'no number').not.toBe(0);
      expect(await code({ no_such_thing: { Value: 1 } }), 'not defined').toBe(100058);
      const known = await simulator.look('properties', { DeviceSN: simulator.first.DeviceSN });
      expect(known.Property).toMatchObject({ target_temperature: { Value: 24 } });
      await device.disconnect();
    });

    test('the cloud sets a property, and hears of it', async ({ simulator, page }) => {
      const { DeviceSN } = simulator.first;
      const device = make(page, simulator);
      const Property = { target_temperature: 26 };
      expect((await simulator.call('set-property', { DeviceSN, Property })).RetCode, 'offline').toBe(100039);
      await device.connect(login(simulator));
      const set = simulator.system('tmodel/property/set');
      await device.subscribe(set, 1);
      const { RequestID } = await simulator.call('set-property', { DeviceSN, Property });
      expect(json(await device.next(set))).toMatchObject({ RequestID, Property });
      const answer = JSON.stringify({ RequestID, RetCode: 0 });
      await device.publish(simulator.system('tmodel/property/set_reply'), answer, 1);
      await simulator.untilSeen({ Kind: 'Settled', Topic: 'tmodel/property/set', RequestID, RetCode: 0 });
      await device.disconnect();
    });

    test('messages go both ways with QoS 0 and 1', async ({ simulator, page }) => {
      const { DeviceSN } = simulator.first;
      const device = make(page, simulator);
      await device.connect(login(simulator));
      const set = simulator.custom('set');
      for (const granted of [0, 1] as const) {
        expect(await device.subscribe(set, granted)).toBe(granted);
        for (const Qos of [0, 1]) {
          const Message = `granted ${granted}, sent ${Qos}: 温度`;
          expect((await simulator.call('publish', { DeviceSN, Topic: 'set', Message, Qos })).RetCode).toBe(0);
          const message = await device.next(set);
          expect(message).toEqual({ topic: set, payload: Message, qos: Math.min(granted, Qos) });
        }
      }
      for (const qos of [0, 1] as const) {
        await device.publish(simulator.custom('upload/event'), `up ${qos}`, qos);
        await simulator.untilSeen({ Kind: 'Message', Direction: 'up', Payload: `up ${qos}`, Qos: qos });
      }
      // What the demo device uploads is sent on to its topic `set`.
      await device.publish(simulator.custom('upload'), 'there and back', 1);
      expect((await device.next(set)).payload).toBe('there and back');
      await device.disconnect();
    });

    test('a second connection of the same device kicks the first one out', async ({ simulator, page }) => {
      const [first, second] = [make(page, simulator), make(page, simulator)];
      expect(await first.connect(login(simulator))).toBe(0);
      expect(await second.connect(login(simulator))).toBe(0);
      await first.untilClosed();
      await simulator.untilSeen({ Kind: 'Offline', Why: 'SameClientId' });
      expect(await second.subscribe(simulator.custom('set'), 1)).toBe(1);
      await second.disconnect();
    });

    test('a keep alive of 20 seconds is refused', async ({ simulator, page }) => {
      const code = await make(page, simulator).connect(login(simulator, { keepAlive: 20 }));
      expect(code).toBe(5);
      await simulator.untilSeen({ Kind: 'Refused', Code: 5, Why: 'KeepAliveRange' });
      await expect.poll(() => simulator.log).toContain('the keep alive of 20 s is outside 30-1200 s');
    });

    test('a wrong secret is refused', async ({ simulator, page }) => {
      expect(await make(page, simulator).connect(login(simulator, { secret: 'wrongsecret00001' }))).toBe(4);
    });

    test('a subscription to a topic of another device is refused with 0x80', async ({ simulator, page }) => {
      const device = make(page, simulator);
      await device.connect(login(simulator));
      expect(await device.subscribe(simulator.custom('set', 'sim-device-02'), 1)).toBe(128);
      expect(await device.subscribe(simulator.custom('upload'), 1), 'only for publishing').toBe(128);
      expect(await device.subscribe('#', 1)).toBe(128);
      expect(await device.subscribe(simulator.custom('set'), 1)).toBe(1);
      await device.disconnect();
    });

    test('the 31st message within a second is not acknowledged', async ({ simulator, page }) => {
      const device = make(page, simulator);
      await device.connect(login(simulator));
      let acknowledged = 0;
      for (let index = 0; index < 31; index += 1) {
        const sent = device.publish(simulator.custom('upload/event'), String(index), 1);
        // The one without an answer fails when its connection is gone.
        sent.then(() => (acknowledged += 1), () => undefined);
      }
      await simulator.untilSeen({ Kind: 'Failed', Direction: 'up', Why: 'Rate' });
      await expect.poll(() => acknowledged).toBe(30);
      // In the next second there is room again.
      await new Promise((next) => setTimeout(next, 1_100));
      await device.publish(simulator.custom('upload/event'), 'later', 1);
      expect(acknowledged).toBe(30);
      const taken = (await simulator.trace()).filter((line) => line.Kind === 'Message' && line.Direction === 'up');
      expect(taken).toHaveLength(31);
      await device.drop();
    });
  });
}

test('Paho falls back to MQTT 3.1 when 3.1.1 is refused, with the sub-protocol of 3.1', async ({ simulator, page }) => {
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  expect(await new Paho(page, `${simulator.first.control}/help`).connect(login(simulator, { keepAlive: 20 }))).toBe(5);
  const refused = (await simulator.trace()).filter((line) => line.Kind === 'Refused');
  expect(refused).toHaveLength(2);
  expect(sockets).toHaveLength(2);
});
