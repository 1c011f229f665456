import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import { polite } from '../support/hostile';
import { CONNECT, readConnect } from '../support/packets';

const { product, device, secret } = GREENHOUSE;

test('the form begins with what the platform expects', async ({ app }) => {
  await app.open();
  await app.expectChosen('mode', 'uiot');
  await app.expectChosen('region', 'cn-sh2');
  await app.expectChosen('tls', 'wss');
  await app.expectChosen('protocol', '3.1.1');
  await expect(app.id('host')).toHaveValue('mqtt-cn-sh2.iot.ucloud.cn');
  await expect(app.id('port')).toHaveValue('443');
  await expect(app.id('path')).toHaveValue('/');
  await expect(app.id('keep-alive')).toHaveValue('300');
  await expect(app.id('clean-session')).toHaveAttribute('aria-checked', 'true');
  await expect(app.id('connect-url')).toContainText('wss://mqtt-cn-sh2.iot.ucloud.cn');
  await expect(app.id('secret')).toHaveAttribute('type', 'password');
});

test('the host follows the region until it is edited, the port follows the scheme until it is edited', async ({ app }) => {
  await app.open();
  await app.choose('region', 'cn-gd');
  await expect(app.id('host')).toHaveValue('mqtt-cn-gd.iot.ucloud.cn');
  await app.choose('tls', 'ws');
  await expect(app.id('port')).toHaveValue('80');
  await expect(app.id('connect-url')).toContainText('ws://mqtt-cn-gd.iot.ucloud.cn');
  await app.choose('tls', 'wss');
  await expect(app.id('port')).toHaveValue('443');
  await app.id('port').fill('8443');
  await app.choose('tls', 'ws');
  await expect(app.id('port')).toHaveValue('8443');
  await app.choose('region', 'custom');
  await app.id('host').fill('broker.internal');
  await app.choose('tls', 'wss');
  await expect(app.id('host')).toHaveValue('broker.internal');
  await expect(app.id('connect-url')).toContainText('wss://broker.internal:8443/');
});

test('ClientID and UserName follow each keystroke', async ({ app }) => {
  await app.open();
  await app.id('product-sn').fill('P');
  await app.id('device-sn').fill('D');
  await app.expectValue('client-id', 'P.D');
  await app.expectValue('username', 'P|D|1');
  await app.id('product-sn').press('End');
  await app.id('product-sn').pressSequentially('2');
  await app.expectValue('client-id', 'P2.D');
  await app.id('device-sn').press('End');
  await app.id('device-sn').pressSequentially('-x');
  await app.expectValue('client-id', 'P2.D-x');
  await app.expectValue('username', 'P2|D-x|1');
  await expect(app.id('connect-preview')).toContainText('P2.D-x');
  await expect(app.id('connect-preview')).toContainText('P2|D-x|1');
});

for (const [version, name, level, subprotocol] of [
  ['3.1.1', 'MQTT', 4, 'mqtt'],
  ['3.1', 'MQIsdp', 3, 'mqttv3.1'],
] as const) {
  test(`the derived names are what is sent, with MQTT ${version}`, async ({ app, startServer }) => {
    const server = await startServer(polite());
    await app.open();
    await app.fillDevice({ port: server.port, protocol: version });
    await app.pressConnect();
    await app.expectOnline();
    const peer = await server.peer();
    expect(peer.offered).toEqual([subprotocol]);
    expect(readConnect(await peer.packet(CONNECT))).toEqual({
      protocol: name,
      level,
      flags: 0xc2,
      keepAlive: 300,
      cleanSession: true,
      clientId: `${product}.${device}`,
      username: `${product}|${device}|1`,
      password: Buffer.from(secret),
    });
  });
}

test('a device talks to a broker that knows it', async ({ app, startBroker }) => {
  const broker = await startBroker({ users: { [`${product}|${device}|1`]: secret } });
  await app.open();
  await app.fillDevice({ port: broker.webSocketPort });
  await app.pressConnect();
  await app.expectOnline();
  await broker.untilLogged(/as kx4m7q2vbn9wd5ts\.greenhouse-07 \(p2, c1, k300, u'kx4m7q2vbn9wd5ts\|greenhouse-07\|1'\)/);
  await app.subscribed(`/${product}/${device}/set`);
  await broker.publish(`/${product}/${device}/set`, '{"interval": 2000}', 1);
  await expect(app.rows('in')).toHaveCount(1);
});

test('a keep alive of 20 seconds is outside what the platform takes', async ({ app }) => {
  await app.open();
  await app.id('keep-alive').fill('20');
  await app.id('keep-alive').blur();
  const problem = app.fieldProblem('keep-alive');
  await expect(problem).toBeVisible();
  await expect(problem).toHaveAttribute('data-code', 'keep-alive-range');
  for (const number of ['20', '30', '1200', '300']) await expect(problem).toContainText(new RegExp(number.replace('1200', '1,?200')));
  for (const fine of ['30', '1200', '300']) {
    await app.id('keep-alive').fill(fine);
    await app.id('keep-alive').blur();
    await expect(problem).toHaveCount(0);
  }
  await app.id('keep-alive').fill('1201');
  await app.id('keep-alive').blur();
  await expect(problem).toHaveAttribute('data-code', 'keep-alive-range');
});
