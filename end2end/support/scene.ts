// A working day of a greenhouse controller, played against a real broker: what the screens look like in use.
import { expect } from '@playwright/test';
import { GREENHOUSE } from './app';
import type { App } from './app';
import { polite } from './hostile';
import type { Script } from './hostile';
import { CONNECT, connack } from './packets';
import type { Broker, BrokerOptions } from './mosquitto';

const { product, device, secret } = GREENHOUSE;
export const OWN = `/${product}/${device}`;
export const SYSTEM = `/$system/${product}/${device}`;
export const FOREIGN = `/${product}/greenhouse-09/set`;
export const PENDING = `${OWN}/config/+/get`;

export const sceneBroker: BrokerOptions = {
  users: { [`${product}|${device}|1`]: secret },
  refusedFilters: [FOREIGN],
};

const property = (id: number, temperature: number): string =>
  JSON.stringify({
    RequestID: String(id),
    Property: { temperature: { Value: temperature }, humidity: { Value: 61 }, soil: { Value: 38.2 }, vent: { Value: 1 } },
  });

/** Connects as the device and subscribes to what such a device needs, and to one filter that is not its own. */
export async function connectDevice(app: App, broker: Broker, autoReconnect = true): Promise<void> {
  await app.fillDevice({ port: broker.webSocketPort, autoReconnect });
  await app.pressConnect();
  await app.expectOnline();
  for (const suffix of ['tmodel/property/post_reply', 'tmodel/property/set', 'tmodel/command', 'shadow/downstream', 'ota/downstream']) {
    await app.subscribed(`${SYSTEM}/${suffix}`, 1);
  }
  await app.subscribed(`${OWN}/set`, 1);
  await app.subscribed(`/${product}/$broadcast/notice`, 0);
  await app.subscribe(FOREIGN, 1);
  await app.expectSubscription(FOREIGN, 'refused');
}

/** Some rounds of posts and replies, a command, a shadow delta, a broadcast and a binary upload. Ends on a JSON draft. */
export async function playTraffic(app: App, broker: Broker, rounds = 6): Promise<void> {
  let total = Number(await app.id('message-log').getAttribute('data-total'));
  const step = async (): Promise<void> => {
    total += 1;
    await app.expectTotal(total);
  };
  for (let round = 0; round < rounds; round += 1) {
    const id = 4_124 + round;
    const temperature = round === rounds - 2 ? 719 : (262 + round) / 10;
    await app.publish(`${SYSTEM}/tmodel/property/post`, property(id, temperature), 'json', 1);
    await step();
    const reply =
      temperature > 100
        ? { RequestID: String(id), RetCode: 220, Message: 'temperature: 719 is over the maximum 85' }
        : { RequestID: String(id), RetCode: 0 };
    await broker.publish(`${SYSTEM}/tmodel/property/post_reply`, JSON.stringify(reply), 1);
    await step();
    if (round === 1) {
      await broker.publish(`${OWN}/set`, '{"interval": 2000, "mode": "auto"}', 1);
      await step();
      await broker.publish(`${SYSTEM}/shadow/downstream`, '{"Method":"control","Payload":{"State":{"Desired":{"vent":1,"targetTemp":25.5}},"Version":218}}', 1);
      await step();
    }
    if (round === 2) {
      await app.publish(`${OWN}/upload`, '01 04 00 1a 6b 2c 0f 3d\n41 d3 33 33 ff 00 80 7e', 'hex', 0);
      await step();
      await broker.publish(`/${product}/$broadcast/notice`, '{"type":"maintenance","at":1795365000,"text":"今晚 23:00 维护"}', 0);
      await step();
    }
    if (round === 3) {
      await broker.publish(
        `${SYSTEM}/tmodel/command`,
        '{"RequestID":"428817530948214784","Identifier":"openValve","Input":{"zone":2,"seconds":90}}',
        1,
      );
      await step();
      await app.publish(`${SYSTEM}/tmodel/command_reply/428817530948214784`, '{"RetCode":0,"Identifier":"openValve","Output":{"flow":3.4}}', 'json', 1);
      await step();
    }
  }
  await app.compose(`${OWN}/upload`, '{\n  "seq": 128,\n  "temperature": 26.7\n}', 'json', 1);
}

/** Selects a JSON message of the device, so that the inspector has something to show. */
export async function inspectPost(app: App): Promise<void> {
  await app.inspect(app.rows('out').filter({ hasText: 'property/post' }).last());
  await expect(app.id('inspector')).toContainText('tmodel/property/post');
  await app.view('json');
}

/** Answers nothing on these topics and filters, and refuses this one; all else as it should be. */
export const FORGETFUL: Script = polite({
  answers: (topic) => !topic.includes('upload'),
  grant: (filter, qos) => (filter === FOREIGN ? 0x80 : filter === PENDING ? undefined : qos),
});

/** Accepts the connection and closes it without a word, again and again. */
export const DUELLING: Script = async (peer) => {
  await peer.nextOf(CONNECT);
  peer.send(connack(0));
  setTimeout(() => peer.close(1_000, ''), 1_500);
};

/**
 * Fills the ledger: acknowledged, refused and overdue requests on the connection that stands. Needs a server with the
 * script `FORGETFUL`. Lasts ten seconds, the deadline of an answer.
 */
export async function fillLedger(app: App): Promise<void> {
  await app.subscribed(`${OWN}/set`, 1);
  await app.subscribe(FOREIGN, 1);
  await app.expectSubscription(FOREIGN, 'refused');
  await app.publish(`${SYSTEM}/tmodel/property/post`, property(4_124, 26.2), 'json', 1);
  await app.expectAck(app.rows('out').last(), 'acknowledged');
  await app.publish(`${OWN}/upload`, '{"seq": 128, "temperature": 26.7}', 'json', 1);
  await app.subscribe(PENDING, 1);
  await app.expectAck(app.rows('out').last(), 'overdue', 13_000);
  await expect(app.subscription(PENDING)).toHaveAttribute('data-overdue', 'true');
  await app.publish(`${SYSTEM}/tmodel/property/post`, property(4_125, 26.3), 'json', 1);
  await app.publish(`${OWN}/upload`, '{"seq": 129, "temperature": 26.9}', 'json', 1);
  await app.expectAck(app.rows('out').last(), 'sent');
  await app.openLedger();
  await expect(app.ledgerRows('overdue')).toHaveCount(2);
}

/** Publishes while the page waits for a connection: the messages queue. */
export async function fillQueue(app: App): Promise<void> {
  await app.publish(`${SYSTEM}/tmodel/property/post`, property(4_126, 26.4), 'json', 1);
  await app.publish(`${OWN}/upload`, '{"seq": 130, "temperature": 27.0}', 'json', 0);
  await app.expectLedger({ queued: 2 });
}
