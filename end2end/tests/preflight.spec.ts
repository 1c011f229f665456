// What is said of the form before it connects, beside it and as it is typed.
import { expect, test } from '../support/test';
import type { App } from '../support/app';

const line = (app: App, code: string) => app.id('preflight').locator(`[data-code="${code}"]`);
const verdicts = (app: App, verdict: string) => app.id('preflight').locator(`[data-verdict="${verdict}"]`);

test('an empty form is blank, not wrong, and a good one passes every check', async ({ app }) => {
  await app.open();
  await expect(verdicts(app, 'blank')).toHaveCount(3);
  await expect(verdicts(app, 'wrong')).toHaveCount(0);
  await expect(line(app, 'host-of-region')).toBeVisible();
  await app.id('product-sn').fill('kx4m7q2vbn9wd5ts');
  await app.id('device-sn').fill('greenhouse-07');
  await app.id('secret').fill('q8z3kfu6w1xn5rdt');
  await expect(verdicts(app, 'good')).toHaveCount(6);
  await expect(app.id('preflight').locator('li')).toHaveCount(6);
});

test('what is wrong leads to its field, and one click mends it', async ({ app }) => {
  await app.open();
  await app.id('keep-alive').fill('20');
  await expect(line(app, 'keep-alive-range')).toHaveAttribute('data-verdict', 'wrong');
  await expect(app.id('preflight').locator('[data-count="1"]')).toBeVisible();
  await line(app, 'keep-alive-range').getByRole('button').first().click();
  await expect(app.id('keep-alive')).toBeFocused();
  await line(app, 'keep-alive-range').getByTestId('preflight-fix').click();
  await expect(app.id('keep-alive')).toHaveValue('300');
  await expect(line(app, 'keep-alive')).toHaveAttribute('data-verdict', 'good');

  await app.choose('region', 'custom');
  await app.id('host').fill('mqtt-cn-sh2.ucloud.cn');
  await line(app, 'old-host').getByTestId('preflight-fix').click();
  await expect(app.id('host')).toHaveValue('mqtt-cn-sh2.iot.ucloud.cn');
  await app.expectChosen('region', 'cn-sh2');

  await app.id('secret').fill('q8z3kfu6w1xn5rd');
  await expect(line(app, 'secret-length')).toHaveAttribute('data-verdict', 'warning');
});

test('a credential that another session or another tab uses is told', async ({ app, broker, openTab }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'shared' });
  await app.id('new-device').click();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
  await expect(line(app, 'held-by-session')).toHaveAttribute('data-verdict', 'warning');
  await app.id('client-id').fill('another');
  await expect(line(app, 'alone')).toBeVisible();
  const other = await openTab();
  await other.fillGeneric({ port: broker.webSocketPort, clientId: 'shared' });
  await expect(line(other, 'held-by-tab')).toHaveAttribute('data-verdict', 'warning');
});

test('the preflight is there in Chinese and at 390 px', async ({ app }) => {
  await app.open();
  await app.choose('language', 'zh');
  await expect(app.id('preflight')).toContainText('连接前检查');
  await app.page.setViewportSize({ width: 390, height: 844 });
  await app.id('preflight').scrollIntoViewIfNeeded();
  await expect(line(app, 'host-of-region')).toContainText('域名与区域一致');
});
