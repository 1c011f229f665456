// The filter of the log: what is typed, what the controls write, what is wrong, and the address that shares it.
import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { polite } from '../support/hostile';
import type { Peer, Script, ScriptedServer } from '../support/hostile';
import { publish } from '../support/packets';

async function connected(app: App, startServer: (script: Script) => Promise<ScriptedServer>): Promise<Peer> {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  return server.peer();
}

const MESSAGES: [topic: string, payload: string | Buffer][] = [
  ['house/living/temperature', '{"Value":21.5}'],
  ['house/kitchen/temperature', '{"Value":19,"室温":"正常"}'],
  ['house/kitchen/door', 'OPEN'],
  ['house/kitchen/post_reply', '{"RequestID":"1","RetCode":220,"Message":"exceeds"}'],
  ['house/kitchen/post_reply', '{"RequestID":"2","RetCode":0}'],
  ['house/meter', Buffer.from([0x01, 0xff, 0xfe, 0x00, 0x0a])],
];

async function filled(app: App, startServer: (script: Script) => Promise<ScriptedServer>): Promise<Peer> {
  const peer = await connected(app, startServer);
  for (const [topic, payload] of MESSAGES) peer.send(publish(topic, payload));
  await app.expectTotal(MESSAGES.length);
  return peer;
}

/** Types a filter and checks which messages it leaves, by their place in MESSAGES. */
async function expectFound(app: App, filter: string, found: number[]): Promise<void> {
  await app.id('log-filter').fill(filter);
  await expectShown(app, found, filter);
}

async function expectShown(app: App, found: number[], what = ''): Promise<void> {
  const topics = found.map((index) => MESSAGES[index]?.[0] ?? '');
  await expect
    .poll(
      async () => {
        const rows = await app.rows().all();
        const shown = await Promise.all(rows.map((row) => app.cell(row, 'topic').textContent()));
        return shown.map((topic) => topic?.trim() ?? '');
      },
      { message: what },
    )
    .toEqual(topics);
}

const ALL = MESSAGES.map((_, index) => index);

test('words, phrases, regular expressions, topics and bytes find what they name', async ({ app, startServer }) => {
  await filled(app, startServer);
  await expectFound(app, 'kitchen TEMP', [1]);
  await expect(app.id('filter-count')).toContainText('1 / 6');
  await expectFound(app, '室温', [1]);
  await expectFound(app, '-house/kitchen -meter', [0]);
  await expectFound(app, '"Value":19', [1]);
  await expectFound(app, '/"Value":2\\d/', [0]);
  await expectFound(app, '/[室温]{2}|open/i', [1, 2]);
  await expectFound(app, 'topic:house/+/temperature', [0, 1]);
  await expectFound(app, 'topic:DOOR', [2]);
  await expectFound(app, 'hex:fffe00', [5]);
  await expectFound(app, 'hex:"FF FE"', [5]);
  await expectFound(app, 'code:220', [3]);
  await expectFound(app, 'is:error', [3]);
  await expectFound(app, 'size:<5', [2]);
  await expectFound(app, 'no such thing', []);
  await expect(app.id('nothing-found')).toBeVisible();
  await app.id('nothing-found').getByRole('button').click();
  await expectShown(app, ALL);
  await expect(app.id('log-filter')).toHaveValue('');
});

test('a broken regular expression is explained, and the last good filter stays', async ({ app, startServer }) => {
  await filled(app, startServer);
  await expectFound(app, 'kitchen', [1, 2, 3, 4]);
  const frame = await app.id('message-log').boundingBox();
  await app.id('log-filter').fill('kitchen /a[bc/');
  await expect(app.id('filter-error')).toContainText('unclosed character class');
  await expect(app.id('log-filter')).toHaveAttribute('aria-invalid', 'true');
  await expect(app.id('log-filter')).toHaveAttribute('aria-describedby', 'filter-error');
  await expectShown(app, [1, 2, 3, 4]);
  expect(await app.id('message-log').boundingBox(), 'the log moved').toEqual(frame);

  await app.id('log-filter').fill('/(a{1000}){1000}/');
  await expect(app.id('filter-error')).not.toBeEmpty();
  await app.id('log-filter').fill('dir:up');
  await expect(app.id('filter-error')).toContainText('in');
  await expectFound(app, 'door', [2]);
  await expect(app.id('filter-error')).toBeEmpty();
  await expect(app.id('log-filter')).not.toHaveAttribute('aria-invalid');
});

test('the controls write into the text, and read what is typed', async ({ app, startServer }) => {
  await filled(app, startServer);
  await app.publish('house/kitchen/light', 'on', 'text', 1);
  await app.expectTotal(MESSAGES.length + 1);

  await app.id('log-filter').fill('kitchen');
  await app.choose('filter-main', 'out');
  await expect(app.id('log-filter')).toHaveValue('dir:out kitchen');
  await expect(app.rows('in')).toHaveCount(0);
  await expect(app.rows('out')).toHaveCount(1);
  await app.choose('filter-main', 'in');
  await expectShown(app, [1, 2, 3, 4]);
  await app.choose('filter-main', 'all');
  await expect(app.id('log-filter')).toHaveValue('kitchen');

  await app.id('filter-menu').click();
  await app.choose('filter-qos', '1');
  await expect(app.rows()).toHaveCount(1);
  await app.choose('filter-qos', '');
  await app.setSwitch('filter-errors', true);
  await expect(app.id('log-filter')).toHaveValue('is:error kitchen');
  await expectShown(app, [3]);
  await app.id('log-filter').fill('qos:0 kitchen');
  await app.id('filter-menu').click();
  await app.expectChosen('filter-qos', '0');
  await expect(app.id('filter-errors')).toHaveAttribute('aria-checked', 'false');
  await app.id('filter-clear').click();
  await expect(app.id('log-filter')).toHaveValue('');
  await app.page.keyboard.press('Escape');
  await expect(app.id('filter-options')).toHaveCount(0);
  await expect.poll(() => app.focused()).toBe('filter-menu');
});

