// The subscriptions pane beyond subscribing one filter: groups, explanations, muting, many at once, the limit, and what
// comes back after a reload, a reconnect and a disconnect.
import { expect, test } from '../support/test';
import type { Locator } from '@playwright/test';
import { checkScreen } from '../support/axe';
import { GREENHOUSE } from '../support/app';
import type { App } from '../support/app';
import { polite } from '../support/hostile';
import { PUBLISH, publish, readSubscribe, SUBSCRIBE } from '../support/packets';

const OWN = `/${GREENHOUSE.product}/${GREENHOUSE.device}`;
const SYSTEM = `/$system${OWN}`;
/** What the thing model, the shadow and OTA send to a device. */
const DOWN = 11;

const open = async (app: App, filter: string): Promise<Locator> => {
  const item = app.subscription(filter);
  await item.getByTestId('subscription-open').click();
  const detail = item.getByTestId('subscription-detail');
  await expect(detail).toBeVisible();
  return detail;
};

const count = (app: App, filter: string): Locator => app.subscription(filter).getByTestId('subscription-count');

async function connectDevice(app: App, port: number, system: boolean): Promise<void> {
  await app.open();
  await app.fillDevice({ port, system });
  await app.pressConnect();
  await app.expectOnline();
}

test('a device is subscribed to what the platform sends it, in a group of its own, before anything else', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await connectDevice(app, server.port, true);
  await expect(app.id('system-subscriptions').getByTestId('subscription')).toHaveCount(DOWN);
  await app.expectSubscription(`${SYSTEM}/tmodel/command`, 'granted', 1);
  const peer = await server.peer();
  const asked = peer.packets.slice(1, 1 + DOWN);
  expect(asked.every((packet) => packet.type === SUBSCRIBE)).toBe(true);
  expect(asked.flatMap((packet) => readSubscribe(packet).filters).map((each) => each.filter)).toContain(`${SYSTEM}/ota/downstream`);
  await app.subscribed(`${OWN}/set`);
  await expect(app.id('custom-subscriptions').getByTestId('subscription')).toHaveCount(1);
  await expect(app.id('subscription-limit')).toContainText('12/100');
  // A group folds, and what is in it is still subscribed.
  await app.id('system-group').click();
  await expect(app.id('system-group')).toHaveAttribute('aria-expanded', 'false');
  await expect(app.subscription(`${SYSTEM}/tmodel/command`)).toHaveCount(0);
  await expect(app.id('subscription-limit')).toContainText('12/100');
});

test('each system topic is explained and has its switch; all have one', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await connectDevice(app, server.port, false);
  await app.id('system-topics').click();
  const dialog = app.id('system-topics-dialog');
  await expect(dialog).toBeVisible();
  const row = (topic: string): Locator => dialog.locator(`[data-testid="system-topic"][data-topic="${topic}"]`);
  await expect(row('tmodel/property/post_reply')).toContainText('Platform → device');
  await expect(row('tmodel/property/post_reply')).toContainText('Answers tmodel/property/post');
  await expect(row('tmodel/property/post')).toContainText('Device → platform');
  // The device sends there, or only the rule engine listens: nothing to switch.
  for (const topic of ['tmodel/property/post', 'shadow/document']) await expect(row(topic).getByRole('switch')).toHaveCount(0);
  await checkScreen(app, 'system topics');

  const one = row('tmodel/command').getByRole('switch');
  await expect(one).toHaveAttribute('aria-checked', 'false');
  await one.click();
  await expect(one).toHaveAttribute('aria-checked', 'true');
  const all = app.id('system-topics-all');
  await all.click();
  await expect(all).toHaveAttribute('aria-checked', 'true');
  await app.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(app.id('system-topics')).toBeFocused();
  await expect(app.id('system-subscriptions').getByTestId('subscription')).toHaveCount(DOWN);
  const detail = await open(app, `${SYSTEM}/tmodel/command`);
  await expect(detail).toContainText('The cloud sends a command');
  await expect(detail).toContainText('topic.md');
});

