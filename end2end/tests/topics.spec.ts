// The overview of topics: what came on which topic, as it comes, and the log of one topic at a click.
import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { polite } from '../support/hostile';
import { publish } from '../support/packets';
import { connectDevice, OWN, playTraffic, sceneBroker, SYSTEM } from '../support/scene';
import type { Locator } from '@playwright/test';

const node = (app: App, path: string): Locator => app.page.locator(`[data-testid="topic-node"][data-topic="${path}"]`);
const labels = (app: App): Promise<string[]> => app.page.locator('[data-testid="topic-node"] .nm').allInnerTexts();
const shown = (app: App, count: number): Promise<void> => expect(app.id('message-log')).toHaveAttribute('data-shown', String(count));

async function openTopics(app: App): Promise<void> {
  await app.id('tab-topics').click();
  await expect(app.id('tab-topics')).toHaveAttribute('aria-selected', 'true');
  // The rows stay as they are under a pointer.
  await app.page.mouse.move(0, 0);
}

test('the tree grows as messages come, with counts in both directions, rates, last values and sums', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('plant/#', 1);
  await openTopics(app);
  await expect(app.id('topic-node')).toHaveCount(0);
  await broker.publish('plant/hall/temperature', '21.5', 1);
  await expect.poll(() => labels(app)).toEqual(['plant/hall/temperature']);
  await broker.publish('plant/hall/humidity', '{"value": 61}', 1);
  await expect.poll(() => labels(app)).toEqual(['plant/hall/', 'humidity', 'temperature']);
  await broker.publishLines('plant/yard/wind', ['1', '2', '3.25'], 1);
  await app.publish('plant/yard/wind', 'from here', 'text', 1);
  await expect.poll(() => labels(app)).toEqual(['plant/', 'hall/', 'humidity', 'temperature', 'yard/wind']);

  const wind = node(app, 'plant/yard/wind');
  // What is sent to a topic that is subscribed comes back.
  await expect(wind.getByTestId('topic-received')).toHaveText('4');
  await expect(wind.getByTestId('topic-sent')).toHaveText('1');
  await expect(wind.getByTestId('topic-value')).toHaveText('from here');
  await expect(node(app, 'plant/hall/humidity').getByTestId('topic-value')).toHaveText('{"value": 61}');
  await expect(node(app, 'plant/').getByTestId('topic-received')).toHaveText('6');
  await expect(node(app, 'plant/')).toContainText(/3 (topics|个)/);
  await expect(app.id('all-topics').getByTestId('topic-received')).toHaveText('6');
  await expect(app.id('topic-tree')).toHaveAttribute('data-topics', '3');
  // A value replaces the one before without a new row.
  await broker.publish('plant/hall/temperature', Buffer.from([0, 159, 146, 150]), 1);
  await expect(node(app, 'plant/hall/temperature').getByTestId('topic-value')).toHaveText(/^bin 00 9f 92 96$/);
  await expect(wind.getByTestId('topic-rate')).toHaveText(/^\d+\.\d \/s$/);
  for (const direction of ['in', 'out']) await expect(wind.getByTestId(`topic-rate-${direction}`)).toHaveText(/^\d+\.\d$/);
  // Five seconds later nothing happens here.
  await expect(wind.getByTestId('topic-rate')).toHaveText('0.0 /s', { timeout: 10_000 });
});

test('a click shows one topic or one branch, a second click or the way back shows all', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('#', 0);
  for (const topic of ['a/b', 'a/b/c', 'a/b/d', 'a/e', 'z']) await broker.publish(topic, topic);
  await app.expectTotal(5);
  await openTopics(app);
  await expect.poll(() => labels(app)).toEqual(['a/', 'b', 'b/', 'c', 'd', 'e', 'z']);

  await node(app, 'a/b').click();
  await expect(app.id('log-filter')).toHaveValue('topic:=a/b');
  await shown(app, 1);
  await expect(node(app, 'a/b')).toHaveAttribute('aria-selected', 'true');
  // The topic beside the branch is not below it.
  await node(app, 'a/b/').click();
  await shown(app, 2);
  await node(app, 'a/').click();
  await expect(app.id('log-filter')).toHaveValue('topic:a/#');
  await shown(app, 4);
  await node(app, 'a/').click();
  await expect(app.id('log-filter')).toHaveValue('');
  await shown(app, 5);

  // Other terms stay.
  await app.id('log-filter').fill('dir:in');
  await node(app, 'z').click();
  await shown(app, 1);
  await expect(app.id('all-topics')).toHaveAttribute('aria-pressed', 'false');
  await app.id('all-topics').click();
  await expect(app.id('log-filter')).toHaveValue('dir:in');
  await shown(app, 5);
  await expect(app.id('all-topics')).toHaveAttribute('aria-pressed', 'true');
  // The choice outlives a change of pages.
  await app.id('nav-connect').click();
  await app.id('nav-messages').click();
  await expect(node(app, 'z')).toBeVisible();
});

