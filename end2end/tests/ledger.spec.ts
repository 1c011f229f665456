// The ledger: what was asked of the broker and not answered is visible from the moment it is sent.
import { expect, SOCKET_ERRORS, test } from '../support/test';
import { polite } from '../support/hostile';
import type { Peer } from '../support/hostile';
import { CONNECT, connack, isDup, packetId, puback, PUBLISH, PUBREL, pubcomp, pubrec, readPublish, suback, SUBSCRIBE, UNSUBSCRIBE, unsuback } from '../support/packets';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

test('an unanswered message is visible at once, is overdue after ten seconds, and a late PUBACK still counts', async ({ app, startServer }) => {
  test.slow();
  const server = await startServer(polite({ acknowledge: false, grant: () => undefined }));
  await app.connect({ port: server.port });
  await expect(app.id('ledger-count')).toHaveCount(0);
  await app.openLedger();
  await app.expectLedger({ open: 0, overdue: 0, queued: 0 });
  await expect(app.ledgerRows()).toHaveCount(0);

  await app.publish('slow/answer', 'one', 'text', 1);
  await app.expectAck(app.rows('out').first(), 'sent', 500);
  await expect(app.ledgerRows('sent')).toHaveCount(1);
  await expect(app.ledgerRows('sent')).toHaveAttribute('data-kind', 'PUBLISH');
  await expect(app.ledgerRows('sent')).toContainText('slow/answer');
  await app.expectLedger({ open: 1, overdue: 0 });
  await expect(app.id('ledger-count')).toHaveText('1');

  await app.subscribe('slow/#', 1);
  await app.expectSubscription('slow/#', 'pending');
  await expect(app.subscription('slow/#')).not.toHaveAttribute('data-overdue', 'true');
  await app.expectLedger({ open: 2 });
  const started = Date.now();

  await expect(app.ledgerRows('overdue')).toHaveCount(2, { timeout: 13_000 });
  expect(Date.now() - started).toBeGreaterThan(8_000);
  await app.expectLedger({ open: 2, overdue: 2 });
  await app.expectAck(app.rows('out').first(), 'overdue');
  await expect(app.cell(app.rows('out').first(), 'ack')).toContainText(/No PUBACK within 10 s/);
  await expect(app.subscription('slow/#')).toHaveAttribute('data-overdue', 'true');
  await expect(app.subscription('slow/#')).toContainText(/No answer in time/);
  await expect(app.events('overdue')).toHaveCount(1);
  await expect(app.events('overdue')).toContainText('SUBSCRIBE');
  await app.expectState('online');

  const peer = await server.peer();
  peer.send(puback(readPublish(await peer.packet(PUBLISH)).id ?? 0));
  await app.expectAck(app.rows('out').first(), 'acknowledged');
  await expect(app.cell(app.rows('out').first(), 'ack')).toContainText(/^\s*1\d{4} ms/);
  await app.expectLedger({ open: 1, overdue: 1 });
  peer.send(suback(packetId(await peer.packet(SUBSCRIBE)), [1]));
  await app.expectSubscription('slow/#', 'granted', 1);
  await expect(app.subscription('slow/#')).not.toHaveAttribute('data-overdue', 'true');
  await app.expectLedger({ open: 0, overdue: 0 });
  await expect(app.ledgerRows('acknowledged')).toHaveCount(2);
  await expect(app.id('ledger-count')).toHaveCount(0);
});

test('UNSUBSCRIBE has its row too, and a refused subscription its code', async ({ app, startServer }) => {
  const server = await startServer(polite({ grant: (filter) => (filter === 'no' ? 0x80 : 1) }));
  await app.connect({ port: server.port });
  await app.subscribed('yes', 1);
  await app.subscribe('no', 1);
  await app.expectSubscription('no', 'refused');
  await app.subscription('yes').getByTestId('unsubscribe').click();
  await app.openLedger();
  await expect(app.ledgerRows()).toHaveCount(3);
  // The newest stands first.
  const rows = await app.ledgerRows().evaluateAll((all) => all.map((row) => [row.getAttribute('data-kind'), row.getAttribute('data-state')]));
  expect(rows).toEqual([
    ['UNSUBSCRIBE', 'acknowledged'],
    ['SUBSCRIBE', 'refused'],
    ['SUBSCRIBE', 'acknowledged'],
  ]);
  await expect(app.ledgerRows('refused')).toContainText(/0x80/);
});

