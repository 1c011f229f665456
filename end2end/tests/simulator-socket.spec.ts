// The simulator as a program on a network: its beginning and end, its doors, and those who mean no good.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, test as base } from '@playwright/test';
import mqtt from 'mqtt';
import WebSocket from 'ws';
import { MqttJs } from '../support/foreign';
import type { Login } from '../support/foreign';
import { Simulator } from '../support/simulator';

const test = base.extend<{ simulator: Simulator }>({
  simulator: async ({}, use) => {
    const simulator = await Simulator.start();
    await use(simulator);
    // Whatever was done to it, it is alive and ends in order.
    await usable(simulator);
    expect((await simulator.stop()).code).toBe(0);
  },
});

function login(simulator: Simulator): Login {
  const { address, ProductSN, DeviceSN, DeviceSecret } = simulator.first;
  return { address, clientId: `${ProductSN}.${DeviceSN}`, username: `${ProductSN}|${DeviceSN}|1`, password: DeviceSecret };
}

async function usable(simulator: Simulator): Promise<void> {
  const device = new MqttJs();
  expect(await device.connect(login(simulator))).toBe(0);
  expect(await device.subscribe(simulator.custom('set'), 1)).toBe(1);
  await device.publish(simulator.custom('upload'), 'still here', 1);
  expect((await device.next(simulator.custom('set'))).payload).toBe('still here');
  await device.disconnect();
}

const port = (address: string): number => Number(new URL(address).port);

/** Sends bytes to a port, and returns all that comes until the other side closes. */
async function raw(address: string, bytes: string | Uint8Array): Promise<string> {
  const socket = connect({ port: port(address), host: '127.0.0.1' });
  let said = '';
  socket.setEncoding('latin1').on('data', (text: string) => (said += text));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await new Promise((done) => socket.once('close', done));
  return said;
}

/** How a WebSocket begins: its sub-protocol, or the status of the refusal. */
async function open(address: string, protocols: string[]): Promise<{ protocol: string; socket: WebSocket } | number> {
  const socket = new WebSocket(address, protocols);
  return await new Promise((done, fail) => {
    socket.once('open', () => done({ protocol: socket.protocol, socket }));
    socket.once('unexpected-response', (_, response) => done(response.statusCode ?? 0));
    socket.once('error', fail);
  });
}

const closing = (socket: WebSocket): Promise<number> => new Promise((done) => socket.once('close', (code) => done(code)));

test('a port in use is named, and the exit code is 1', async ({ simulator }) => {
  const taken = String(port(simulator.first.address));
  for (const options of [['--listen', taken, '--control', '0'], ['--listen', '0', '--control', taken]]) {
    const end = await Simulator.failing(...options);
    expect(end.code).toBe(1);
    expect(end.log).toContain(`127.0.0.1:${taken} is in use by another program`);
    expect(end.output).toBe('');
  }
});

