// Whatever answers at the other end: a visible, exact message, the form stays, and the next attempt works.
import { expect, SOCKET_ERRORS, test } from '../support/test';
import type { App } from '../support/app';
import { byteByByte, closing, notMqtt, PlainHttpServer, polite, silent } from '../support/hostile';
import { connack, CONNECT, PINGREQ, publish, suback } from '../support/packets';
import { freePort } from '../support/ports';

test.describe('before the connection stands', () => {
  test.use({ consoleAllowed: [SOCKET_ERRORS] });

  async function expectFailure(app: App, code: string, timeout = 7_000): Promise<void> {
    await app.expectState('failed', timeout);
    await expect(app.problem(code)).toBeVisible();
    await expect(app.page).not.toHaveURL(/#\/messages/);
    await expect(app.id('host')).toBeVisible();
  }

  test('a wrong host is unreachable', async ({ app, traffic }) => {
    traffic.alsoAllowed.add('no-such-host.invalid');
    await app.open();
    await app.fillGeneric({ host: 'no-such-host.invalid', port: 1883 });
    await app.pressConnect();
    await expectFailure(app, 'unreachable');
    await expect(app.problem('unreachable')).toContainText('1006');
    await expect(app.id('host')).toHaveValue('no-such-host.invalid');
  });

  test('a closed port is unreachable, and the next attempt works', async ({ app, broker }) => {
    const port = await freePort();
    await app.open();
    await app.fillGeneric({ port });
    await app.pressConnect();
    await expectFailure(app, 'unreachable');
    await expect(app.problem('unreachable')).toContainText('1006');
    await app.id('port').fill(String(broker.webSocketPort));
    await app.pressConnect();
    await app.expectOnline();
    await expect(app.problem('unreachable')).toHaveCount(0);
  });

  test('a web server that knows no WebSockets is unreachable', async ({ app }) => {
    const server = await PlainHttpServer.start();
    try {
      await app.open();
      await app.fillGeneric({ port: server.port });
      await app.pressConnect();
      await expectFailure(app, 'unreachable');
    } finally {
      await server.stop();
    }
  });

  test('a plain MQTT port is unreachable for a WebSocket', async ({ app, broker }) => {
    await app.open();
    await app.fillGeneric({ port: broker.tcpPort });
    await app.pressConnect();
    await expectFailure(app, 'unreachable', 15_000);
  });

  test('a server that speaks something else is no MQTT', async ({ app, startServer }) => {
    const server = await startServer(notMqtt);
    await app.open();
    await app.fillGeneric({ port: server.port });
    await app.pressConnect();
    await expectFailure(app, 'no-mqtt');
    await (await server.peer()).untilClosed();
  });

  test('a server that sends everything back is no MQTT, and the password is not shown', async ({ app, startServer }) => {
    const server = await startServer(async (peer) => peer.send((await peer.nextOf(CONNECT)).bytes));
    await app.open();
    await app.fillGeneric({ port: server.port, username: 'u', password: 'hunter2-and-more' });
    await app.pressConnect();
    await expectFailure(app, 'no-mqtt');
    await app.id('nav-messages').click();
    await expect(app.page.locator('[data-testid="event-row"][data-kind="violation"]')).toBeVisible();
    expect(await app.page.content()).not.toContain('hunter2');
  });

  test('a silent server is given ten seconds', async ({ app, startServer }) => {
    const server = await startServer(silent);
    await app.open();
    await app.fillGeneric({ port: server.port });
    await app.pressConnect();
    await app.expectState('connecting');
    const started = Date.now();
    await expectFailure(app, 'no-connack', 14_000);
    expect(Date.now() - started).toBeGreaterThan(8_000);
    await expect(app.problem('no-connack')).toContainText('10');
    await (await server.peer()).untilClosed();
  });

  test('a server that closes before CONNACK is quoted with code and reason', async ({ app, startServer }) => {
    const server = await startServer(closing(4_001, 'device disabled <b>now</b>'));
    await app.open();
    await app.fillGeneric({ port: server.port });
    await app.pressConnect();
    await expectFailure(app, 'closed-early');
    await expect(app.problem('closed-early')).toContainText('4001');
    await expect(app.problem('closed-early')).toContainText('device disabled <b>now</b>');
  });

  test('a connection that is cut before CONNACK is named with 1006', async ({ app, startServer }) => {
    const server = await startServer(async (peer) => {
      await peer.nextOf(CONNECT);
      peer.cut();
    });
    await app.open();
    await app.fillGeneric({ port: server.port });
    await app.pressConnect();
    await expectFailure(app, 'closed-early');
    await expect(app.problem('closed-early')).toContainText('1006');
  });

  test('a text frame instead of CONNACK is not taken for MQTT', async ({ app, startServer }) => {
    const server = await startServer(async (peer) => {
      await peer.nextOf(CONNECT);
      peer.sendText('hello');
    });
    await app.open();
    await app.fillGeneric({ port: server.port });
    await app.pressConnect();
    await app.expectState('failed');
    await expect(app.page.locator('[data-testid="problem"]:visible').first()).toHaveAttribute('data-code', /^(no-mqtt|protocol-error)$/);
  });

  test('an attempt can be repeated as often as one likes', async ({ app }) => {
    const port = await freePort();
    await app.open();
    await app.fillGeneric({ port });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await app.pressConnect();
      await expectFailure(app, 'unreachable');
    }
    await expect(app.problem('unreachable')).toHaveCount(1);
  });
});