test('the ledger takes the inspector\'s place, and closes by its button and by Escape', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('a/b', 'x', 'text', 1);
  await app.inspect(app.rows('out').first());
  await app.openLedger();
  await expect(app.id('inspector')).toHaveCount(0);
  await app.id('close-ledger').click();
  await expect(app.id('ledger')).toHaveCount(0);
  await expect.poll(() => app.focused()).toBe('open-ledger');
  await app.openLedger();
  await app.page.keyboard.press('Escape');
  await expect(app.id('ledger')).toHaveCount(0);
  await app.openLedger();
  await app.rows('out').first().click();
  await expect(app.id('ledger')).toHaveCount(0);
  await expect(app.id('inspector')).toBeVisible();
});

test('what is published while waiting is queued in sight, and goes out in order before anything newer', async ({ app, broker, startRelay }) => {
  const relay = await startRelay(broker);
  const listener = await broker.listen('queue/#', 1);
  await app.connect({ port: relay.port });
  await app.publish('queue/a', 'before', 'text', 1);
  await listener.first(1);
  relay.down();
  await app.expectState('waiting');
  await app.openLedger();
  await app.publish('queue/b', 'one', 'text', 1);
  await app.publish('queue/c', 'two', 'text', 0);
  await app.publish('queue/d', 'three', 'text', 1);
  await app.expectLedger({ queued: 3, open: 0 });
  await expect(app.ledgerRows('queued')).toHaveCount(3);
  await expect(app.ledgerRows('queued').first()).toContainText('queue/b');
  await expect(app.ledgerRows('queued').last()).toContainText('queue/d');
  await expect(app.id('ledger-count')).toHaveText('3');
  expect(listener.seen).toHaveLength(1);

  relay.up();
  await app.expectState('online', 20_000);
  await app.publish('queue/e', 'four', 'text', 1);
  const seen = await listener.first(5);
  expect(seen.map((message) => message.payload.toString())).toEqual(['before', 'one', 'two', 'three', 'four']);
  await app.expectLedger({ queued: 0, open: 0 });
  await expect(app.ledgerRows('queued')).toHaveCount(0);
  await expect(app.events('restored')).toContainText('3');
  await expect(app.rows('out')).toHaveCount(5);
});

test('a queue can be discarded, and none of it is sent', async ({ app, broker, startRelay }) => {
  const relay = await startRelay(broker);
  const listener = await broker.listen('queue/#', 1);
  await app.connect({ port: relay.port });
  relay.down();
  await app.expectState('waiting');
  await app.openLedger();
  await app.publish('queue/a', 'never', 'text', 1);
  await app.publish('queue/b', 'never', 'text', 0);
  await app.expectLedger({ queued: 2 });
  await app.id('discard-queue').click();
  await app.expectLedger({ queued: 0 });
  await expect(app.ledgerRows('queued')).toHaveCount(0);
  await expect(app.id('discard-queue')).toHaveCount(0);
  await expect.poll(() => app.focused()).toBe('close-ledger');
  relay.up();
  await app.expectState('online', 20_000);
  await app.publish('queue/c', 'sent', 'text', 1);
  expect((await listener.first(1)).map((message) => message.payload.toString())).toEqual(['sent']);
});

test('a long queue is counted in full, and keeps its order', async ({ app, broker, startRelay }) => {
  test.slow();
  const relay = await startRelay(broker);
  const listener = await broker.listen('queue/#', 1);
  await app.connect({ port: relay.port });
  relay.down();
  await app.expectState('waiting');
  await app.openLedger();
  const payloads = Array.from({ length: 45 }, (_, index) => `number ${index}`);
  for (const [index, payload] of payloads.entries()) await app.publish('queue/a', payload, 'text', index % 2 ? 1 : 0);
  await app.expectLedger({ queued: 45 });
  await expect(app.ledgerRows('queued')).toHaveCount(40);
  await expect(app.id('ledger')).toContainText('5 more');
  relay.up();
  await app.id('reconnect').click();
  await app.expectState('online');
  expect((await listener.first(45)).map((message) => message.payload.toString())).toEqual(payloads);
  await app.expectLedger({ queued: 0, open: 0 });
});

test('a queue outlives a stop, and goes out when the person connects again', async ({ app, broker, startRelay }) => {
  const relay = await startRelay(broker);
  const listener = await broker.listen('queue/#', 1);
  await app.connect({ port: relay.port });
  relay.down();
  await app.expectState('waiting');
  await app.openLedger();
  await app.publish('queue/a', 'patient', 'text', 1);
  await app.id('disconnect').click();
  await app.expectState('offline');
  await app.expectLedger({ queued: 1 });
  relay.up();
  await app.id('reconnect').click();
  await app.expectState('online');
  expect((await listener.first(1)).map((message) => message.payload.toString())).toEqual(['patient']);
});

