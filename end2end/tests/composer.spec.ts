import { expect, test } from '../support/test';
import type { App } from '../support/app';

/** The demo device's own topics, which the page shortens to `~/`. */
const OWN = '/simproduct000001/sim-device-01/';
const SYSTEM = '/$system/simproduct000001/sim-device-01/';

/** Online with the simulator in the page, with a device that does nothing by itself. */
async function start(app: App): Promise<void> {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.setSwitch('demo-running', false);
}

const warning = (app: App, code: string) => app.page.locator(`[data-testid="publish-warning"][data-code="${code}"]`);
const fix = (app: App, code: string) => app.page.locator(`[data-testid="publish-fix"][data-fix="${code}"]`);
const ended = (app: App, why: string) => app.page.locator(`[data-testid="repeat-end"][data-why="${why}"]`);

/** Chooses one of the platform's documented requests. */
async function request(app: App, id: string): Promise<void> {
  await app.id('publish-templates').click();
  await app.page.locator(`[data-testid="request-template"][data-request="${id}"]`).click();
  await expect(app.id('publish-templates-menu')).toHaveCount(0);
}

test('the topic field completes the device’s own topics first, by keyboard alone', async ({ app, page }) => {
  await start(app);
  const topic = app.id('publish-topic');
  const offers = app.id('publish-offer');
  await topic.fill('up');
  await expect(offers.first()).toContainText('~/upload');
  await expect(offers.filter({ hasText: '$sys/ota/upstream' })).toHaveCount(1);
  // Enter closes the list and sends nothing.
  await page.keyboard.press('Enter');
  await expect(offers).toHaveCount(0);
  await expect(topic).toHaveValue('up');
  await expect(app.id('publish-problem')).toHaveCount(0);

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(topic).toHaveAttribute('aria-activedescendant', 'publish-offer-0');
  await page.keyboard.press('Enter');
  await expect(topic).toHaveValue('~/upload');
  await expect(offers).toHaveCount(0);
  await expect(app.id('publish-verdict')).toBeVisible();

  // What is typed is the beginning of the first: Tab completes it.
  await topic.fill('$sys/shadow/g');
  await page.keyboard.press('Tab');
  await expect(topic).toHaveValue('$sys/shadow/get');
  await expect(topic).toBeFocused();
  await topic.fill('$sys/shadow/u');
  await page.keyboard.press('Escape');
  await expect(offers).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(topic).toHaveValue('$sys/shadow/u');
  await expect(topic).not.toBeFocused();

  // The short form is sent in full, and what was used comes first from then on.
  await app.publish('~/upload/event', 'hello', 'text', 1);
  const row = app.rows('out').filter({ hasText: 'upload/event' });
  await expect(row).toHaveCount(1);
  await app.inspect(row);
  await expect(app.id('inspector')).toContainText(`${OWN}upload/event`);
  await topic.fill('upl');
  await expect(offers.first()).toContainText('~/upload/event');
});

test('a documented request is ready to send, and its reply comes', async ({ app }) => {
  await start(app);
  await request(app, 'property-post');
  await expect(app.id('publish-topic')).toHaveValue('$sys/tmodel/property/post');
  await expect(app.id('publish-warning')).toHaveCount(0);
  await expect(app.id('publish-payload')).toBeFocused();
  const before = await app.rows('in').filter({ hasText: 'tmodel/property/post_reply' }).count();
  await app.id('publish').click();
  await expect(app.rows('in').filter({ hasText: 'tmodel/property/post_reply' })).toHaveCount(before + 1);
  await app.inspect(app.rows('in').filter({ hasText: 'tmodel/property/post_reply' }).last());
  const reply = JSON.parse((await (await app.view('text')).textContent()) ?? '{}');
  expect(reply.RetCode).toBe(0);
  expect(reply.RequestID).toMatch(/^\d{13}$/);

  await request(app, 'shadow-get');
  await app.id('publish').click();
  await expect(app.rows('in').filter({ hasText: 'shadow/get_reply' }).last()).toBeVisible();
});

test('own templates are kept, renamed, and deleted with a way back', async ({ app, page }) => {
  await start(app);
  await app.compose(`${OWN}upload`, '{"seq": ${n}}', 'json', 1);
  await app.id('publish-templates').click();
  await app.id('publish-save-template').click();
  await app.id('template-name').fill('first');
  await page.keyboard.press('Enter');
  const own = app.id('own-template');
  await expect(own).toHaveCount(1);
  await own.getByTestId('rename-template').click();
  await app.id('template-name').fill('a count');
  await app.id('template-save').click();
  await expect(own).toContainText('a count');

  // It outlasts the page, and its topic fits any device.
  await page.reload();
  await start(app);
  await app.id('publish-templates').click();
  await own.locator('.mi').click();
  await expect(app.id('publish-topic')).toHaveValue('~/upload');
  await expect(app.id('publish-payload')).toHaveValue('{"seq": ${n}}');

  await app.id('publish-templates').click();
  await own.getByTestId('delete-template').click();
  await expect(own).toHaveCount(0);
  await app.id('undo').last().click();
  // What is pressed beside a menu closes it.
  await expect(app.id('publish-templates-menu')).toBeHidden();
  await app.id('publish-templates').click();
  await expect(own).toHaveCount(1);
});

