// The journal on its way out and in again: what is exported is what was on the wire, and opens as it was.
import { readFile, writeFile } from 'node:fs/promises';
import type { Download } from '@playwright/test';
import { checkScreen } from '../support/axe';
import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';
import { polite } from '../support/hostile';

type Form = 'jsonl' | 'csv' | 'wire';
type Scope = 'all' | 'listed' | 'selected';

/** One line of a JSONL export. */
interface Line {
  seq?: number;
  type?: string;
  topic?: string;
  direction?: string;
  header?: string;
  payload?: string;
  packet?: string;
  text?: string;
  format?: string;
  host?: string;
  clientId?: string;
  filter?: string;
  end?: boolean;
  written?: number;
}

const BINARY = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
const EMOJI = '温度 😀 \u0000 "quoted", \\ and\nlines';

async function openDialog(app: App, form: Form, scope: Scope): Promise<void> {
  await app.id('log-export').click();
  await expect(app.id('export-dialog')).toBeVisible();
  await app.choose('export-form', form);
  await app.choose('export-scope', scope);
}

async function exported(app: App, form: Form, scope: Scope = 'all'): Promise<{ name: string; bytes: Buffer; path: string }> {
  await openDialog(app, form, scope);
  const waiting = app.page.waitForEvent('download');
  await app.id('export-start').click();
  const download: Download = await waiting;
  await expect(app.id('export-dialog')).toBeHidden();
  const path = await download.path();
  return { name: download.suggestedFilename(), bytes: await readFile(path), path };
}

const linesOf = (bytes: Buffer): Line[] =>
  bytes
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** The payloads of the exported messages, in order. */
const payloadsOf = (lines: Line[]): string[] =>
  lines.filter((line) => line.type === 'PUBLISH').map((line) => Buffer.from(line.payload ?? '', 'base64').toString('hex'));

/** Has the page open a file with this content. */
async function openFile(app: App, name: string, content: Buffer | string, path: string): Promise<void> {
  await writeFile(path, content);
  await app.id('log-export').click();
  const [chooser] = await Promise.all([app.page.waitForEvent('filechooser'), app.id('open-record').first().click()]);
  await chooser.setFiles({ name, mimeType: 'application/jsonl', buffer: await readFile(path) });
}

test('a JSONL export holds every byte, and opens again beside the session', async ({ app, broker }, testInfo) => {
  await app.connect({ port: broker.webSocketPort, clientId: '产品/device 7' });
  await app.subscribed('export/#');
  await broker.publish('export/binary', BINARY, 1);
  await broker.publish('export/emoji', EMOJI, 1);
  await broker.publish('export/empty', '', 1);
  await app.publish('export/own', '{"id": 12345678901234567890}', 'json', 1);
  await app.expectTotal(5);

  const file = await exported(app, 'jsonl');
  expect(file.name).toMatch(/^___device_7-\d{8}-\d{6}\.jsonl$/);
  const lines = linesOf(file.bytes);
  expect(lines[0]).toMatchObject({ format: 'uiot-testbench-journal', host: `127.0.0.1:${broker.webSocketPort}`, clientId: '产品/device 7' });
  expect(lines.at(-1)).toMatchObject({ end: true, written: lines.length - 2 });
  const hex = (text: string | Buffer): string => Buffer.from(text).toString('hex');
  const own = hex('{"id": 12345678901234567890}');
  expect(payloadsOf(lines)).toEqual([hex(BINARY), hex(EMOJI), '', own, own]);
  expect(lines.filter((line) => line.type === 'PUBLISH').map((line) => line.text)).toEqual([
    undefined,
    EMOJI,
    '',
    '{"id": 12345678901234567890}',
    '{"id": 12345678901234567890}',
  ]);
  for (const type of ['CONNECT', 'CONNACK', 'SUBSCRIBE', 'SUBACK', 'PUBACK']) {
    expect(lines.some((line) => line.type === type), type).toBe(true);
  }

  const rows = await app.rows().evaluateAll((all) => all.map((row) => row.textContent));
  await openFile(app, 'again.jsonl', file.bytes, testInfo.outputPath('again.jsonl'));
  const banner = app.id('record-banner');
  await expect(banner).toHaveAttribute('data-entries', String(lines.length - 2));
  await expect(banner).toHaveAttribute('data-left-out', '0');
  await expect(banner).toContainText('again.jsonl');
  await expect(app.rows()).toHaveCount(5);
  expect(await app.rows().evaluateAll((all) => all.map((row) => row.textContent))).toEqual(rows);
  await expect(app.id('publish')).toHaveCount(0);
  await expect(app.id('subscribe')).toBeHidden();
  await expect(app.id('open-ledger')).toHaveCount(0);
  await expect(app.id('log-clear')).toHaveCount(0);
  await app.inspect(app.rows('in').first());
  expect((await app.inspectedBytes()).toString('hex')).toBe(hex(BINARY));
  const again = await exported(app, 'jsonl');
  expect(linesOf(again.bytes).slice(1)).toEqual(lines.slice(1));

  // The session went on meanwhile, and is there again.
  await broker.publish('export/later', 'later', 1);
  await expect(app.id('message-log')).toHaveAttribute('data-total', '5');
  await app.expectState('online');
  await app.id('record-close').click();
  await expect(banner).toBeHidden();
  await app.expectTotal(6);
  await expect(app.rows().last()).toContainText('later');
  await expect(app.id('publish')).toBeVisible();
});