test('a wrong option is named, and the exit code is 2', async () => {
  const end = await Simulator.failing('--listen', 'nowhere at all');
  expect(end.code).toBe(2);
  expect(end.log).toContain('nowhere at all');
  expect(end.log).toContain('--products FILE');
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends it in order`, async () => {
    const simulator = await Simulator.start();
    const door = await open(simulator.first.address, ['mqtt']);
    if (typeof door === 'number') throw new Error(`refused with ${door}`);
    const code = closing(door.socket);
    expect(await simulator.stop(signal)).toMatchObject({ code: 0, signal: null });
    expect(await code).toBe(1001);
  });
}

test('a WebSocket must offer a sub-protocol of MQTT, on whatever path', async ({ simulator }) => {
  const { address } = simulator.first;
  for (const [protocols, wanted] of [
    [['mqtt'], 'mqtt'],
    [['mqttv3.1'], 'mqttv3.1'],
    [['chat', 'mqttv3.1', 'mqtt'], 'mqttv3.1'],
  ] as const) {
    const door = await open(`${address}/any/path?really`, [...protocols]);
    expect(typeof door === 'number' ? door : door.protocol).toBe(wanted);
    if (typeof door !== 'number') door.socket.terminate();
  }
  expect(await open(address, [])).toBe(400);
  expect(await open(address, ['chat'])).toBe(400);
  expect(await raw(address, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 426 /);

  const lenient = await Simulator.start('--any-sub-protocol');
  const door = await open(lenient.first.address, []);
  expect(typeof door === 'number' ? door : door.protocol).toBe('');
  await lenient.stop();
});

test('plain MQTT is spoken where it is asked for', async () => {
  const simulator = await Simulator.start('--tcp', '127.0.0.1:0');
  const device = new MqttJs();
  expect(simulator.first.tcp).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/);
  expect(await device.connect({ ...login(simulator), address: simulator.first.tcp! })).toBe(0);
  expect(await device.subscribe(simulator.custom('set'), 1)).toBe(1);
  await device.publish(simulator.custom('upload'), 'plain', 1);
  expect((await device.next(simulator.custom('set'))).payload).toBe('plain');
  await device.disconnect();
  await simulator.stop();
});

test('a session that lasts finds what came meanwhile', async ({ simulator }) => {
  const { address, ProductSN, DeviceSN, DeviceSecret } = simulator.first;
  const options = {
    clientId: `${ProductSN}.${DeviceSN}`,
    username: `${ProductSN}|${DeviceSN}|1`,
    password: DeviceSecret,
    clean: false,
    reconnectPeriod: 0,
  };
  const first = await mqtt.connectAsync(address, options);
  await first.subscribeAsync(simulator.custom('set'), { qos: 1 });
  await first.endAsync();
  // 100 messages of 200 KB wait at most: 20 MB, which come in one go.
  const Message = 'x'.repeat(200_000);
  for (let index = 0; index < 101; index += 1) {
    expect((await simulator.call('publish', { DeviceSN, Topic: 'set', Message, Qos: 1 })).RetCode).toBe(0);
  }
  await simulator.untilSeen({ Kind: 'Failed', Direction: 'down', Why: 'QueueFull' });
  let came = 0;
  const second = mqtt.connect(address, options);
  second.on('message', () => (came += 1));
  await expect.poll(() => came, { timeout: 15_000 }).toBe(100);
  await second.endAsync();
});

test('a text frame ends the connection', async ({ simulator }) => {
  const door = await open(simulator.first.address, ['mqtt']);
  if (typeof door === 'number') throw new Error(`refused with ${door}`);
  const code = closing(door.socket);
  door.socket.send('hello');
  expect(await code).toBe(1006);
});

test('the close style can be chosen', async ({ simulator }) => {
  await simulator.call('set-choices', { Choices: { close_style: 'normal' } });
  const door = await open(simulator.first.address, ['mqtt']);
  if (typeof door === 'number') throw new Error(`refused with ${door}`);
  const code = closing(door.socket);
  door.socket.send('hello');
  expect(await code).toBe(1000);
});

test('HTTP that means no good is refused and does no harm', async ({ simulator }) => {
  const { control } = simulator.first;
  const post = (headers: string, body = '{"DeviceSN":"sim-device-02"}', path = 'disable-device'): Promise<string> =>
    raw(control, `POST /${path} HTTP/1.1\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`);
  const [host, json] = ['Host: 127.0.0.1\r\n', 'Content-Type: application/json\r\n'];
  const status = async (answer: Promise<string>): Promise<number> => Number(/^HTTP\/1\.1 (\d+) /.exec(await answer)?.[1]);

  expect(await status(post(`Host: evil.example\r\n${json}`)), 'another name').toBe(403);
  expect(await status(post(json)), 'no name').toBe(403);
  expect(await status(post(`${host}${json}Origin: https://evil.example\r\n`)), 'another origin').toBe(403);
  expect(await status(post(`${host}Content-Type: text/plain\r\n`)), 'a form').toBe(415);
  expect(await status(raw(control, `GET /disable-device?DeviceSN=sim-device-02 HTTP/1.1\r\n${host}\r\n`)), 'a link').toBe(405);
  expect(await status(raw(control, `OPTIONS /publish HTTP/1.1\r\n${host}\r\n`)), 'a preflight').toBe(405);
  expect(await status(raw(control, `GET /../../etc/passwd HTTP/1.1\r\n${host}\r\n`))).toBe(404);
  expect(await status(raw(control, `GET /firmware/../../../etc/passwd HTTP/1.1\r\n${host}\r\n`))).toBe(404);
  expect(await status(raw(control, `GET /devices?ProductSN=%ff HTTP/1.1\r\n${host}\r\n`))).toBe(400);
  expect(await status(post(`${host}${json}`, '['.repeat(100_000)))).toBe(400);
  expect(await status(post(`${host}${json}`, '{"DeviceSN":null}'))).toBe(400);
  expect(await status(raw(control, `POST /publish HTTP/1.1\r\n${host}${json}Content-Length: 99999999999\r\n\r\n`))).toBe(413);
  expect(await status(raw(control, `POST /publish HTTP/1.1\r\n${host}${json}Transfer-Encoding: chunked\r\n\r\n`))).toBe(501);
  expect(await status(raw(control, `GET / HTTP/1.1\r\nX: ${'x'.repeat(50_000)}\r\n\r\n`))).toBe(431);
  expect(await status(raw(control, Buffer.from([0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60])))).toBe(400);
  expect((await post(`${host}${json}`)).split('\r\n'), 'no door for pages of others').not.toContainEqual(
    expect.stringMatching(/^access-control/i),
  );
  // Of all that, only the last was meant to do something.
  const disabled = (await simulator.look('devices')).Devices as { DeviceSN: string; State: string }[];
  expect(disabled.filter((device) => device.State === 'disabled').map((device) => device.DeviceSN)).toEqual(['sim-device-02']);
});