test('a device\'s own prefixes are short, and the keyboard folds, moves and filters', async ({ app, startBroker }) => {
  const broker = await startBroker(sceneBroker);
  await app.open();
  await connectDevice(app, broker);
  await playTraffic(app, broker, 2);
  await app.id('tab-subscriptions').focus();
  await app.page.keyboard.press('ArrowRight');
  await expect.poll(() => app.focused()).toBe('tab-topics');
  await expect(app.id('topic-node').first()).toBeVisible();
  await expect.poll(() => labels(app)).toEqual(['~/set', '$sys/', 'shadow/downstream', 'tmodel/property/', 'post', 'post_reply']);
  await app.tabTo('topic-tree');
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await app.page.keyboard.press(key);
  };
  const current = (): Promise<string | null> =>
    app.id('topic-tree').evaluate((tree) => document.getElementById(tree.getAttribute('aria-activedescendant') ?? '')?.dataset['topic'] ?? null);
  await press('Home');
  await expect.poll(current).toBe(`${OWN}/set`);
  await press('ArrowDown', 'ArrowRight');
  await expect.poll(current).toBe(`${SYSTEM}/shadow/downstream`);
  await press('End');
  await expect.poll(current).toBe(`${SYSTEM}/tmodel/property/post_reply`);
  await press('ArrowLeft', 'ArrowLeft');
  await expect(node(app, `${SYSTEM}/tmodel/property/`)).toHaveAttribute('aria-expanded', 'false');
  await expect(app.id('topic-node')).toHaveCount(4);
  await press('Enter');
  await expect(app.id('log-filter')).toHaveValue(`topic:${SYSTEM}/tmodel/property/#`);
  await shown(app, 4);
  await press('Enter');
  await expect(app.id('log-filter')).toHaveValue('');
  await press('ArrowLeft');
  await expect.poll(current).toBe(`${SYSTEM}/`);
  await press('ArrowLeft');
  await expect(app.id('topic-node')).toHaveCount(2);
});

test('the rows stay as they are under a pointer or the keyboard, and new topics wait until they are asked for', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('#', 0);
  await broker.publish('m/one', '1');
  await broker.publish('m/two', '2');
  await openTopics(app);
  await expect.poll(() => labels(app)).toEqual(['m/', 'one', 'two']);
  await node(app, 'm/two').hover();
  await broker.publish('a/new', 'n');
  await broker.publish('m/two', 'later');
  await expect(app.id('new-topics')).toHaveText(/1/);
  // Values go on, rows do not move.
  await expect(node(app, 'm/two').getByTestId('topic-value')).toHaveText('later');
  expect(await labels(app)).toEqual(['m/', 'one', 'two']);
  // Not with the mouse: it would leave the rows.
  await app.id('new-topics').press('Enter');
  await expect.poll(() => labels(app)).toEqual(['a/new', 'm/', 'one', 'two']);
  await expect(app.id('new-topics')).toBeHidden();
});

test('ten thousand topics: a search, folding, and no more rows in the page than fit it', async ({ app, startServer }) => {
  test.slow();
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  await openTopics(app);
  const peer = await server.peer();
  for (const hall of ['east', 'west']) {
    peer.send(Buffer.concat(Array.from({ length: 5_000 }, (_, number) => publish(`plant/${hall}/machine-${number}`, String(number)))));
  }
  await app.expectTotal(10_000, 60_000);
  await expect(app.id('topic-tree')).toHaveAttribute('data-topics', '10000', { timeout: 30_000 });
  await expect(app.id('topic-search')).toBeVisible();
  expect(await app.id('topic-node').count()).toBeLessThan(60);
  await app.id('topics-fold').click();
  await expect.poll(() => labels(app)).toEqual(['plant/']);
  await app.id('topic-search').fill('WEST/machine-4999');
  await expect.poll(() => labels(app)).toEqual(['plant/', 'west/', 'machine-4999']);
  await app.id('topic-search').press('Escape');
  await expect.poll(() => labels(app)).toEqual(['plant/']);
  await expect(node(app, 'plant/').getByTestId('topic-received')).toHaveText('10000');
});

test('the pane of the tree is wide enough for names beside counts in both directions', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('plant/#', 0);
  await app.publish('plant/hall/temperature', 'from here', 'text', 0);
  await broker.publish('plant/yard', '1');
  await openTopics(app);
  await expect.poll(() => labels(app)).toEqual(['plant/', 'hall/temperature', 'yard']);
  for (const [width, least] of [[1_440, 300], [1_280, 268]] as const) {
    await app.page.setViewportSize({ width, height: 800 });
    expect(await app.page.locator('.messages > .side').boundingBox().then((box) => box?.width)).toBeGreaterThanOrEqual(least);
    const rooms = await app.page.locator('.tn').evaluateAll((rows) =>
      rows.map((row) => {
        const [name, counts] = ['.nm', '.ct'].map((part) => row.querySelector(part)?.getBoundingClientRect());
        return name && counts && name.right <= counts.left ? name.width : 0;
      }),
    );
    for (const room of rooms) expect(room, `room of a name at ${width} px`).toBeGreaterThan(24);
  }
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the drawer holds the tree, and a tap on a topic leads to its messages', async ({ app, broker }) => {
    await app.connect({ port: broker.webSocketPort });
    await app.id('open-subscriptions').click();
    await app.subscribed('hall/#', 0);
    await app.id('tab-topics').click();
    await broker.publish('hall/a-rather-long-name-of-a-level-that-does-not-fit/temperature', '{"value": 21.5, "unit": "°C"}');
    await broker.publish('hall/b', 'x');
    const topic = node(app, 'hall/b');
    await expect(topic).toBeVisible();
    expect((await topic.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    const widths = await app.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    await topic.tap();
    await expect(app.id('topic-tree')).toBeHidden();
    await shown(app, 1);
    await app.id('open-subscriptions').click();
    await app.id('all-topics').tap();
    await expect(app.id('topic-tree')).toBeHidden();
    await shown(app, 2);
  });
});
