// A broker that ends and comes back, with the page told not to reconnect by itself. With it: reconnect.spec.ts.
import { expect, SOCKET_ERRORS, test } from '../support/test';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a broker that ends by ${signal} is reported with the close code, the log is kept, and connecting again brings all back`, async ({ app, broker }) => {
    await app.connect({ port: broker.webSocketPort, clientId: 'survivor', autoReconnect: false });
    await app.subscribed('news/#', 1);
    await app.subscribed('orders/+', 0);
    await broker.publish('news/first', 'before the fall', 1);
    await expect(app.rows('in')).toHaveCount(1);

    await broker.stop(signal);
    await app.expectState('failed');
    await expect(app.id('countdown')).toHaveCount(0);
    await expect(app.problem('connection-lost')).toBeVisible();
    await expect(app.problem('connection-lost')).toContainText(/\b1\d{3}\b/);
    await expect(app.events('ended')).toHaveCount(1);
    await app.id('nav-messages').click();
    await expect(app.rows('in').filter({ hasText: 'before the fall' })).toBeVisible();

    // Still down: the attempt fails, is explained, is not repeated, and the log stays.
    await app.id('reconnect').click();
    await expect(app.problem('unreachable')).toBeVisible();
    await app.expectState('failed');

    await broker.restart();
    await app.id('nav-messages').click();
    await app.id('reconnect').click();
    await app.expectState('online');
    await expect(app.page.locator('[data-testid="problem"]:visible')).toHaveCount(0);
    await app.expectSubscription('news/#', 'granted', 1);
    await app.expectSubscription('orders/+', 'granted', 0);
    await broker.publish('news/second', 'after the fall', 1);
    await expect(app.rows('in').filter({ hasText: 'after the fall' })).toBeVisible();
    await expect(app.rows('in').filter({ hasText: 'before the fall' })).toBeVisible();
    await app.expectTotal(2);
  });
}