test('a draft that a template replaces can be brought back, unless it was sent', async ({ app }) => {
  await start(app);
  const draft = '{"not": "sent"}';
  await app.compose('~/upload', draft, 'json', 1);
  await app.id('publish-templates').click();
  await app.id('request-template').first().click();
  await expect(app.id('publish-payload')).not.toHaveValue(draft);
  await app.id('undo').last().click();
  await expect(app.id('publish-topic')).toHaveValue('~/upload');
  await expect(app.id('publish-payload')).toHaveValue(draft);
  await app.id('publish').click();
  await expect(app.id('toast')).toHaveCount(0, { timeout: 10_000 });
  await app.id('publish-templates').click();
  await app.id('request-template').first().click();
  await expect(app.id('publish-payload')).not.toHaveValue(draft);
  await expect(app.id('toast')).toHaveCount(0);
});

test('damaged templates are left out and the others kept', async ({ app, page }) => {
  const good = { name: 'good', topic: '~/upload', payload: '{}', format: 'json', qos: 1 };
  await page.addInitScript((stored) => localStorage.setItem('uiot-testbench.templates.1', stored), JSON.stringify([7, { name: 'no topic' }, good]));
  await start(app);
  await app.id('publish-templates').click();
  await expect(app.id('own-template')).toHaveCount(1);
  await expect(app.id('own-template')).toContainText('good');
});

test('JSON that a mistyped variable breaks names the variable', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('vars', '{"v": ${sine 0 10 60}}', 'json');
  await expect(app.publishProblem('json')).toContainText('${sine 0 10 60}');
  await expect(app.publishProblem('json')).toContainText('${sine 20 30 60s}');
});

test('variables are shown as chips, tell their next value, and are filled in', async ({ app, broker }) => {
  const listener = await broker.listen('vars');
  await app.connect({ port: broker.webSocketPort });
  await app.compose('vars', '{"n": ${n}, "dice": ${rand 1 6}, "text": "$${n}", "who": "${foo}"}', 'json', 1);
  const chips = app.id('variable-chip');
  await expect(chips).toHaveText(['${n}', '${rand 1 6}']);
  await expect(warning(app, 'variable-unknown')).toContainText('${foo}');
  await chips.nth(1).hover();
  await expect(app.id('next-value')).toBeVisible();
  const dice = Number(/(\d)\D*$/.exec((await app.id('next-value').textContent()) ?? '')?.[1]);
  await chips.first().focus();
  await expect(app.id('next-value')).toContainText(/\b1$/);
  for (let count = 0; count < 2; count += 1) await app.id('publish').click();
  const sent = (await listener.first(2)).map(({ payload }) => JSON.parse(payload.toString()));
  expect(sent.map(({ n }) => n)).toEqual([1, 2]);
  // What was previewed is what was sent.
  expect(sent[0].dice).toBe(dice);
  expect(sent[1].dice).toBeGreaterThanOrEqual(1);
  expect(sent[0].text).toBe('${n}');
  expect(sent[0].who).toBe('${foo}');

  // A chip leads to its place; the menu writes a variable where the caret stands.
  await chips.first().click();
  await expect.poll(() => app.id('publish-payload').evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd))).toBe('${n}');
  await app.id('publish-variables').click();
  await app.id('insert-variable').filter({ hasText: '${uuid}' }).click();
  await expect(app.id('publish-payload')).toHaveValue(/^\{"n": \$\{uuid\}/);
});

test('a message is repeated as often as asked for, with numbers', async ({ app, broker }) => {
  const listener = await broker.listen('again');
  await app.connect({ port: broker.webSocketPort });
  await app.compose('again', '${n}', 'text', 0);
  await app.setSwitch('publish-repeat', true);
  await app.id('publish-interval').fill('5');
  await app.id('publish').click();
  await expect(app.publishProblem('interval')).toBeVisible();
  await app.id('publish-interval').fill('50');
  await app.id('publish-count').fill('5');
  await app.id('publish').click();
  expect((await listener.first(5)).map(({ payload }) => payload.toString())).toEqual(['1', '2', '3', '4', '5']);
  await expect(ended(app, 'done')).toContainText('5');
  await expect(app.id('repeat-sent')).toHaveText('5 / 5');
  await expect(app.id('repeat-stop')).toHaveCount(0);
  await expect(app.rows('out')).toHaveCount(5);
});

