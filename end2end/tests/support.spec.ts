// The tools of the tests, tested without the page: a broker or a scripted server that lies would prove nothing.
import { expect, test } from '@playwright/test';
import { WebSocket } from 'ws';
import { byteByByte, PlainHttpServer, polite, ScriptedServer } from '../support/hostile';
import { Broker } from '../support/mosquitto';
import { cutPackets, publish, readConnect, readPublish } from '../support/packets';
import type { Packet } from '../support/packets';
import { freePort } from '../support/ports';

const CONNECT = (id: string): Buffer =>
  Buffer.concat([Buffer.from([0x10, 12 + id.length]), Buffer.from('\0\x04MQTT\x04\x02\0\x3c', 'latin1'), Buffer.from([0, id.length]), Buffer.from(id)]);
const SUBSCRIBE = (filter: string): Buffer =>
  Buffer.concat([Buffer.from([0x82, 5 + filter.length, 0, 1, 0, filter.length]), Buffer.from(filter), Buffer.from([1])]);

/** Speaks MQTT over a WebSocket with bytes written by hand, and returns the first `count` packets of the answer. */
async function exchange(port: number, bytes: Buffer[], count: number): Promise<Packet[]> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, ['mqtt']);
  let received = Buffer.alloc(0);
  const answer = new Promise<Packet[]>((done, fail) => {
    socket.on('message', (data: Buffer) => {
      received = Buffer.concat([received, data]);
      const { packets } = cutPackets(received);
      if (packets.length >= count) done(packets);
    });
    socket.once('error', fail);
    socket.once('close', () => fail(new Error(`closed after ${received.toString('hex')}`)));
  });
  socket.once('open', () => {
    for (const part of bytes) socket.send(part);
  });
  try {
    return await answer;
  } finally {
    socket.terminate();
  }
}

test('mosquitto carries bytes unchanged between mosquitto_pub and mosquitto_sub', async () => {
  const broker = await Broker.start();
  try {
    const listener = await broker.listen('温度/#');
    const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    await broker.publish('温度/一', all, 1);
    await broker.publishLines('温度/二', ['a', 'b'], 0);
    const [first, second, third] = await listener.first(3);
    expect(first).toEqual({ topic: '温度/一', qos: 1, payload: all });
    expect(second?.payload.toString()).toBe('a');
    expect(third).toEqual({ topic: '温度/二', qos: 0, payload: Buffer.from('b') });
  } finally {
    await broker.dispose();
  }
});

test('mosquitto with the security plugin answers a SUBSCRIBE with 0x80', async () => {
  const broker = await Broker.start({ refusedFilters: ['secret/#'] });
  try {
    const refused = await exchange(broker.webSocketPort, [CONNECT('a'), SUBSCRIBE('secret/x')], 2);
    expect(refused[1]?.bytes.toString('hex')).toBe('9003000180');
    const granted = await exchange(broker.webSocketPort, [CONNECT('b'), SUBSCRIBE('open/x')], 2);
    expect(granted[1]?.bytes.toString('hex')).toBe('9003000101');
  } finally {
    await broker.dispose();
  }
});

test('mosquitto with an acl_file grants the subscription and withholds the messages', async () => {
  const broker = await Broker.start({ acl: ['topic readwrite open/#'] });
  try {
    const granted = await exchange(broker.webSocketPort, [CONNECT('a'), SUBSCRIBE('secret/x')], 2);
    expect(granted[1]?.bytes.toString('hex')).toBe('9003000101');
  } finally {
    await broker.dispose();
  }
});

test('mosquitto with a password_file refuses with CONNACK 5', async () => {
  const broker = await Broker.start({ users: { name: 'right' } });
  try {
    const [answer] = await exchange(broker.webSocketPort, [CONNECT('a')], 1);
    expect(answer?.bytes.toString('hex')).toBe('20020005');
    const listener = await broker.listen('t');
    await broker.publish('t', 'with the right password');
    expect((await listener.first(1))[0]?.payload.toString()).toBe('with the right password');
  } finally {
    await broker.dispose();
  }
});

test('mosquitto comes back on the same ports', async () => {
  const broker = await Broker.start();
  try {
    await exchange(broker.webSocketPort, [CONNECT('a')], 1);
    await broker.stop();
    await expect(exchange(broker.webSocketPort, [CONNECT('a')], 1)).rejects.toThrow();
    await broker.restart();
    const [answer] = await exchange(broker.webSocketPort, [CONNECT('a')], 1);
    expect(answer?.bytes.toString('hex')).toBe('20020000');
  } finally {
    await broker.dispose();
  }
});

test('a scripted server records what was offered and sent, and splits its answer', async () => {
  const server = await ScriptedServer.start(polite({ send: byteByByte }));
  try {
    const answer = await exchange(server.port, [CONNECT('abc'), SUBSCRIBE('x')], 2);
    expect(answer.map((packet) => packet.bytes.toString('hex'))).toEqual(['20020000', '9003000101']);
    const peer = await server.peer();
    expect(peer.offered).toEqual(['mqtt']);
    expect(readConnect(peer.packets[0] as Packet)).toMatchObject({ protocol: 'MQTT', level: 4, keepAlive: 60, clientId: 'abc' });
  } finally {
    await server.stop();
  }
});

test('a plain web server refuses the upgrade', async () => {
  const server = await PlainHttpServer.start();
  try {
    await expect(exchange(server.port, [], 1)).rejects.toThrow(/200/);
  } finally {
    await server.stop();
  }
});

test('a port that was free refuses', async () => {
  await expect(exchange(await freePort(), [], 1)).rejects.toThrow(/ECONNREFUSED/);
});

test('packets are cut and read', () => {
  const long = publish('a/b', Buffer.alloc(200, 7), 1, 9);
  const { packets, rest } = cutPackets(Buffer.concat([long, long.subarray(0, 20)]));
  expect(packets).toHaveLength(1);
  expect(rest).toHaveLength(20);
  expect(readPublish(packets[0] as Packet)).toEqual({ topic: 'a/b', qos: 1, id: 9, payload: Buffer.alloc(200, 7) });
});