test('pages of other origins get in only if somebody said so', async () => {
  const simulator = await Simulator.start('--cors');
  const headers = { Origin: 'http://127.0.0.1:9999', 'Content-Type': 'application/json' };
  const answer = await fetch(`${simulator.first.control}/devices`, { headers });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  const preflight = await fetch(`${simulator.first.control}/publish`, { method: 'OPTIONS', headers });
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'content-type']);
  await simulator.stop();
});

test('a reader that does not read is cut, and costs no memory without end', async () => {
  const simulator = await Simulator.start('--tcp', '127.0.0.1:0');
  const { DeviceSN } = simulator.first;
  const options = { ...login(simulator), reconnectPeriod: 0, keepalive: 1200 };
  const slow = await mqtt.connectAsync(simulator.first.tcp!, options);
  await slow.subscribeAsync(simulator.custom('set'), { qos: 0 });
  slow.stream.unpipe();
  slow.stream.pause();
  const before = await simulator.memory();
  const Message = 'x'.repeat(250_000);
  const gone = async (): Promise<boolean> => simulator.log.includes('its reader is too slow');
  for (let sent = 0; sent < 400 && !(await gone()); sent += 1) {
    await simulator.call('publish', { DeviceSN, Topic: 'set', Message, Qos: 0 });
  }
  await expect.poll(gone).toBe(true);
  await simulator.untilSeen({ Kind: 'Offline', DeviceSN, Why: 'ConnectionLost' });
  const after = await simulator.memory();
  if (before !== undefined && after !== undefined) expect(after - before).toBeLessThan(150);
  slow.end(true);
  await usable(simulator);
  await simulator.stop();
});

test('more connections than there are places are turned away, and come in later', async ({ simulator }) => {
  const sockets: Socket[] = [];
  let closed = 0;
  for (let index = 0; index < 550; index += 1) {
    const socket = connect({ port: port(simulator.first.address), host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.on('close', () => (closed += 1));
    sockets.push(socket);
    await new Promise((done) => socket.once('connect', done));
  }
  await expect.poll(() => closed).toBe(50);
  expect((await simulator.look('devices')).RetCode).toBe(0);
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => await open(simulator.first.address, ['mqtt']).then(() => true, () => false)).toBe(true);
});

test('who connects and goes, thousands of times, leaves nothing behind', async ({ simulator }) => {
  test.setTimeout(60_000);
  const before = await simulator.memory();
  for (let round = 0; round < 40; round += 1) {
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const door = await open(simulator.first.address, ['mqtt']);
        if (typeof door === 'number') throw new Error(`refused with ${door}`);
        const gone = closing(door.socket);
        // No packet begins like this, or it is the beginning of one that never ends.
        door.socket.send(round % 2 === 0 ? Buffer.from([0x00, 0xff, 0x00]) : Buffer.from([0x10, 0xff]));
        if (round % 2 !== 0) door.socket.terminate();
        await gone;
      }),
    );
  }
  const after = await simulator.memory();
  if (before !== undefined && after !== undefined) expect(after - before).toBeLessThan(50);
});

test('a frame that is too large ends its connection alone', async ({ simulator }) => {
  const door = await open(simulator.first.address, ['mqtt']);
  if (typeof door === 'number') throw new Error(`refused with ${door}`);
  const gone = closing(door.socket);
  door.socket.on('error', () => undefined);
  door.socket.send(Buffer.alloc(3 * 1024 * 1024));
  await gone;
});