test('packets in single bytes and several packets in one frame are both understood', async ({ app, startServer }) => {
  const server = await startServer(
    polite({
      send: byteByByte,
      afterConnack: (peer) => {
        peer.send(Buffer.concat([publish('merged/a', 'first'), publish('merged/b', 'second', 1, 5), publish('merged/c', 'third').subarray(0, 4)]));
        peer.send(publish('merged/c', 'third').subarray(4));
      },
    }),
  );
  await app.connect({ port: server.port });
  await app.expectTotal(3);
  for (const text of ['first', 'second', 'third']) await expect(app.rows('in').filter({ hasText: text })).toHaveCount(1);
  await app.subscribed('split/answer', 1);
  await app.expectState('online');
});

test.describe('while the connection stands', () => {
  test.use({ consoleAllowed: [SOCKET_ERRORS] });

  /** Without the reconnect, so that what ended the connection stays to be seen. */
  async function online(app: App, port: number): Promise<void> {
    await app.connect({ port, autoReconnect: false });
    await app.publish('before/the/fault', 'kept');
    await expect(app.rows('out')).toHaveCount(1);
  }

  async function expectLogKept(app: App): Promise<void> {
    await app.id('nav-messages').click();
    await expect(app.rows('out').filter({ hasText: 'kept' })).toBeVisible();
  }

  test('a malformed packet ends the connection with a protocol error, and the log is kept', async ({ app, startServer }) => {
    const server = await startServer(polite());
    await online(app, server.port);
    // A remaining length of five bytes: [MQTT-2.2.3].
    (await server.peer()).send(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f]));
    await app.expectState(/^(failed|offline)$/);
    await expect(app.problem('protocol-error')).toBeVisible();
    await expect(app.page.locator('[data-testid="event-row"]')).not.toHaveCount(0);
    await expectLogKept(app);
    await (await server.peer()).untilClosed();
  });

  test('a PUBLISH with QoS 3 is a protocol error, a second CONNACK a violation, and neither is a crash', async ({ app, startServer }) => {
    const server = await startServer(polite());
    await online(app, server.port);
    (await server.peer()).send(Buffer.from([0x36, 5, 0, 1, 0x61, 0, 1]));
    await expect(app.problem('protocol-error')).toBeVisible();
    await expectLogKept(app);
    await app.id('reconnect').click();
    await app.expectState('online');
    const violations = app.page.locator('[data-testid="event-row"][data-kind="violation"]');
    await app.id('log-clear').click();
    await expect(violations).toHaveCount(0);
    (await server.peer(1)).send(connack(0));
    await expect(violations).toHaveCount(1);
    await expect(violations).toContainText(/CONNACK/);
  });

  test('an answer to nothing is noted, and the connection goes on', async ({ app, startServer }) => {
    const server = await startServer(polite());
    await online(app, server.port);
    const peer = await server.peer();
    peer.send(suback(4_242, [0]));
    peer.send(Buffer.from([0x40, 2, 0x10, 0x92]));
    peer.send(publish('still/alive', 'yes'));
    await expect(app.rows('in').filter({ hasText: 'yes' })).toBeVisible();
    await app.expectState('online');
  });

  test('a text frame is noted as a violation', async ({ app, startServer }) => {
    const server = await startServer(polite());
    await online(app, server.port);
    (await server.peer()).sendText('this is no binary frame');
    await expect(app.page.locator('[data-testid="event-row"][data-kind="violation"]')).toBeVisible();
    await expectLogKept(app);
  });

  test('a close with code and reason is quoted', async ({ app, startServer }) => {
    const server = await startServer(polite());
    await online(app, server.port);
    (await server.peer()).close(4_003, 'kicked by a newer session');
    await app.expectState(/^(failed|offline)$/);
    await expect(app.problem('connection-lost')).toContainText('4003');
    await expect(app.problem('connection-lost')).toContainText('kicked by a newer session');
    await expectLogKept(app);
  });

  test('keep alive pings, and a broker that does not answer them is given up', async ({ app, startServer }) => {
    let answering = true;
    const server = await startServer(async (peer) => {
      await peer.nextOf(CONNECT);
      peer.send(connack(0));
      for (;;) {
        await peer.nextOf(PINGREQ, 60_000);
        if (answering) peer.send(Buffer.from([0xd0, 0]));
        answering = false;
      }
    });
    await app.open();
    await app.fillGeneric({ port: server.port, keepAlive: 1, autoReconnect: false });
    await app.pressConnect();
    await app.expectOnline();
    const peer = await server.peer();
    const started = Date.now();
    await expect.poll(() => peer.packets.filter((packet) => packet.type === PINGREQ).length, { timeout: 6_000 }).toBeGreaterThanOrEqual(2);
    expect(Date.now() - started).toBeLessThan(4_000);
    await expect(app.problem('no-pingresp')).toBeVisible({ timeout: 15_000 });
    await app.expectState(/^(failed|offline)$/);
    await peer.untilClosed();
  });
});
