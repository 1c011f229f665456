// The catalogue of topics: a sample for each on which the device writes, the product's custom topics, the product's parser.
import { expect, test } from '../support/test';
import type { Locator } from '@playwright/test';
import type { App } from '../support/app';
import { GREENHOUSE } from '../support/app';
import { polite } from '../support/hostile';

const OWN = `/${GREENHOUSE.product}/${GREENHOUSE.device}`;

async function connect(app: App, port: number): Promise<Locator> {
  await app.open();
  await app.fillDevice({ port });
  await app.pressConnect();
  await app.expectOnline();
  await app.id('system-topics').click();
  const dialog = app.id('system-topics-dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}

const custom = (app: App, rest: string): Locator => app.page.locator(`[data-testid="custom-topic"][data-topic="${rest}"]`);

test('a sample of each documented request goes into the composer, and what stood there comes back', async ({ app, startServer }) => {
  const server = await startServer(polite());
  const dialog = await connect(app, server.port);
  const upstream = dialog.locator('[data-testid="system-topic"][data-topic="shadow/upstream"]');
  await expect(upstream.getByTestId('topic-sample')).toHaveCount(4);
  // The answer to a set needs the RequestID of the set.
  const reply = dialog.locator('[data-testid="system-topic"][data-topic="tmodel/property/set_reply"]');
  await expect(reply.getByTestId('topic-sample')).toHaveCount(0);
  await expect(reply.getByRole('link')).toBeVisible();
  await dialog.locator('[data-testid="topic-sample"][data-request="property-post"]').click();
  await expect(dialog).toBeHidden();
  await expect(app.id('publish-topic')).toHaveValue('$sys/tmodel/property/post');
  await expect(app.id('publish-payload')).toHaveValue(/"RequestID": "\$\{ms\}"/);
  await app.id('publish').click();
  await expect(app.rows('out').filter({ hasText: 'tmodel/property/post' })).toHaveCount(1);
});

test('custom topics are kept for the product: checked, subscribed, offered, taken back', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await connect(app, server.port);
  await expect(app.id('custom-topic')).toHaveCount(3);
  await app.id('custom-rest').fill('orders/+');
  await app.id('custom-add').click();
  await expect(app.id('custom-problem')).toContainText('wildcards + and # are for topics to subscribe');
  await app.choose('custom-permission', 'sub');
  await app.id('custom-add').click();
  await expect(custom(app, 'orders/+')).toBeVisible();
  await custom(app, 'orders/+').getByRole('switch').click();
  await expect(custom(app, 'orders/+').getByRole('switch')).toHaveAttribute('aria-checked', 'true');
  await app.expectSubscription(`${OWN}/orders/+`, 'granted', 1);
  await app.choose('custom-kind', 'broadcast');
  await app.id('custom-rest').fill('notice');
  await app.id('custom-add').click();
  await expect(custom(app, 'notice')).toContainText('only subscribe to it');
  await app.choose('custom-kind', 'own');
  await app.choose('custom-permission', 'pub');
  await app.id('custom-rest').fill('alarm');
  await app.id('custom-rest').press('Enter');
  await expect(custom(app, 'alarm')).toBeVisible();
  await custom(app, 'notice').getByTestId('custom-remove').click();
  await expect(custom(app, 'notice')).toHaveCount(0);

  await app.page.reload();
  await app.open('#/connect');
  await app.fillDevice({ port: server.port });
  await app.pressConnect();
  await app.expectOnline();
  await app.id('publish-topic').fill('~/al');
  await expect(app.id('publish-offer')).toHaveText([/~\/alarm/]);
  await app.id('publish-topic').press('Escape');
  await app.id('system-topics').click();
  await expect(app.id('custom-topic')).toHaveCount(5);
  await app.id('custom-reset').click();
  await expect(app.id('custom-topic')).toHaveCount(3);
});

test('a message is sent for the product’s parser, and where that is of no use it says why', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await connect(app, server.port);
  await expect(custom(app, 'set')).toContainText('this one is only subscribed to');
  await custom(app, 'upload').getByTestId('custom-parse').click();
  await expect(app.id('publish-topic')).toHaveValue('~/upload?parse=true');
  await app.expectChosen('publish-format', 'hex');
  await app.id('publish').click();
  await expect(app.rows('out').filter({ hasText: 'upload?parse=true' })).toHaveCount(1);
  await app.id('publish-variables').click();
  await app.id('publish-parse').click();
  await expect(app.id('publish-topic')).toHaveValue('~/upload');
  await app.id('publish-topic').fill('$sys/ota/upstream');
  await app.id('publish-variables').click();
  await expect(app.id('publish-parse')).toHaveAttribute('aria-disabled', 'true');
  await expect(app.id('publish-parse-hint')).toContainText('no effect on system topics');
});
