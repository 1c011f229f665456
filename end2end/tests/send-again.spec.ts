// A message of the log goes back into the composer, to be sent again as it was.
import { expect, test } from '../support/test';

test('a message of the log is sent again as it was', async ({ app, page, broker }) => {
  const listener = await broker.listen('again', 1);
  await app.connect({ port: broker.webSocketPort });
  // What looks like a variable was none.
  await app.publish('again', '$${n} of ${n}', 'text', 1);
  expect((await listener.first(1))[0]?.payload.toString()).toBe('${n} of 1');
  await app.compose('draft', 'being written', 'json', 0);

  await app.inspect(app.rows('out').first());
  await app.id('inspector-send-again').click();
  await expect(app.id('publish-topic')).toHaveValue('again');
  await expect(app.id('publish')).toBeFocused();
  // What was being written is not lost.
  await app.id('undo').click();
  await expect(app.id('publish-topic')).toHaveValue('draft');
  await expect(app.id('publish-payload')).toHaveValue('being written');
  await app.expectChosen('publish-format', 'json');

  // The palette does the same.
  await app.id('message-log').focus();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('send-again');
  await page.keyboard.press('Enter');
  await expect(app.id('publish-payload')).toHaveValue('$${n} of 1');
  await app.expectChosen('publish-format', 'text');
  await app.expectChosen('publish-qos', '1');
  await expect(app.id('publish')).toBeFocused();
  await page.keyboard.press('Enter');
  expect((await listener.first(2))[1]?.payload.toString()).toBe('${n} of 1');
});

test('bytes that are no text are sent again as bytes', async ({ app, broker }) => {
  const listener = await broker.listen('bytes', 0);
  await app.connect({ port: broker.webSocketPort });
  await app.publish('bytes', 'ff 00 24 7b', 'hex', 0);
  await app.compose('', '', 'text', 0);
  await app.inspect(app.rows('out').first());
  await app.id('inspector-send-again').click();
  await app.expectChosen('publish-format', 'hex');
  await app.id('publish').click();
  expect((await listener.first(2))[1]?.payload.toString('hex')).toBe('ff00247b');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the composer opens over the detail', async ({ app, broker }) => {
    await app.connect({ port: broker.webSocketPort });
    await app.id('open-composer').click();
    await app.publish('phone', 'hello', 'text', 0);
    await app.inspect(app.rows('out').first());
    await app.id('inspector-send-again').click();
    await expect(app.id('inspector')).toHaveCount(0);
    await expect(app.id('publish-payload')).toHaveValue('hello');
  });
});
