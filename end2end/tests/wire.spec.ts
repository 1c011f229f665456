// The wire page: every packet with its fields, its bytes, the rules it keeps or breaks, and what belongs to it.
import type { Locator } from '@playwright/test';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';
import { checkScreen } from '../support/axe';
import { polite } from '../support/hostile';
import type { Manners, Peer, ScriptedServer, Script } from '../support/hostile';
import { publish } from '../support/packets';
import { leaksInPage } from '../support/secrets';
import { expect, test } from '../support/test';

type StartServer = (script: Script) => Promise<ScriptedServer>;

const rows = (app: App, kind?: string): Locator =>
  kind ? app.page.locator(`[data-testid="wire-row"][data-kind="${kind}"]`) : app.id('wire-row');
const cell = (row: Locator, name: string): Locator => row.locator(`[data-cell="${name}"]`);
const field = (app: App, name: string): Locator =>
  app.id('wire-field').filter({ has: app.page.locator('.nm', { hasText: new RegExp(`^${name}$`) }) });
const byte = (app: App, at: number): Locator => app.id('wire-bytes').locator(`.h [data-at="${at}"]`);
const selected = (app: App): Locator => app.page.locator('[data-testid="wire-row"][aria-selected="true"]');
const selectedField = (app: App): Locator => app.page.locator('[data-testid="wire-field"][aria-selected="true"]');

/** The highlighted bytes, as they are shown. */
const highlighted = (app: App): Promise<string> =>
  app.id('wire-bytes').evaluate((pane) => [...pane.querySelectorAll('.h .sel')].map((each) => each.textContent).join('').trim());

