// Hostile payloads, topics, filters, names and answers of a platform: they are shown as text wherever the page shows them, nothing
// of them runs, nothing is fetched, and what is exported is safe to open. The values: hostile/corpus.json.
import { readFile } from 'node:fs/promises';
import mqtt from 'mqtt';
import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';
import { bytesOf, CORPUS, isPlain, ofKind, textOf } from '../support/corpus';
import { polite } from '../support/hostile';
import type { Peer } from '../support/hostile';
import type { Broker } from '../support/mosquitto';
import { packetId, publish, PUBLISH, readPublish, suback, SUBSCRIBE } from '../support/packets';
import { readTable } from '../support/table';
import { Trap } from '../support/trap';

const PAYLOADS = ofKind('payload');
const TOPICS = ofKind('topic');
const MARKUP = PAYLOADS.filter((each) => /^(script-plain|img-error|svg-load|iframe-srcdoc|link-js|html-key|bidi-override|csv-cmd)$/.test(each.id));

/** Publishes the payloads from another client, in order, each on a topic of its own. */
async function publishAll(broker: Broker, topic: (id: string) => string): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.tcpPort}`, { protocolVersion: 4, reconnectPeriod: 0 });
  for (const each of PAYLOADS) await client.publishAsync(topic(each.id), bytesOf(each), { qos: 1 });
  await client.endAsync();
}

const VIEWS = { '1': 'json', '2': 'text', '3': 'hex', '4': 'base64', '5': 'diff' } as const;

/** Goes down the log, and through these views at each message. What each showed of it, in order. */
async function readInspector(app: App, count: number, keys: (keyof typeof VIEWS)[]): Promise<Record<string, string>[]> {
  // What a pointer chooses is inspected; the keys go on from there.
  await app.id('message-log').focus();
  await app.page.keyboard.press('Home');
  await app.rows().first().click();
  await expect(app.id('inspector')).toBeVisible();
  await app.id('message-log').focus();
  await app.page.keyboard.press('Home');
  return app.page.evaluate(
    async ([rows, views]) => {
      const find = (name: string): HTMLElement | null => document.querySelector(`[data-testid="${name}"]`);
      const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
      /** Waits for what a key leads to; at most a second. */
      const until = async (reached: () => boolean): Promise<void> => {
        for (let wait = 0; wait < 60 && !reached(); wait += 1) await frame();
      };
      const press = (key: string): void => {
        const log = find('message-log');
        log?.focus();
        log?.dispatchEvent(new KeyboardEvent('keydown', { key, code: key.length === 1 ? `Digit${key}` : key, bubbles: true, cancelable: true }));
      };
      const selected = (): string => find('message-log')?.getAttribute('aria-activedescendant') ?? '';
      const all: Record<string, string>[] = [];
      for (let row = 0; row < rows; row += 1) {
        await frame();
        const shown: Record<string, string> = {};
        for (const [key, name] of views) {
          if (!find('inspector-tabs')?.querySelector(`[data-option="${name}"]`)) continue;
          press(key);
          await until(() => find('inspector-tabs')?.getAttribute('data-value') === name && find(`inspector-${name}`) !== null);
          shown[name] = (find(`inspector-${name}`)?.textContent ?? '').slice(0, 10_000);
        }
        all.push(shown);
        const before = selected();
        press('ArrowDown');
        if (row + 1 < rows) await until(() => selected() !== before);
      }
      return all;
    },
    [count, keys.map((key) => [key, VIEWS[key]] as const)] as const,
  );
}

async function exported(app: App, trap: Trap, form: 'jsonl' | 'csv' | 'wire'): Promise<string> {
  await app.id('log-export').click();
  await app.choose('export-form', form);
  await app.choose('export-scope', 'all');
  const waiting = app.page.waitForEvent('download');
  trap.expectFile();
  await app.id('export-start').click();
  const text = await readFile(await (await waiting).path(), 'utf8');
  await expect(app.id('export-dialog')).toBeHidden();
  return text;
}

/** Scrolls a list through from its beginning to its end. */
async function leafThrough(app: App, list: string): Promise<void> {
  await app.id(list).evaluate(async (element) => {
    for (let at = 0; at <= element.scrollHeight; at += Math.max(200, element.clientHeight - 40)) {
      element.scrollTop = at;
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    }
    element.scrollTop = 0;
  });
}

test('the corpus is what it is said to be', () => {
  expect(new Set(CORPUS.map((each) => each.id)).size).toBe(CORPUS.length);
  expect(PAYLOADS.length + TOPICS.length).toBeGreaterThan(150);
  for (const each of CORPUS) {
    expect([each.value, each.base64, each.parts].filter((way) => way !== undefined), each.id).toHaveLength(1);
    expect(each.tries, each.id).not.toBe('');
  }
});

test('the trap catches what it is laid for', async ({ app, page }) => {
  const trap = await Trap.lay(app);
  // The app's own policy would be before the trap.
  await page.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>blank</title><p>' }));
  await page.goto(`${app.site.url}blank.html`);
  await trap.arm();
  await trap.expectNothing('an empty page');
  for (const attack of [
    () => void document.body.insertAdjacentHTML('beforeend', '<p onclick="1">x</p>'),
    () => void document.body.insertAdjacentHTML('beforeend', '<a href="javascript:1">x</a>'),
    () => void document.body.insertAdjacentHTML('beforeend', '<svg><animate></animate></svg>'),
    () => void document.body.setAttribute('style', 'position: fixed'),
    () => void (window as unknown as { __pwned: () => void }).__pwned(),
    () => void window.alert('x'),
  ]) {
    const before = await page.evaluate(() => (window as unknown as { __trap: { caught: string[] } }).__trap.caught.length);
    await page.evaluate(attack);
    await expect.poll(() => page.evaluate(() => (window as unknown as { __trap: { caught: string[] } }).__trap.caught.length)).toBeGreaterThan(before);
  }
});

test('each payload is text in the log, the inspector, the tree of topics, the wire and every export', async ({ app, broker }) => {
  test.setTimeout(90_000);
  const trap = await Trap.lay(app);
  await app.connect({ port: broker.webSocketPort, clientId: 'hostile' });
  await trap.arm();
  await app.subscribed('hostile/#', 1);
  await publishAll(broker, (id) => `hostile/${id}`);
  await app.expectTotal(PAYLOADS.length, 20_000);
  await leafThrough(app, 'message-log');
  await trap.expectNothing('the log');

  const shown = await readInspector(app, PAYLOADS.length, ['1', '2', '5']);
  for (const [index, each] of PAYLOADS.entries()) {
    if (isPlain(each)) expect(shown[index]?.['text'] ?? '', each.id).toContain(each.value);
  }
  await trap.expectNothing('the inspector');
  // Bytes are shown as digits and covered characters; these are the ones that could be more.
  await app.id('log-filter').fill('/utf8|utf16|controls|png|nul|ansi|cbor|msgpack|gzip/');
  await readInspector(app, Number(await app.id('message-log').getAttribute('data-shown')), ['3', '4']);
  for (const view of ['cbor', 'msgpack', 'packet'] as const) {
    const tab = app.id('inspector-tabs').locator(`[data-option="${view}"]`);
    if ((await tab.count()) > 0) await tab.click();
  }
  await trap.expectNothing('hex, Base64 and trees');
  await app.id('log-filter').fill('');

  await app.id('tab-topics').click();
  await expect(app.id('topic-tree')).toHaveAttribute('data-topics', String(PAYLOADS.length));
  await leafThrough(app, 'topic-tree');
  await trap.expectNothing('the tree of topics');

  await app.id('nav-wire').click();
  await expect(app.id('wire-row').first()).toBeVisible();
  await leafThrough(app, 'wire-log');
  for (const row of (await app.id('wire-row').all()).slice(0, 12)) await row.click();
  await trap.expectNothing('the wire');
  await app.id('nav-messages').click();

  const lines = (await exported(app, trap, 'jsonl')).trimEnd().split('\n').map((line) => JSON.parse(line) as { type?: string; topic?: string; payload?: string });
  const sent = new Map(PAYLOADS.map((each) => [`hostile/${each.id}`, bytesOf(each).toString('base64')]));
  const came = lines.filter((line) => line.type === 'PUBLISH');
  expect(came).toHaveLength(PAYLOADS.length);
  for (const line of came) expect(line.payload === sent.get(line.topic ?? ''), line.topic).toBe(true);
  const table = readTable(await exported(app, trap, 'csv'));
  const width = table[0]?.length ?? 0;
  for (const row of table) {
    expect(row, row[4]).toHaveLength(width);
    for (const cell of row) expect(cell.slice(0, 40)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
  }
  const dump = await exported(app, trap, 'wire');
  // eslint-disable-next-line no-control-regex
  expect(dump).not.toMatch(/[\0-\x08\x0b-\x1f\x7f]/);
  await trap.expectNothing('the exports');
});

test('what is typed goes out as it is, and its history, ledger and comparison show it as text', async ({ app, page, startServer }) => {
  const server = await startServer(polite({ acknowledge: false }));
  const trap = await Trap.lay(app);
  await app.connect({ port: server.port, clientId: '"><img src=x onerror=__pwned()>' });
  await trap.arm();
  for (const [index, each] of MARKUP.entries()) {
    await app.publish(`hostile/<b>${index}</b>`, textOf(each), 'text', 1);
    await expect(app.id('publish-problem')).toHaveCount(0);
  }
  for (const each of ofKind('filter')) await app.subscribe(textOf(each), 1);
  const peer = await server.peer();
  const sent = readPublish(await peer.packet(PUBLISH, MARKUP.length - 1));
  expect(sent.payload.toString()).toBe(textOf(MARKUP.at(-1) as (typeof MARKUP)[number]));
  await app.id('publish-history').focus();
  await page.keyboard.press('Enter');
  await expect(app.id('history-entry').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await app.openLedger();
  await expect(app.ledgerRows().first()).toBeVisible();
  await app.id('close-ledger').click();
  await app.inspect(app.rows('out').first());
  await app.id('message-log').focus();
  await page.keyboard.press('p');
  await page.keyboard.press('End');
  await page.keyboard.press('5');
  await expect(app.id('inspector-diff')).toBeVisible();
  // What is typed is completed, searched and copied, too.
  await app.id('log-filter').fill('"><img src=x onerror=__pwned()> /<(/');
  await app.id('log-filter').fill('');
  await page.keyboard.press('Escape');
  await trap.expectNothing('what was typed');
  for (const each of ofKind('client')) {
    await app.id('nav-connect').click();
    await app.id('client-id').fill(textOf(each));
  }
  await trap.expectNothing('client identifiers');
});

test('each client identifier gives a safe name to what is saved', async ({ app, startServer }) => {
  test.setTimeout(60_000);
  const server = await startServer(polite());
  const trap = await Trap.lay(app);
  await app.open();
  await trap.arm();
  for (const each of ofKind('client')) {
    await app.id('nav-connect').click();
    await app.fillGeneric({ port: server.port, clientId: textOf(each) });
    await app.pressConnect();
    await app.expectState('online');
    await app.id('nav-messages').click();
    await exported(app, trap, 'jsonl');
    await app.id('disconnect').click();
    await app.expectState('offline');
  }
  await trap.expectNothing('files named after clients');
});

test('each topic is text, or is reported where no broker may send it; reasons of a close are text', async ({ app, startServer }) => {
  test.setTimeout(60_000);
  const good = TOPICS.filter((each) => !each.breaks);
  const payload = '<img src=x onerror=__pwned()>';
  const named = (each: (typeof TOPICS)[number]): Buffer => {
    const topic = bytesOf(each);
    const plain = publish('', payload);
    const body = Buffer.concat([Buffer.from([topic.length >> 8, topic.length & 255]), topic, plain.subarray(4)]);
    const length: number[] = [];
    for (let left = body.length; ; left >>= 7) {
      length.push(left > 127 ? (left & 127) | 128 : left);
      if (left <= 127) break;
    }
    return Buffer.concat([Buffer.from([0x30, ...length]), body]);
  };
  const server = await startServer(polite());
  const trap = await Trap.lay(app);
  await app.connect({ port: server.port, autoReconnect: false });
  await trap.arm();
  const peer = await server.peer();
  for (const each of good) peer.send(named(each));
  await app.expectTotal(good.length);
  await leafThrough(app, 'message-log');
  await readInspector(app, good.length, ['1']);
  await trap.expectNothing('topics in the log');
  await app.id('tab-topics').click();
  await leafThrough(app, 'topic-tree');
  const nodes = app.id('topic-node');
  for (let index = 0; index < Math.min(10, await nodes.count()); index += 1) await nodes.nth(index).click();
  await expect(app.id('log-filter')).not.toHaveValue('');
  await app.id('log-filter').fill('');
  const table = readTable(await exported(app, trap, 'csv'));
  for (const row of table) for (const cell of row) expect(cell.slice(0, 40)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
  await trap.expectNothing('topics in the tree, as a filter and in a table');

  // What breaks the standard is told in the log; some of it ends the connection.
  const told = app.page.locator('[data-testid="event-row"][data-kind="violation"]');
  for (const each of TOPICS.filter((one) => one.breaks)) {
    await app.id('log-clear').click();
    if ((await app.page.getByTestId('disconnect').count()) === 0) {
      await app.id('nav-connect').click();
      await app.pressConnect();
      await app.expectState('online');
      await app.id('nav-messages').click();
    }
    (await server.peer(server.peers.length - 1)).send(named(each));
    await expect(told.last(), each.id).toBeVisible();
    await app.id('message-log').press('End');
  }
  await trap.expectNothing('topics that break the standard');
  const last: Peer | undefined = server.peers.at(-1);
  if (last?.closed === undefined) last?.close(4_000, '<img src=x onerror=__pwned()>');
  await trap.expectNothing('the reason of a close');
});

test('what a platform answers is text on the pages of the shadow, the model, upgrades and sub-devices', async ({ app, page, startServer }) => {
  test.setTimeout(60_000);
  const { product, device } = GREENHOUSE;
  const system = (name: string): string => `/$system/${product}/${device}/${name}`;
  const X = '<img src=x onerror=__pwned()>';
  const server = await startServer(polite({ acknowledge: true }));
  const trap = await Trap.lay(app);
  await app.open();
  await app.fillDevice({ port: server.port, system: true });
  await app.pressConnect();
  await app.expectOnline();
  await trap.arm();
  const peer = await server.peer();
  const answer = async (topic: string, body: (requestId: string) => unknown, asked: string): Promise<void> => {
    await expect.poll(() => peer.packets.some((packet) => packet.type === PUBLISH && readPublish(packet).topic.endsWith(asked))).toBe(true);
    const all = peer.packets.filter((packet) => packet.type === PUBLISH).map(readPublish).filter((one) => one.topic.endsWith(asked));
    const request = JSON.parse(all.at(-1)?.payload.toString() ?? '{}') as { RequestID?: string };
    peer.send(publish(system(topic), JSON.stringify(body(request.RequestID ?? '1'))));
  };
  const values = `{"__proto__":{"polluted":true},"constructor":1,${JSON.stringify(X)}:${JSON.stringify(X)},"bidi":"a\u202Eb","deep":${'['.repeat(60)}${']'.repeat(60)},"huge":1e300,"n":${'9'.repeat(300)}}`;
  const raw = (topic: string, text: string): void => peer.send(publish(system(topic), text));

  await app.id('nav-shadow').click();
  await app.id('shadow-get').or(app.id('shadow-get-first')).first().click();
  raw('shadow/get_reply', `{"RetCode":0,"Payload":{"State":{"Reported":${values},"Desired":${values}},"Metadata":{"Reported":{${JSON.stringify(X)}:{"Timestamp":${JSON.stringify(X)}}}},"Version":7}}`);
  raw('shadow/downstream', `{"Method":"control","Payload":{"State":{"Desired":${values}},"Version":8}}`);
  raw('shadow/downstream', `{"Method":${JSON.stringify(X)},"Payload":${JSON.stringify(X)}}`);
  for (const each of PAYLOADS.filter((one) => /json|proto|html-key|cbor|utf8/.test(one.id))) peer.send(publish(system('shadow/downstream'), bytesOf(each)));
  await expect(page.locator('main, .main').first()).toContainText(X);
  await trap.expectNothing('the shadow');

  await app.id('nav-model').click();
  await app.id('model-fetch').click();
  await answer('tmodel/template/get_reply', (RequestID) => ({
    RequestID, RetCode: 0,
    Template: {
      Property: [
        { Identifier: X, Name: X, Description: X, AccessMode: 'rw', DataType: { Type: 'enum', Spec: { 0: X, 1: '"><b>' } } },
        { Identifier: '__proto__', Name: '\u202Eevil', AccessMode: 'rw', DataType: { Type: 'int32', Spec: { Min: '1', Max: '2', Unit: X } } },
        { Identifier: 't', Name: 't', AccessMode: 'rw', DataType: { Type: 'string', Spec: { Length: '99' } } },
      ],
      Event: [{ Identifier: 'e', Name: X, Type: 'info', Output: [] }],
      Command: [{ Identifier: 'c', Name: X, Input: [], Output: [] }],
    },
  }), 'template/get');
  raw('tmodel/property/set', `{"RequestID":${JSON.stringify(X)},"Property":${values}}`);
  raw('tmodel/property/post_reply', `{"RequestID":"1","RetCode":${JSON.stringify(X)},"Message":${JSON.stringify(X)}}`);
  raw('tmodel/command', `{"RequestID":"<b>","Identifier":${JSON.stringify(X)},"Input":${values}}`);
  raw('tmodel/property/desired/get_reply', `{"RequestID":"1","RetCode":0,"Desired":${values}}`);
  await expect(app.id('model-property').first()).toBeVisible();
  await expect(app.id('model-property').filter({ hasText: X }).first()).toBeVisible();
  await app.id('model-property').first().getByTestId('model-choose').click();
  for (const tab of ['events', 'commands', 'messages']) {
    const control = app.id(`model-tab-${tab}`);
    if ((await control.count()) > 0) await control.click();
  }
  await trap.expectNothing('the model');

  await app.id('nav-ota').click();
  for (const url of ['javascript:__pwned()', `http://evil.example/${X}`, 'data:text/html,<script>__pwned()</script>', '//evil.example/', X]) {
    raw('ota/downstream', JSON.stringify({ Method: 'firmware_update', Payload: { URL: url, Url: url, Module: X, Version: X, Size: 1e300, MD5: X, Name: X } }));
    raw('ota/downstream', JSON.stringify({ Method: 'upgrade', RequestID: X, Params: { Url: url, Version: X, Size: 'x', Sign: X, SignMethod: X } }));
  }
  await expect(page.locator('a[href^="javascript"], a[href^="data"]')).toHaveCount(0);
  await trap.expectNothing('upgrades');

  await app.id('nav-gateway').click();
  for (const topic of ['subdev/topo/get_reply', 'subdev/login_reply', 'subdev/topo/notify/add', 'subdev/delete']) {
    raw(topic, JSON.stringify({ RequestID: '1', RetCode: X, Message: X, Payload: [{ ProductSN: X, DeviceSN: X, DeviceSecret: X }], Params: [{ ProductSN: X, DeviceSN: X }] }));
  }
  await app.id('nav-messages').click();
  await leafThrough(app, 'message-log');
  const subscribed = peer.packets.filter((packet) => packet.type === SUBSCRIBE);
  expect(subscribed.length).toBeGreaterThan(0);
  peer.send(suback(packetId(subscribed[0] as (typeof subscribed)[number]), [1]));
  await trap.expectNothing('sub-devices and the log');
});