test('a queue for one broker is not sent to another', async ({ app, broker, startBroker, startRelay }) => {
  const relay = await startRelay(broker);
  const another = await startBroker();
  const listener = await another.listen('#', 1);
  await app.connect({ port: relay.port });
  relay.down();
  await app.expectState('waiting');
  await app.publish('queue/a', 'meant for the first', 'text', 1);
  await app.id('nav-connect').click();
  await app.id('port').fill(String(another.webSocketPort));
  await app.pressConnect();
  await app.expectOnline();
  await app.publish('queue/b', 'meant for the second', 'text', 1);
  expect((await listener.first(1)).map((message) => message.payload.toString())).toEqual(['meant for the second']);
  await app.openLedger();
  await app.expectLedger({ queued: 0 });
});

test('the queue is bounded: what is too much is refused and said, and what waits stays', async ({ app, broker, startRelay }) => {
  const relay = await startRelay(broker);
  await app.connect({ port: relay.port });
  relay.down();
  await app.expectState('waiting');
  await app.openLedger();
  await app.publish('queue/a', 'fits', 'text', 1);
  await app.expectLedger({ queued: 1 });
  // A thousand messages may wait. Pressed from inside the page: a thousand clicks of a mouse would take minutes.
  await app.id('publish').evaluate((button) => {
    for (let more = 1; more < 1_000; more += 1) (button as HTMLButtonElement).click();
  });
  await app.expectLedger({ queued: 1_000 });
  await expect(app.publishProblem('queue-full')).toHaveCount(0);
  await app.id('publish').click();
  await expect(app.publishProblem('queue-full')).toContainText('1000 messages');
  await app.expectLedger({ queued: 1_000 });
  await expect(app.id('ledger-count')).toHaveText('1000');
});

test('without a connection, and none on its way, publishing is refused', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort, autoReconnect: false });
  await broker.stop();
  await app.expectState('failed');
  await app.publish('a/b', 'x', 'text', 1);
  await expect(app.publishProblem('offline')).toBeVisible();
});

test('an unanswered message is interrupted, and goes out again with DUP and the same packet identifier on the session that the broker kept', async ({ app, startServer }) => {
  const server = await startServer(async (peer: Peer) => {
    const first = server.peers.length === 1;
    await peer.nextOf(CONNECT);
    peer.send(connack(0, !first));
    for (;;) {
      const packet = await peer.next(60_000);
      if (packet.type === SUBSCRIBE) peer.send(suback(packetId(packet), [1]));
      if (packet.type === UNSUBSCRIBE) peer.send(unsuback(packetId(packet)));
      if (packet.type === PUBLISH && !first) peer.send(puback(readPublish(packet).id ?? 0));
    }
  });
  await app.connect({ port: server.port, cleanSession: false });
  await app.openLedger();
  await app.publish('again/a', 'one', 'text', 1);
  await app.publish('again/b', 'two', 'text', 1);
  const peer = await server.peer();
  await peer.packet(PUBLISH, 1);
  peer.cut();
  await app.expectState('waiting');
  await expect(app.ledgerRows('interrupted')).toHaveCount(2);
  await app.expectLedger({ open: 2 });
  await app.expectAck(app.rows('out').first(), 'interrupted');

  await app.expectState('online');
  const next = await server.peer(1);
  const again = [await next.packet(PUBLISH), await next.packet(PUBLISH, 1)];
  expect(again.map(isDup)).toEqual([true, true]);
  const sent = peer.packets.filter((packet) => packet.type === PUBLISH);
  expect(again.map(readPublish)).toEqual(sent.map(readPublish));
  await expect(app.ledgerRows('resent')).toHaveCount(2);
  await expect(app.ledgerRows('acknowledged')).toHaveCount(2);
  await app.expectLedger({ open: 0 });
  await expect(app.rows('out')).toHaveCount(4);
  await app.expectAck(app.rows('out').first(), 'resent');
  await app.expectAck(app.rows('out').last(), 'acknowledged');
  await expect(app.cell(app.rows('out').last(), 'qos')).toContainText('D');
  await expect(app.events('restored')).toContainText('2');
});

test('where the broker kept no session, an interrupted message goes out as a new one', async ({ app, startServer }) => {
  const server = await startServer(async (peer: Peer) => polite({ acknowledge: server.peers.length > 1 })(peer));
  await app.connect({ port: server.port });
  await app.publish('again/a', 'one', 'text', 1);
  const peer = await server.peer();
  await peer.packet(PUBLISH);
  peer.cut();
  await app.expectState('waiting');
  await app.expectAck(app.rows('out').first(), 'interrupted');
  await app.expectState('online');
  const again = await (await server.peer(1)).packet(PUBLISH);
  expect(isDup(again)).toBe(false);
  await app.expectAck(app.rows('out').first(), 'resent');
  await app.expectAck(app.rows('out').last(), 'acknowledged');
});

