import { expect, test } from '../support/test';
import { polite } from '../support/hostile';
import { readSubscribe, SUBSCRIBE } from '../support/packets';

test('a granted subscription shows the granted QoS', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('plain/+/one', 1);
  await app.subscribed('plain/zero/#', 0);
  await expect(app.id('subscription')).toHaveCount(2);
});

test('a subscription that the broker refuses shows 0x80 and stays in the list', async ({ app, startBroker }) => {
  const broker = await startBroker({ refusedFilters: ['secret/#'] });
  await app.connect({ port: broker.webSocketPort });
  await app.subscribe('secret/plans', 1);
  await app.expectSubscription('secret/plans', 'refused');
  await expect(app.subscription('secret/plans')).toContainText('0x80');
  await app.subscribed('open/plans', 1);
  await expect(app.id('subscription')).toHaveCount(2);
  await app.expectState('online');
});

test('a subscription is pending until the broker answers', async ({ app, startServer }) => {
  const server = await startServer(polite({ grant: (filter, qos) => (filter === 'slow/answer' ? undefined : qos) }));
  await app.connect({ port: server.port });
  await app.subscribe('slow/answer', 1);
  await app.expectSubscription('slow/answer', 'pending');
  await app.subscribed('quick/answer', 1);
  await app.expectSubscription('slow/answer', 'pending');
});

test('a downgraded subscription shows both the requested and the granted QoS', async ({ app, startServer }) => {
  const server = await startServer(polite({ grant: () => 0 }));
  await app.connect({ port: server.port });
  await app.subscribe('wanted/one', 1);
  await app.expectSubscription('wanted/one', 'granted', 0);
  await expect(app.subscription('wanted/one')).toContainText(/1\s*→\s*0/);
  const { filters } = readSubscribe(await (await server.peer()).packet(SUBSCRIBE));
  expect(filters).toEqual([{ filter: 'wanted/one', qos: 1 }]);
});

test('an unsubscribed filter leaves the list and brings no more messages', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'fickle' });
  await app.subscribed('keep/me');
  await app.subscribed('drop/me');
  await broker.publish('drop/me', 'before', 1);
  await expect(app.rows('in')).toHaveCount(1);
  await app.subscription('drop/me').getByTestId('unsubscribe').click();
  await expect(app.subscription('drop/me')).toHaveCount(0);
  await broker.untilLogged(/Received UNSUBSCRIBE from fickle[\s\S]*Sending UNSUBACK to fickle/);
  await broker.publish('drop/me', 'after', 1);
  await broker.publish('keep/me', 'the end', 1);
  await expect(app.rows('in').filter({ hasText: 'the end' })).toHaveCount(1);
  await app.expectTotal(2);
  await expect(app.rows().filter({ hasText: 'after' })).toHaveCount(0);
});

test('illegal filters are explained and not sent', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  for (const [index, filter] of ['', 'a/#/b', 'a/b#', 'a+/b', '#/a', 'nul\u0000inside', 'x'.repeat(65_536)].entries()) {
    await test.step(`${filter.slice(0, 20)}`, async () => {
      await app.subscribe(filter);
      await expect(app.id('subscribe-problem')).toBeVisible();
      await expect(app.id('subscribe-problem')).not.toBeEmpty();
      await expect(app.id('subscription')).toHaveCount(index);
      // The next, legal filter is the next that the server hears of.
      await app.subscribed(`legal/${index}`);
      await expect(app.id('subscribe-problem')).toBeHidden();
      const { filters } = readSubscribe(await (await server.peer()).packet(SUBSCRIBE, index));
      expect(filters).toEqual([{ filter: `legal/${index}`, qos: 1 }]);
    });
  }
});