test('repeating goes on behind another page, stops by hand, and stops with the connection and says so', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.compose('again', 'x', 'text', 0);
  await app.setSwitch('publish-repeat', true);
  await app.id('publish-interval').fill('20');
  await app.id('publish').click();
  await expect(app.id('repeat-stop')).toBeVisible();
  await app.id('nav-wire').click();
  await app.id('nav-messages').click();
  await expect(app.id('repeat-stop')).toBeVisible();
  await expect.poll(async () => Number(await app.id('message-log').getAttribute('data-total'))).toBeGreaterThan(20);
  await app.id('repeat-stop').click();
  await expect(app.id('repeat-stop')).toHaveCount(0);

  await app.id('publish').click();
  await expect(app.id('repeat-stop')).toBeVisible();
  await app.id('disconnect').click();
  await app.expectState('offline');
  await app.id('nav-messages').click();
  await expect(ended(app, 'disconnected')).toBeVisible();
  await expect(app.id('repeat-stop')).toHaveCount(0);
  // Nor does it begin without one.
  await app.id('publish').click();
  await expect(app.publishProblem('offline')).toBeVisible();
});

test('the platform’s 30 messages a second are kept, unless it is sent anyway', async ({ app }) => {
  await start(app);
  await app.compose('~/upload', 'x', 'text', 0);
  await app.setSwitch('publish-repeat', true);
  await app.id('publish-interval').fill('10');
  await expect(warning(app, 'rate')).toContainText('100');
  await app.id('publish-count').fill('60');
  const began = Date.now();
  await app.id('publish').click();
  await expect(ended(app, 'done')).toBeVisible({ timeout: 10_000 });
  expect(Date.now() - began).toBeGreaterThan(1_900);
  await app.expectState('online');

  await app.id('publish-count').fill('59');
  await fix(app, 'anyway').click();
  await expect(fix(app, 'anyway')).toHaveCount(0);
  await fix(app, 'interval').click();
  await expect(app.id('publish-interval')).toHaveValue('34');
  await expect(warning(app, 'rate')).toHaveCount(0);
});

test('what was sent comes back with Alt and the arrow keys, and from the menu', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.publish('old/one', 'first', 'text', 0);
  await app.publish('old/two', '{"b": 2}', 'json', 1);
  await app.compose('draft/three', 'unsent', 'text', 0);
  const payload = app.id('publish-payload');
  await payload.focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(payload).toHaveValue('{"b": 2}');
  await app.expectChosen('publish-format', 'json');
  await page.keyboard.press('Alt+ArrowUp');
  await expect(payload).toHaveValue('first');
  await expect(app.id('publish-topic')).toHaveValue('old/one');
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(payload).toHaveValue('unsent');
  await expect(app.id('publish-topic')).toHaveValue('draft/three');

  await app.id('publish-history').focus();
  await page.keyboard.press('Enter');
  await expect(app.id('history-entry')).toHaveCount(2);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(payload).toHaveValue('first');
  await expect(payload).toBeFocused();
  await app.id('publish-history').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(app.id('publish-history-menu')).toHaveCount(0);
  await expect(app.id('publish-history')).toBeFocused();
});

test('what the platform forbids is said before sending, with a correction, and nothing moves', async ({ app }) => {
  await start(app);
  await app.compose('~/upload', '{}', 'json', 1);
  const before = await app.id('message-log').boundingBox();
  await app.id('publish-topic').fill('/simproduct000001/sim-device-02/upload');
  await expect(warning(app, 'other-device')).toBeVisible();
  expect(await app.id('message-log').boundingBox()).toEqual(before);
  await fix(app, 'topic').click();
  await expect(app.id('publish-topic')).toHaveValue(`${OWN}upload`);
  await expect(app.id('publish-warning')).toHaveCount(0);

  await app.id('publish-topic').fill(`${SYSTEM}tmodel/event/post`);
  await expect(warning(app, 'request-id-missing')).toBeVisible();
  await fix(app, 'add-request-id').click();
  await expect(app.id('publish-payload')).toHaveValue('{"RequestID": "${ms}"}');
  await app.id('publish-payload').fill('{"RequestID": ${n}}');
  await fix(app, 'quote-request-id').click();
  await expect(app.id('publish-payload')).toHaveValue('{"RequestID": "${n}"}');
  await expect(app.id('publish-warning')).toHaveCount(0);

  // Several at once: one is shown, all are a click away. Sending stays possible.
  await app.id('publish-topic').fill(`/$system/simproduct000001/sim-device-02/tmodel/property/post`);
  await app.choose('publish-format', 'text');
  await app.id('publish-payload').fill('no json');
  await expect(app.id('publish-warning')).toHaveCount(1);
  await app.id('publish-warnings').click();
  await expect(app.id('publish-all-warnings').getByTestId('publish-warning')).toHaveCount(2);
  const sent = await app.rows('out').count();
  await app.id('publish').click();
  await expect(app.rows('out')).toHaveCount(sent + 1);
  await expect(app.id('publish-qos').locator('[data-option="2"]')).toHaveCount(0);
  await expect(app.id('publish-retain')).toHaveCount(0);
});