test('a CSV export is a table with a byte order mark, and no cell is a formula', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('table/#');
  await broker.publish('table/formula', "=cmd|' /C calc'!A0", 0);
  await broker.publish('table/quoted', 'a "b", c', 0);
  await broker.publish('table/binary', Buffer.from([0, 255]), 0);
  await app.expectTotal(3);
  const { name, bytes } = await exported(app, 'csv');
  expect(name).toMatch(/\.csv$/);
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const text = bytes.toString('utf8');
  expect(text).toContain(`,table/formula,0,0,0,,`);
  expect(text).toContain(`,"'=cmd|' /C calc'!A0"\r\n`);
  expect(text).toContain(',"a ""b"", c"\r\n');
  expect(text).toContain(',"0x00ff"\r\n');
});

test('a packet text export is a dump of each packet', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('dump/#', 1);
  await broker.publish('dump/a', 'hello', 1);
  await app.expectTotal(1);
  const { name, bytes } = await exported(app, 'wire');
  expect(name).toMatch(/\.txt$/);
  const text = bytes.toString('utf8');
  expect(text).toMatch(/^# \d+ {2}PUBLISH {2}17 B {2}QoS 1 {2}id \d+ {2}dump\/a/m);
  expect(text).toMatch(/^I \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\n000000 32 0f 00 06 64 75 6d 70 2f 61 00 \w\w 68 65 6c 6c {2}\|/m);
  expect(text).toMatch(/^O .*\n000000 10 /m);
});

test('what passes the filter, or the selected message, is exported alone', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('part/#');
  await broker.publishLines('part/wanted', ['one', 'two', 'three'], 1);
  await broker.publishLines('part/other', Array.from({ length: 20 }, (_, index) => `no ${index}`), 1);
  await app.expectTotal(23);
  await app.inspect(app.rows('in').last());
  const selected = linesOf((await exported(app, 'jsonl', 'selected')).bytes);
  expect(selected.map((line) => line.text).filter(Boolean)).toEqual(['no 19']);

  await app.id('log-filter').fill('part/wanted');
  await expect(app.id('message-log')).toHaveAttribute('data-shown', '3');
  const filtered = linesOf((await exported(app, 'jsonl', 'listed')).bytes);
  expect(filtered[0]?.filter).toBe('part/wanted');
  expect(filtered.filter((line) => line.type === 'PUBLISH').map((line) => line.text)).toEqual(['one', 'two', 'three']);
  await app.id('log-filter').fill('');
});

test('an export goes on in slices and can be cancelled', async ({ app, broker, page }) => {
  // Timers without a delay wait here, so that there is time to look.
  await page.addInitScript(() => {
    const real = window.setTimeout.bind(window);
    const slowed = (handler: TimerHandler, delay?: number): number => real(handler, (window as { slow?: boolean }).slow && !delay ? 150 : delay);
    Object.defineProperty(window, 'setTimeout', { value: slowed });
  });
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('large/#', 0);
  await broker.publishLines('large/line', Array.from({ length: 3_000 }, (_, index) => `${index} ${'x'.repeat(4_000)}`), 0);
  await expect(app.id('message-log')).toHaveAttribute('data-total', /^[1-9]\d{3}$/);
  let downloads = 0;
  page.on('download', () => (downloads += 1));
  await page.evaluate(() => Object.assign(window, { slow: true }));
  await openDialog(app, 'jsonl', 'all');
  await app.id('export-start').click();
  const progress = app.id('export-progress');
  await expect(progress).toBeVisible();
  await expect.poll(() => progress.evaluate((element) => (element as HTMLProgressElement).value)).toBeGreaterThan(0);
  await app.id('export-cancel').click();
  await expect(progress).toBeHidden();
  await expect(app.id('export-start')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(app.id('export-dialog')).toBeHidden();
  await page.evaluate(() => Object.assign(window, { slow: false }));
  expect(downloads).toBe(0);
  expect(linesOf((await exported(app, 'jsonl')).bytes).at(-1)?.end).toBe(true);
  expect(downloads).toBe(1);
});

test('a damaged record says which lines are damaged, and keeps the rest', async ({ app, broker }, testInfo) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('damaged/#');
  await broker.publishLines('damaged/line', ['one', 'two', 'three', 'four'], 1);
  await app.expectTotal(4);
  const lines = (await exported(app, 'jsonl')).bytes.toString('utf8').trimEnd().split('\n');
  const lineOf = (text: string): number => lines.findIndex((line) => line.includes(`"text":"${text}"`));
  const [two, three] = [lineOf('two'), lineOf('three')];
  lines[two] = (lines[two] ?? '').slice(0, 60);
  lines[three] = '<script>alert(1)</script>';
  // And its end is missing.
  await openFile(app, 'damaged.jsonl', lines.slice(0, -1).join('\n'), testInfo.outputPath('damaged.jsonl'));
  const banner = app.id('record-banner');
  await expect(banner).toHaveAttribute('data-left-out', '2');
  await expect(banner).toHaveAttribute('data-whole', 'false');
  await expect(app.rows()).toHaveCount(2);
  await expect(app.rows().first()).toContainText('one');
  await expect(app.rows().last()).toContainText('four');
  await app.id('record-faults').click();
  const faults = app.id('record-fault-list').locator('li');
  await expect(faults).toHaveCount(2);
  await expect(faults.nth(0)).toContainText(String(two + 1));
  await expect(faults.nth(1)).toContainText(String(three + 1));
});