async function openWire(app: App): Promise<void> {
  await app.id('nav-wire').click();
  await expect(app.page).toHaveURL(/#\/wire$/);
  await expect(app.id('wire-log')).toBeVisible();
}

async function generic(app: App, startServer: StartServer, manners: Manners = {}, password = ''): Promise<Peer> {
  const server = await startServer(polite(manners));
  const login = password ? { username: 'somebody', password } : {};
  await app.connect({ port: server.port, ...login });
  return server.peer();
}

async function device(app: App, startServer: StartServer): Promise<Peer> {
  const server = await startServer(polite());
  await app.open();
  await app.fillDevice({ port: server.port });
  await app.pressConnect();
  await app.expectOnline();
  return server.peer();
}

test('the wire begins at the WebSocket and lists each packet in words', async ({ app, startServer }) => {
  const peer = await generic(app, startServer);
  await app.subscribed('a/#', 1);
  await app.publish('a/b', '{"n":1}', 'json', 1);
  peer.send(publish('a/c', Buffer.from([0xff, 0xfe])));
  await app.expectTotal(2);
  await openWire(app);
  await expect(rows(app, 'PUBLISH')).toHaveCount(2);
  const kinds = await rows(app).evaluateAll((all) => all.map((row) => row.getAttribute('data-kind')));
  expect(kinds.slice(0, 5)).toEqual(['opening', 'opened', 'CONNECT', 'CONNACK', 'connected']);
  const connect = rows(app, 'CONNECT');
  await expect(cell(connect, 'number')).toHaveText('3');
  await expect(cell(connect, 'delta')).toHaveText(/^\d+$/);
  await expect(cell(connect, 'bytes')).toHaveText('23');
  await expect(cell(connect, 'info')).toHaveText(/^MQTT 3\.1\.1 · clean session · keep alive \d+ s · testbench$/);
  await expect(cell(rows(app, 'CONNACK'), 'info')).toHaveText(/^0 accepted · no session present← [\d.]+ ms$/);
  await expect(cell(rows(app, 'SUBSCRIBE'), 'info')).toHaveText(/^#1 · a\/# Q1$/);
  await expect(cell(rows(app, 'SUBACK'), 'info')).toHaveText(/^#1 → 1← [\d.]+ ms$/);
  await expect(cell(rows(app, 'PUBLISH').first(), 'info')).toHaveText('Q1 #2 · a/b · JSON 7 B');
  await expect(cell(rows(app, 'PUBACK'), 'info')).toHaveText(/^#2← [\d.]+ ms$/);
  await expect(cell(rows(app, 'PUBLISH').last(), 'info')).toHaveText('Q0 · a/c · binary 2 B');
  await expect(rows(app).and(app.page.locator('[data-bad="true"]'))).toHaveCount(0);
});

test('a filter shows some packets, with the time between them', async ({ app, startServer }) => {
  await generic(app, startServer);
  await app.subscribed('one');
  await app.subscribed('two');
  await openWire(app);
  await app.id('log-filter').fill('type:SUBACK');
  await expect(rows(app)).toHaveCount(2);
  await expect(cell(rows(app).first(), 'delta')).toHaveText('');
  await expect(cell(rows(app).last(), 'delta')).toHaveText(/^\d+$/);
  // What is selected while it is filtered out leads to its partner all the same.
  await rows(app).last().click();
  await app.id('wire-partner').click();
  await expect(field(app, 'Topic filter')).toContainText('"two"');
  await app.id('log-filter').fill('');
  await expect(selected(app)).toHaveAttribute('data-kind', 'SUBSCRIBE');
});

test('a field shows its bytes, and a byte its field', async ({ app, startServer }) => {
  await generic(app, startServer);
  await openWire(app);
  await rows(app, 'CONNECT').click();
  await expect(app.id('wire-range')).toHaveText('the whole packet, 23 B');
  await field(app, 'ClientID').click();
  await expect(app.id('wire-range')).toHaveText('0x000c – 0x0016 · 11 B');
  expect(await highlighted(app)).toBe('00 09 74 65 73 74 62 65 6e 63 68');

  await byte(app, 9).click();
  await expect(selectedField(app)).toContainText('Connect flags = 0x02');
  expect(await highlighted(app)).toBe('02');
  await expect(field(app, 'Clean Session')).toContainText('.... ..1. Clean Session = 1');
  // Even a byte of the header, which is folded at first.
  await byte(app, 1).click();
  await expect(selectedField(app)).toContainText('Remaining length = 21');

  // The same by keyboard: from the list into the tree, through it, and over the bytes.
  await app.id('wire-log').focus();
  await app.page.keyboard.press('Enter');
  await expect(app.id('wire-tree')).toBeFocused();
  await app.page.keyboard.press('Home');
  await expect(selectedField(app)).toContainText('CONNECT');
  await app.page.keyboard.press('ArrowDown');
  await app.page.keyboard.press('ArrowLeft');
  await expect(selectedField(app)).toHaveAttribute('aria-expanded', 'false');
  await expect(field(app, 'Remaining length')).toHaveCount(0);
  await app.page.keyboard.press('ArrowRight');
  await expect(field(app, 'Remaining length')).toHaveCount(1);
  await app.page.keyboard.press('End');
  await expect(selectedField(app)).toContainText('ClientID = "testbench"');
  await app.id('wire-bytes').focus();
  await app.page.keyboard.press('Home');
  await app.page.keyboard.press('ArrowRight');
  await expect(selectedField(app)).toContainText('Remaining length');
  await app.page.keyboard.press('Escape');
  await expect(app.id('wire-detail')).toHaveCount(0);
  await expect(app.id('wire-log')).toBeFocused();
});

test('a password is covered in the fields and in the bytes', async ({ app, page, startServer }) => {
  const password = 'open-sesame-42';
  await generic(app, startServer, {}, password);
  await openWire(app);
  await rows(app, 'CONNECT').click();
  await expect(field(app, 'Password').last()).toContainText('"••••••••••••••" 14 B');
  await expect(app.id('wire-masked')).toBeVisible();
  await field(app, 'Password').last().click();
  expect(await highlighted(app)).toBe(`00 0e ${Array(14).fill('••').join(' ')}`);
  expect(await leaksInPage(page, password)).toEqual([]);
});

test('a refused filter is marked, with a sign, and leads to its request and back', async ({ app, startServer }) => {
  await generic(app, startServer, { grant: (filter, qos) => (filter === 'forbidden' ? 0x80 : qos) });
  await app.subscribed('allowed');
  await app.subscribe('forbidden');
  await app.expectSubscription('forbidden', 'refused');
  await openWire(app);
  const suback = rows(app, 'SUBACK').last();
  await expect(suback).toHaveAttribute('data-bad', 'true');
  await expect(cell(suback, 'info')).toContainText('0x80');
  await expect(cell(suback, 'info').locator('svg')).toHaveCount(1);
  await expect(rows(app, 'SUBACK').first()).toHaveAttribute('data-bad', 'false');
  await suback.click();
  await expect(field(app, 'Return code')).toContainText('0x80 refused · forbidden');
  const number = await suback.getAttribute('data-seq');
  await expect(app.id('wire-partner')).toContainText('SUBSCRIBE');
  await app.id('wire-log').focus();
  await app.page.keyboard.press('r');
  await expect(selected(app)).toHaveAttribute('data-kind', 'SUBSCRIBE');
  await expect(cell(selected(app), 'info')).toContainText('forbidden');
  await app.page.keyboard.press('r');
  await expect(selected(app)).toHaveAttribute('data-seq', number ?? '');
});

test('a broken rule stands at its packet, with its number, and both lead to each other', async ({ app, startServer }) => {
  const peer = await generic(app, startServer);
  // DUP on a message with QoS 0.
  peer.send(Buffer.from([0x38, 3, 0, 1, 0x61]));
  await app.expectTotal(1);
  await openWire(app);
  const packet = rows(app, 'PUBLISH');
  await expect(packet).toHaveAttribute('data-bad', 'true');
  await packet.click();
  await expect(app.id('wire-tree')).toContainText('MQTT-3.3.1-2');
  await app.id('wire-violation').click();
  await expect(selected(app)).toHaveAttribute('data-kind', 'violation');
  // Its own bytes are taken apart too.
  await expect(app.id('wire-words')).toContainText('MQTT-3.3.1-2');
  await expect(field(app, 'Topic')).toContainText('"a"');
  await app.id('wire-violator').click();
  await expect(selected(app)).toHaveAttribute('data-kind', 'PUBLISH');

  // What is no packet at all is explained as well.
  peer.send(Buffer.from([0x40, 0xff, 0xff, 0xff, 0xff, 0x01]));
  const broken = rows(app, 'violation').last();
  await expect(rows(app, 'violation')).toHaveCount(2);
  await broken.click();
  await expect(app.id('wire-tree')).toContainText('§2.2.3');
  await expect(app.id('wire-violator')).toHaveCount(0);
});

test('messages of the platform pair by RequestID, and its rules are checked with numbers', async ({ app, startServer }) => {
  const peer = await device(app, startServer);
  const topic = (rest: string): string => `/$system/${GREENHOUSE.product}/${GREENHOUSE.device}/tmodel/property/${rest}`;
  await app.publish(topic('post'), '{"RequestID":"9007199254740993","Property":{}}', 'json', 1);
  await app.expectTotal(1);
  peer.send(publish(topic('post_reply'), '{"RequestID":"9007199254740992","RetCode":0}'));
  peer.send(publish(topic('post_reply'), '{"RequestID":"9007199254740993","RetCode":230}'));
  await app.expectTotal(3);
  await app.publish(`/${'long'.repeat(40)}/x/y`, 'too long a topic', 'text', 0);
  await app.expectTotal(4);
  await openWire(app);

  await rows(app, 'CONNECT').click();
  await expect(app.id('wire-rule')).toHaveCount(5);
  await expect(app.page.locator('[data-testid="wire-rule"][data-kept="false"]')).toHaveCount(0);
  await expect(app.id('wire-rules')).toContainText('within 30–1200');
  await expect(field(app, 'authmode')).toContainText('authmode = 1 static registration');
  await field(app, 'DeviceSN').click();
  expect(await highlighted(app)).toBe([...Buffer.from(GREENHOUSE.device)].map((each) => each.toString(16)).join(' '));

  const post = rows(app, 'PUBLISH').first();
  await expect(cell(post, 'info')).toContainText('$sys/tmodel/property/post');
  await post.click();
  await expect(app.id('wire-partner')).toContainText('PUBACK');
  await expect(app.id('wire-reply')).toContainText('reply');
  await app.id('wire-log').focus();
  await app.page.keyboard.press('Shift+R');
  await expect(cell(selected(app), 'info')).toContainText('RetCode 230');
  await expect(selected(app)).toHaveAttribute('data-bad', 'true');
  await app.page.keyboard.press('Shift+R');
  await expect(selected(app)).toHaveAttribute('data-seq', (await post.getAttribute('data-seq')) ?? '');

  await rows(app, 'PUBLISH').last().click();
  await expect(app.page.locator('[data-testid="wire-rule"][data-kept="false"]')).toHaveText(/165 bytes, 128 at most/);
});

test('the list pauses, follows, and stays where one reads', async ({ app, startServer }) => {
  const peer = await generic(app, startServer);
  const pour = async (from: number, to: number): Promise<void> => {
    peer.send(Buffer.concat(Array.from({ length: to - from }, (_, n) => publish('log', `line ${from + n}`))));
    await expect(app.id('wire-log')).toHaveAttribute('data-total', String(to + 2), { timeout: 15_000 });
  };
  const firstOnScreen = (): Promise<string | undefined> =>
    app.id('wire-log').evaluate((log) => {
      const top = log.getBoundingClientRect().top + 28;
      const seen = [...log.querySelectorAll('[data-testid="wire-row"]')].filter((row) => row.getBoundingClientRect().top >= top - 1);
      return seen[0]?.getAttribute('data-seq') ?? undefined;
    });
  await openWire(app);
  await pour(0, 500);
  await expect(app.id('wire-follow')).toHaveAttribute('aria-pressed', 'true');
  await expect(cell(rows(app).last(), 'info')).toContainText('text 8 B');
  await app.id('wire-log').hover();
  await app.page.mouse.wheel(0, -3_000);
  await expect(app.id('wire-follow')).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(async () => Number(await firstOnScreen())).toBeLessThan(420);
  const before = await firstOnScreen();
  await pour(500, 1_500);
  await expect(app.id('new-packets')).toContainText('1000');
  expect(await firstOnScreen()).toBe(before);

  await app.id('wire-log').focus();
  await app.page.keyboard.press('Space');
  await expect(app.id('wire-pause')).toHaveAttribute('aria-pressed', 'true');
  const shown = await app.id('wire-log').getAttribute('data-shown');
  await pour(1_500, 1_600);
  await expect(app.id('wire-held')).toHaveText('+100');
  await expect(app.id('wire-log')).toHaveAttribute('data-shown', shown ?? '');
  await app.page.keyboard.press('Space');
  await expect(app.id('wire-held')).toHaveText('');
  await app.page.keyboard.press('End');
  await expect(app.id('wire-follow')).toHaveAttribute('aria-pressed', 'true');
  await expect(rows(app, 'PUBLISH').last()).toHaveAttribute('aria-selected', 'true');
});

test('a large packet opens at once, with few elements, and can be read to its end', async ({ app, startServer }) => {
  const peer = await generic(app, startServer);
  peer.send(publish('big', 'x'.repeat(255_000)));
  await app.expectTotal(1);
  await openWire(app);
  await rows(app, 'PUBLISH').click();
  await expect(field(app, 'Payload')).toContainText('text 255000 B');
  expect(await app.id('wire-line').count()).toBeLessThan(60);
  await app.id('wire-bytes').focus();
  await app.page.keyboard.press('End');
  await expect(byte(app, 255_008)).toBeVisible();
});

test('the log leads to the wire, and the wire back to the log', async ({ app, startServer }) => {
  await generic(app, startServer);
  await app.publish('one', '1');
  await app.publish('two', '2');
  await app.expectTotal(2);
  await app.rows('out').first().click();
  const seq = await app.rows('out').first().getAttribute('data-seq');
  await app.id('message-log').focus();
  await app.page.keyboard.press('Shift+Enter');
  await expect(app.page).toHaveURL(/#\/wire$/);
  await expect(selected(app)).toHaveAttribute('data-seq', seq ?? '');
  await expect(field(app, 'Topic')).toContainText('"one"');
  await rows(app, 'PUBLISH').last().click();
  await app.id('wire-to-message').click();
  await expect(app.page).toHaveURL(/#\/messages$/);
  await expect(app.page.locator('[data-testid="message-row"][aria-selected="true"]')).toContainText('two');
});

test('a packet that breaks a rule is shown accessibly', async ({ app, startServer }) => {
  const peer = await device(app, startServer);
  peer.send(Buffer.from([0x38, 3, 0, 1, 0x61]));
  await app.expectTotal(1);
  await openWire(app);
  await app.choose('theme', 'system');
  await rows(app, 'PUBLISH').click();
  await checkScreen(app, 'wire violation', [1_440]);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the detail lies over the list and closes again', async ({ app, startServer }) => {
    await generic(app, startServer);
    await openWire(app);
    await rows(app, 'CONNECT').click();
    const box = await app.id('wire-detail').boundingBox();
    expect(box?.width).toBe(390);
    expect(box?.height).toBeGreaterThan(500);
    await byte(app, 9).click();
    await expect(selectedField(app)).toContainText('Connect flags');
    const sideways = await app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(sideways).toBeLessThanOrEqual(0);
    await app.id('wire-close').click();
    await expect(app.id('wire-detail')).toHaveCount(0);
    await expect(app.id('wire-log')).toBeFocused();
  });
});