test('a muted subscription is hidden from the log and counted all the same', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  await app.subscribed('noise/#');
  await app.subscribed('signal');
  const peer = await server.peer();
  for (const [topic, text] of [['noise/1', 'hiss'], ['signal', 'word'], ['noise/2', 'hum']] as const) peer.send(publish(topic, text));
  await app.expectTotal(3);
  await expect(count(app, 'noise/#')).toHaveText('2');
  await app.publish('noise/1', 'sent by hand');
  await app.expectTotal(4);

  const detail = await open(app, 'noise/#');
  await detail.getByTestId('subscription-mute').click();
  await expect(app.subscription('noise/#')).toHaveAttribute('data-muted', 'true');
  await expect(app.rows('in')).toHaveCount(1);
  // What was sent stays.
  await expect(app.rows('out')).toHaveCount(1);
  await expect(app.id('muted-count')).toContainText('2');
  peer.send(publish('noise/3', 'crackle'));
  await app.expectTotal(5);
  await expect(count(app, 'noise/#')).toHaveText('3');
  await expect(app.id('muted-count')).toContainText('3');
  await expect(app.rows().filter({ hasText: 'crackle' })).toHaveCount(0);

  // Together with a filter of the log.
  await app.id('log-filter').fill('r');
  await expect(app.rows('in')).toHaveCount(1);
  await app.id('show-muted').click();
  await expect(app.rows('in').filter({ hasText: 'crackle' })).toHaveCount(1);
  await app.id('log-filter').fill('');
  await app.id('show-muted').click();
  await expect(app.rows('in')).toHaveCount(1);
  await app.id('unmute-all').click();
  await expect(app.id('muted-bar')).toHaveCount(0);
  await expect(app.rows('in')).toHaveCount(4);
});

test('M mutes what brought the selected message, and the toast takes it back', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  await app.subscribed('noise/#');
  await app.subscribed('signal');
  const peer = await server.peer();
  peer.send(publish('noise/1', 'hiss'));
  peer.send(publish('signal', 'word'));
  await app.expectTotal(2);
  await app.rows('in').first().click();
  await app.id('message-log').focus();
  await app.page.keyboard.press('m');
  await expect(app.rows('in')).toHaveCount(1);
  await expect(app.subscription('noise/#')).toHaveAttribute('data-muted', 'true');
  await app.page.getByRole('button', { name: 'Undo' }).click();
  await expect(app.rows('in')).toHaveCount(2);
  await expect(app.subscription('noise/#')).toHaveAttribute('data-muted', 'false');
});

test('many filters at once: each line that is wrong is named and stays', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  await app.id('bulk-open').click();
  const dialog = app.id('bulk-dialog');
  await expect(dialog).toBeVisible();
  await app.id('bulk-text').fill('# hall 1\nhall/1/#\nhall/2/+ 0\nhall/#/bad\n\nhall/1/#\n');
  await expect(app.id('bulk-count')).toContainText('2 to add, 2 lines at fault');
  await expect(app.id('bulk-faults')).toContainText('Line 4');
  await expect(app.id('bulk-faults')).toContainText('Line 6: The same as line 2.');
  await checkScreen(app, 'many subscriptions');
  await app.id('bulk-add').click();
  await app.expectSubscription('hall/1/#', 'granted', 1);
  await app.expectSubscription('hall/2/+', 'granted', 0);
  await expect(app.id('bulk-text')).toHaveValue('hall/#/bad\nhall/1/#');
  await app.id('bulk-text').fill('hall/3');
  await app.id('bulk-add').click();
  await expect(dialog).toBeHidden();
  await expect(app.id('subscription')).toHaveCount(3);
});

test('while a filter is typed it says what it would do', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  await app.subscribed('hall/#');
  const peer = await server.peer();
  for (const topic of ['hall/1/t', 'hall/2/t', 'yard']) peer.send(publish(topic, 'x'));
  await app.expectTotal(3);
  const help = app.id('subscribe-help');
  const says = async (typed: string, words: string): Promise<void> => {
    await app.id('subscribe-filter').fill(typed);
    await expect(help).toContainText(words);
  };
  await says('hall/+/t', 'Matches 2 of 3 known topics');
  await says('hall/+/t', 'hall/# covers it already');
  await says('#', 'It covers hall/#');
  await says('hall/#', 'Subscribed already');
  await says('+/1/+', 'Overlaps with hall/#');
  await says('hall/a+', '“a+”: + has to fill its level');
  await says('a/#/b', '“#”: # has to be the whole last level');
  await app.id('subscribe-filter').fill('');
  await expect(help).toBeEmpty();
});

test('a colour can be chosen, and the rows of the log have it', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  await app.subscribed('lamp');
  (await server.peer()).send(publish('lamp', 'on'));
  await expect(app.rows('in')).toHaveCount(1);
  await open(app, 'lamp');
  await app.choose('subscription-colour', '4');
  await expect(app.subscription('lamp')).toHaveAttribute('data-colour', '4');
  await expect(app.rows('in').locator('.cbar')).toHaveClass(/s4/);
});

test('families of system topics share a colour', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await connectDevice(app, server.port, true);
  for (const [suffix, colour] of [['tmodel/property/set', '1'], ['tmodel/property/post_reply', '1'], ['shadow/downstream', '2'], ['tmodel/command', '3'], ['ota/downstream', '6']] as const) {
    await expect(app.subscription(`${SYSTEM}/${suffix}`)).toHaveAttribute('data-colour', colour);
  }
  await app.subscribed(`${OWN}/set`);
  await expect(app.subscription(`${OWN}/set`)).toHaveAttribute('data-colour', '4');
});