test('a file that is no record is refused with a reason', async ({ app, broker }, testInfo) => {
  await app.connect({ port: broker.webSocketPort });
  const table = await exported(app, 'csv');
  const path = testInfo.outputPath('file');
  const problem = app.id('record-problem');
  for (const [name, content, code] of [
    ['table.csv', table.bytes, 'record-table'],
    ['empty.jsonl', '', 'record-empty'],
    ['image.png', Buffer.concat([Buffer.from('\x89PNG\r\n'), BINARY]), 'record-unknown'],
    ['later.jsonl', '{"format":"uiot-testbench-journal","version":99}', 'record-newer'],
  ] as const) {
    await openFile(app, name, content, path);
    await expect(problem).toHaveAttribute('data-code', code);
    await expect(problem).toContainText(name);
    await expect(app.id('record-banner')).toHaveCount(0);
    await app.id('record-dismiss').click();
    await expect(problem).toBeHidden();
  }
});

test('a file that is dropped on the page opens, also where nothing was connected', async ({ app, page }) => {
  await app.open();
  const record = [
    '{"format":"uiot-testbench-journal","version":1,"clock":[[0,1795411886123456]],"host":"<b>far</b>"}',
    '{"seq":0,"at":1000,"direction":"in","type":"PUBLISH","header":"MAMAAWE=","payload":""}',
    '{"end":true,"written":1,"gone":0}',
  ].join('\n');
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'dropped.jsonl'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, record);
  await expect(app.id('record-banner')).toHaveAttribute('data-entries', '1');
  await expect(page).toHaveURL(/#\/messages/);
  await expect(app.id('record-banner')).toContainText('<b>far</b>');
  await expect(app.rows()).toHaveCount(1);
  await expect.poll(() => app.focused()).toBe('record-close');
  await checkScreen(app, 'a record');
  await page.keyboard.press('Enter');
  await expect(app.id('record-banner')).toBeHidden();
});

test('no export holds a secret', async ({ app, startServer }) => {
  const issued = 'k2h4j1l5n7m9p3q8';
  const reply = `/$system/${GREENHOUSE.product}/${GREENHOUSE.device}/password_reply`;
  const server = await startServer(polite());
  await app.open();
  await app.fillDevice({ port: server.port });
  await app.pressConnect();
  await app.expectOnline();
  await app.publish(reply, `{"RetCode":0,"RequestID":"1","Password":"${issued}"}`, 'json', 0);
  await app.expectTotal(1);
  for (const form of ['jsonl', 'csv', 'wire'] as const) {
    const { bytes } = await exported(app, form);
    const text = bytes.toString('latin1');
    const dumped = text.replace(/ {2}\|.*\|\n[0-9a-f]{6}/g, '');
    const decoded = [...text.matchAll(/"(?:header|payload|packet)":"([^"]*)"/g)].map((match) => Buffer.from(match[1] ?? '', 'base64').toString('latin1'));
    for (const secret of [GREENHOUSE.secret, issued]) {
      const hex = Buffer.from(secret).toString('hex');
      for (const shown of [secret, hex, hex.replace(/..(?=.)/g, '$& ')]) {
        expect(text.includes(shown) || dumped.includes(shown), `${form} holds ${shown}`).toBe(false);
      }
      expect(decoded.some((part) => part.includes(secret)), `${form} in Base64`).toBe(false);
    }
  }
});

test('the dialog works by keyboard, keeps the focus in, and is accessible', async ({ app, broker, page }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.id('log-export').focus();
  await page.keyboard.press('Enter');
  await expect(app.id('export-dialog')).toBeVisible();
  await checkScreen(app, 'export dialog');
  await app.tabTo('export-form');
  await page.keyboard.press('ArrowRight');
  await expect(app.id('export-form')).toHaveAttribute('data-value', 'csv');
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press('Tab');
    const outside = await page.evaluate(() => document.activeElement !== document.body && document.activeElement?.closest('dialog') === null);
    expect(outside).toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(app.id('export-dialog')).toBeHidden();
  await expect.poll(() => app.focused()).toBe('log-export');
});