test('any other broker has no rules of the platform', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.compose('/$system/p/d/shadow/downstream', '{}', 'json', 0);
  await app.choose('publish-qos', '2');
  await app.setSwitch('publish-repeat', true);
  await app.id('publish-interval').fill('10');
  await expect(app.id('publish-size')).toContainText('2 B');
  await expect(app.id('publish-warning')).toHaveCount(0);
});

test('a file dropped on the composer becomes the payload', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  const drop = async (name: string, bytes: number[]): Promise<void> => {
    const transfer = await page.evaluateHandle(
      ([name, bytes]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], name));
        return transfer;
      },
      [name, bytes] as const,
    );
    await app.id('publish-payload').dispatchEvent('drop', { dataTransfer: transfer });
  };
  await drop('reading.json', [...Buffer.from('{"温度": 21}')]);
  await expect(app.id('publish-payload')).toHaveValue('{"温度": 21}');
  await app.expectChosen('publish-format', 'json');
  await drop('raw.bin', [0, 255, 16]);
  await expect(app.id('publish-payload')).toHaveValue('00 ff 10');
  await app.expectChosen('publish-format', 'hex');
  // What is typed is written anew in another format, where it has a form there.
  await app.choose('publish-format', 'base64');
  await expect(app.id('publish-payload')).toHaveValue('AP8Q');
  await app.choose('publish-format', 'json');
  await expect(app.id('publish-payload')).toHaveValue('AP8Q');
});

test('a payload above 1 MB stays out of the editor and goes out whole', async ({ app, broker }) => {
  const listener = await broker.listen('large/file', 1);
  await app.connect({ port: broker.webSocketPort });
  const buffer = Buffer.alloc(1_500_000, 0x00);
  await app.id('publish-file').setInputFiles({ name: 'image.bin', mimeType: 'application/octet-stream', buffer });
  await expect(app.id('large-payload')).toContainText('image.bin');
  await expect(app.id('large-payload')).toContainText('1,500,000');
  await expect(app.id('publish-payload')).toBeHidden();
  await app.id('publish-topic').fill('large/file');
  await app.id('publish').click();
  const [seen] = await listener.first(1, 15_000);
  expect(seen?.payload.equals(buffer)).toBe(true);
  await app.id('remove-large').click();
  await expect(app.id('publish-payload')).toBeVisible();

  // What is no JSON stays where it can be mended.
  await app.choose('publish-format', 'text');
  await app.paste('publish-payload', 'x'.repeat(1_048_577));
  await expect(app.id('large-payload')).toContainText('1,048,577');
});

test('a packet above the platform’s 256 KB is warned of', async ({ app }) => {
  await start(app);
  await app.compose('~/upload', 'x', 'text', 0);
  await app.paste('publish-payload', 'x'.repeat(262_144));
  await expect(warning(app, 'packet-size')).toBeVisible();
});

test('the draft is there again after another page', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.compose('kept/topic', 'kept payload', 'text', 1);
  await app.id('nav-wire').click();
  await expect(app.id('publish-topic')).toHaveCount(0);
  await app.id('nav-messages').click();
  await expect(app.id('publish-topic')).toHaveValue('kept/topic');
  await expect(app.id('publish-payload')).toHaveValue('kept payload');
  await app.expectChosen('publish-format', 'text');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the draft is one line that sends, and opens to full height', async ({ app, broker }) => {
    const listener = await broker.listen('phone', 0);
    await app.connect({ port: broker.webSocketPort });
    await expect(app.id('publish-topic')).toBeHidden();
    // What cannot be sent opens the composer, which says why.
    await app.id('publish-quick').click();
    await expect(app.publishProblem('topic-empty')).toBeVisible();
    await app.compose('phone', 'hello', 'text', 0);
    await app.id('publish-templates').click();
    await expect(app.id('publish-templates-menu')).toBeInViewport();
    await app.page.keyboard.press('Escape');
    await app.id('close-composer').click();
    await expect(app.id('open-composer')).toContainText('phone');
    await app.id('publish-quick').click();
    expect((await listener.first(1))[0]?.payload.toString()).toBe('hello');
    const width = await app.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    expect(width[0]).toBeLessThanOrEqual(width[1] ?? 0);
  });
});