test('at the limit it warns and adds anyway; the refusal has its likely cause and can be cleared away', async ({ app, startServer }) => {
  const limit = 100;
  const granted = new Set<string>();
  const server = await startServer(
    polite({
      grant: (filter, qos) => {
        if (granted.size >= limit && !granted.has(filter)) return 0x80;
        granted.add(filter);
        return qos;
      },
    }),
  );
  await connectDevice(app, server.port, false);
  await app.id('bulk-open').click();
  await app.id('bulk-text').fill(Array.from({ length: limit }, (_, index) => `${OWN}/zone/${index}`).join('\n'));
  await app.id('bulk-add').click();
  await expect(app.id('subscription-limit')).toContainText('100/100');
  await expect(app.id('subscribe')).toContainText('Add anyway');
  await app.subscribe(`${OWN}/zone/one-more`);
  await app.expectSubscription(`${OWN}/zone/one-more`, 'refused');
  await expect(app.subscription(`${OWN}/zone/one-more`)).toContainText('more than 100 subscriptions');
  // What was refused takes no place.
  await expect(app.id('subscription-limit')).toContainText('100/100');
  await app.id('subscription-search').fill('one-more');
  await expect(app.id('subscription')).toHaveCount(1);
  await app.id('subscription-search').fill('');
  await app.id('subscription-actions').click();
  await app.id('remove-refused').click();
  await expect(app.subscription(`${OWN}/zone/one-more`)).toHaveCount(0);
  await app.subscribe(`/${GREENHOUSE.product}/other-1/set`);
  await expect(app.subscription(`/${GREENHOUSE.product}/other-1/set`)).toContainText('not this device’s topic');
});

test('all can be taken back at once, and brought again', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  for (const filter of ['a', 'b']) await app.subscribed(filter);
  await app.id('subscription-actions').click();
  await app.id('unsubscribe-all').click();
  await expect(app.id('subscription')).toHaveCount(0);
  await app.page.getByRole('button', { name: 'Undo' }).click();
  for (const filter of ['a', 'b']) await app.expectSubscription(filter, 'granted', 1);
});

test('subscriptions come back after a reload with their QoS, colour and mute, before anything else', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  await app.subscribed('plain', 0);
  await app.subscribed('quiet', 1);
  const detail = await open(app, 'quiet');
  await app.choose('subscription-colour', '5');
  await detail.getByTestId('subscription-mute').click();
  await app.page.reload();
  await app.open('#/messages');
  await expect(app.subscription('quiet')).toHaveAttribute('data-state', 'pending');
  await app.id('nav-connect').click();
  await app.pressConnect();
  await app.expectOnline();
  await app.expectSubscription('plain', 'granted', 0);
  await app.expectSubscription('quiet', 'granted', 1);
  await expect(app.subscription('quiet')).toHaveAttribute('data-muted', 'true');
  await expect(app.subscription('quiet')).toHaveAttribute('data-colour', '5');
  const again = await server.peer(1);
  expect(readSubscribe(await again.packet(SUBSCRIBE)).filters).toEqual([{ filter: 'plain', qos: 0 }]);
  expect(again.packets.filter((packet) => packet.type === PUBLISH)).toEqual([]);
});

test('before the first connection a subscription is a wish', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.open('#/messages');
  await app.subscribe('wished/#', 1);
  await app.expectSubscription('wished/#', 'pending');
  await app.id('nav-connect').click();
  await app.fillGeneric({ port: server.port });
  await app.pressConnect();
  await app.expectOnline();
  await app.expectSubscription('wished/#', 'granted', 1);
});

test('one system topic taken back stays taken back, and the simulator leaves the form alone', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await connectDevice(app, server.port, true);
  await app.subscription(`${SYSTEM}/ota/downstream`).getByTestId('unsubscribe').click();
  await expect(app.subscription(`${SYSTEM}/ota/downstream`)).toHaveCount(0);
  await app.id('disconnect').click();
  await app.expectState('offline');
  await app.id('nav-connect').click();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.page.reload();
  await app.open('#/messages');
  await expect(app.id('subscription')).toHaveCount(DOWN - 1);
  await expect(app.subscription(`${SYSTEM}/ota/downstream`)).toHaveCount(0);
});

test('the pane is accessible with its parts open, refused and muted', async ({ app, startServer }) => {
  test.slow();
  const server = await startServer(polite({ grant: (filter, qos) => (filter.includes('other-1') ? 0x80 : qos) }));
  await connectDevice(app, server.port, true);
  await app.subscribe(`/${GREENHOUSE.product}/other-1/set`);
  const detail = await open(app, `${SYSTEM}/tmodel/command`);
  await detail.getByTestId('subscription-mute').click();
  await app.id('subscription-actions').click();
  await app.id('subscribe-filter').fill('+/a+');
  await checkScreen(app, 'subscriptions', [1_440]);
});