test('a range of time is typed as the log shows it', async ({ app, startServer }) => {
  const peer = await connected(app, startServer);
  peer.send(publish('time/one', '1'));
  await app.expectTotal(1);
  await app.page.waitForFunction((start) => performance.now() - start > 50, await app.page.evaluate(() => performance.now()));
  peer.send(publish('time/two', '2'));
  await app.expectTotal(2);
  const second = ((await app.cell(app.rows().nth(1), 'time').textContent()) ?? '').trim();
  expect(second).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);

  await app.id('log-filter').fill(`after:${second}`);
  await expect(app.rows()).toHaveCount(1);
  await expect(app.rows()).toContainText('time/two');
  await app.id('log-filter').fill(`before:${second}`);
  await expect(app.rows()).toContainText('time/one');
  await app.id('log-filter').fill('');
  await app.id('filter-menu').click();
  await app.id('filter-after').fill(second);
  await app.id('filter-after').press('Tab');
  await expect(app.id('log-filter')).toHaveValue(`after:${second}`);
  await app.id('filter-before').fill('24:00');
  await app.id('filter-before').press('Tab');
  await expect(app.id('filter-before')).toHaveAttribute('aria-invalid', 'true');
  await expect(app.id('filter-error')).toContainText('before:');
});

test('messages are filtered as they arrive', async ({ app, startServer }) => {
  const peer = await filled(app, startServer);
  await expectFound(app, 'door', [2]);
  for (let count = 0; count < 100; count += 1) {
    peer.send(Buffer.concat([publish('noise', `${count}`), publish('door', `bell ${count}`)]));
  }
  await app.expectTotal(MESSAGES.length + 200);
  await expect(app.id('message-log')).toHaveAttribute('data-shown', '101');
  await expect(app.id('filter-count')).toContainText('101 / 206');
  await expect(app.rows().last()).toContainText('bell 99');
});

test('a filter stands in the address and comes back from it', async ({ app, startServer, page, openTab }) => {
  await filled(app, startServer);
  const entries = await page.evaluate(() => history.length);
  const filter = 'topic:house/kitchen/# -/[a&]=%+"温/ "a b"';
  await app.id('log-filter').fill(filter);
  await expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(`#/messages?q=${filter}`);
  expect(await page.evaluate(() => history.length), 'typing makes no history').toBe(entries);

  // It is still there after another page.
  await app.id('nav-connect').click();
  await expect(app.id('host')).toBeVisible();
  await app.id('nav-messages').click();
  await expect(app.id('log-filter')).toHaveValue(filter);
  await expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(`#/messages?q=${filter}`);

  // Another tab opens with it, and takes up another one.
  const address = new URL(page.url()).hash;
  const other = await openTab();
  await other.open(address);
  await expect(other.id('log-filter')).toHaveValue(filter);
  await other.page.evaluate(() => (location.hash = '#/messages?q=dir:in%20%E6%B8%A9'));
  await expect(other.id('log-filter')).toHaveValue('dir:in 温');
  await other.expectChosen('filter-main', 'in');
  await other.id('log-filter').fill('');
  await expect(other.page).toHaveURL(/#\/messages$/);
});

test('the wire is filtered by kinds of packets', async ({ app, startServer, page }) => {
  await filled(app, startServer);
  await app.subscribe('a/#', 1);
  await app.expectSubscription('a/#', 'granted');
  await app.id('nav-wire').click();
  await app.choose('filter-main', 'CONN');
  await expect(app.id('log-filter')).toHaveValue('type:CONN');
  const kinds = (): Promise<(string | null)[]> =>
    app.id('wire-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-kind')));
  await expect.poll(kinds).toEqual(['CONNECT', 'CONNACK']);
  await app.id('log-filter').fill('type:SUBACK');
  await expect.poll(kinds).toEqual(['SUBACK']);
  await app.expectChosen('filter-main', '');
  await app.id('log-filter').fill('MQTT');
  await expect.poll(kinds).toEqual(['CONNECT']);
  await expect(page).toHaveURL(/#\/wire\?q=MQTT$/);
  // Each page has its own.
  await app.id('nav-messages').click();
  await expect(app.id('log-filter')).toHaveValue('');
});

test('the filter works by keyboard, topics are completed', async ({ app, startServer, page }) => {
  const peer = await filled(app, startServer);
  peer.send(publish('house/kitchen/temperature', 'again'));
  await app.expectTotal(MESSAGES.length + 1);
  await app.id('message-log').focus();
  await page.keyboard.press('/');
  await expect.poll(() => app.focused()).toBe('log-filter');
  await expect(app.id('log-filter')).toHaveValue('');

  // The most used first; Escape closes the list, then clears the text.
  await page.keyboard.type('topic:temp');
  await expect(app.id('filter-topic')).toHaveText(['house/kitchen/temperature', 'house/living/temperature']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(app.id('filter-topic').nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(app.id('log-filter')).toHaveValue('topic:=house/living/temperature ');
  await expect(app.id('filter-topics')).toHaveCount(0);
  await expectShown(app, [0]);
  await page.keyboard.type('-21');
  await expectShown(app, []);
  await page.keyboard.press('Escape');
  await expect(app.id('log-filter')).toHaveValue('');

  // A slash in a text is a slash.
  await app.id('publish-payload').focus();
  await page.keyboard.type('a/b');
  await expect(app.id('publish-payload')).toHaveValue(/a\/b$/);
});