test('an interrupted message is lost when no other connection comes', async ({ app, startServer }) => {
  const server = await startServer(polite({ acknowledge: false }));
  await app.connect({ port: server.port, autoReconnect: false });
  await app.publish('gone/a', 'one', 'text', 1);
  const peer = await server.peer();
  await peer.packet(PUBLISH);
  peer.cut();
  await app.expectState('failed');
  await app.expectAck(app.rows('out').first(), 'lost');
  await app.openLedger();
  await expect(app.ledgerRows('lost')).toHaveCount(1);
  await app.expectLedger({ open: 0 });
});

test('a kept session at mosquitto: cut before the PUBACK, the message comes again with DUP and is there once the broker answers', async ({ app, broker, startRelay }) => {
  const relay = await startRelay(broker);
  await app.connect({ port: relay.port, clientId: 'keeper', cleanSession: false });
  await app.subscribed('kept/in', 1);
  relay.mute();
  await app.publish('kept/out', 'one', 'text', 1);
  await broker.untilLogged(/Received PUBLISH from keeper \(d0, q1/);
  relay.down();
  await app.expectState('waiting');
  // What comes meanwhile waits at the broker.
  await broker.publish('kept/in', 'while away', 1);
  relay.mute(false);
  relay.up();
  await app.expectState('online', 20_000);
  await broker.untilLogged(/Received PUBLISH from keeper \(d1, q1/);
  await expect(app.rows('in').filter({ hasText: 'while away' })).toHaveCount(1);
  await app.expectAck(app.rows('out').first(), 'resent');
  await app.expectAck(app.rows('out').last(), 'acknowledged');
  await expect(app.events('connected').last()).toContainText('kept the session');
});

test('QoS 2 goes its four steps with mosquitto, both ways', async ({ app, broker }) => {
  const listener = await broker.listen('exactly/out', 2);
  await app.connect({ port: broker.webSocketPort, clientId: 'exact' });
  await app.subscribed('exactly/in', 2);
  await app.publish('exactly/out', 'once out', 'text', 2);
  await app.expectAck(app.rows('out').first(), 'acknowledged');
  await expect(app.cell(app.rows('out').first(), 'qos')).toContainText('Q2');
  expect(await listener.first(1)).toEqual([{ topic: 'exactly/out', qos: 2, payload: Buffer.from('once out') }]);
  for (const step of ['Received PUBLISH', 'Sending PUBREC', 'Received PUBREL', 'Sending PUBCOMP']) {
    await broker.untilLogged(new RegExp(`${step} (from|to) exact\\b`));
  }
  await broker.publish('exactly/in', 'once in', 2);
  await expect(app.rows('in').filter({ hasText: 'once in' })).toHaveCount(1);
  await expect(app.cell(app.rows('in').first(), 'qos')).toContainText('Q2');
  for (const step of ['Sending PUBLISH', 'Received PUBREC', 'Sending PUBREL', 'Received PUBCOMP']) {
    await broker.untilLogged(new RegExp(`${step} (from|to) exact\\b`));
  }
  await app.openLedger();
  await app.expectLedger({ open: 0 });
});

test('a QoS 2 message is open until PUBCOMP, and only PUBREL is repeated after PUBREC', async ({ app, startServer }) => {
  const server = await startServer(async (peer: Peer) => {
    const first = server.peers.length === 1;
    await peer.nextOf(CONNECT);
    peer.send(connack(0, !first));
    for (;;) {
      const packet = await peer.next(60_000);
      if (packet.type === PUBLISH) peer.send(pubrec(readPublish(packet).id ?? 0));
      if (packet.type === PUBREL && !first) peer.send(pubcomp(packetId(packet)));
    }
  });
  await app.connect({ port: server.port, cleanSession: false });
  await app.publish('exactly/a', 'one', 'text', 2);
  const peer = await server.peer();
  const released = await peer.packet(PUBREL);
  await app.expectAck(app.rows('out').first(), 'sent');
  peer.cut();
  await app.expectAck(app.rows('out').first(), 'interrupted');
  await app.expectState('online');
  const next = await server.peer(1);
  expect((await next.packet(PUBREL)).bytes).toEqual(released.bytes);
  await app.expectAck(app.rows('out').first(), 'acknowledged');
  expect(next.packets.filter((packet) => packet.type === PUBLISH)).toHaveLength(0);
  await expect(app.rows('out')).toHaveCount(1);
});
