import { expect, test } from '../support/test';

const ATTACKS = [
  '<img src=x onerror="window.ran=1">',
  '<script>window.ran=1</script>',
  '"><svg onload="window.ran=1">',
  '<iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
  '{"<b>key</b>": "<img src=x onerror=\\"window.ran=1\\">"}',
];

test('HTML in payloads and topics is shown as text and never runs', async ({ app, page, broker }) => {
  await app.connect({ port: broker.webSocketPort, clientId: '<i>client</i>' });
  await app.subscribed('html/#', 1);
  const imagesBefore = await page.locator('img').count();
  for (const [index, attack] of ATTACKS.entries()) {
    await broker.publish(`html/<b onclick="window.ran=1">${index}</b>`, attack, 1);
    await app.expectTotal(index + 1);
    const row = app.rows('in').nth(index);
    await expect(app.cell(row, 'topic')).toContainText(`${index}</b>`);
    await app.inspect(row);
    await expect(app.id('inspector')).toContainText(`html/<b onclick="window.ran=1">${index}</b>`);
    expect(await (await app.view('text')).textContent()).toContain(attack);
    await app.view('hex');
    await app.id('inspector-tabs').locator('[data-option="json"]').click();
  }
  await expect(app.id('inspector-json')).toContainText('<b>key</b>');
  await app.subscribe('html/<img src=x onerror="window.ran=1">', 0);
  await expect(app.id('subscription')).toHaveCount(2);
  await app.publish('html/#<u>', '<u>');
  await expect(app.id('publish-problem')).toBeVisible();
  await app.id('nav-connect').click();
  expect(await page.locator('img').count()).toBe(imagesBefore);
  expect(await page.locator('iframe, [onclick], [onerror], [onload]').count()).toBe(0);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
});
