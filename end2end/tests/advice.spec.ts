// Corrections of what the platform forbids: each does what it says, and the keyboard keeps its place.
import { expect, test } from '../support/test';
import type { App } from '../support/app';

const OTHER = '/simproduct000001/sim-device-02/upload';
const SYSTEM = '/$system/simproduct000001/sim-device-01/';

const warning = (app: App, code: string) => app.page.locator(`[data-testid="publish-warning"][data-code="${code}"]`);
const fix = (app: App, code: string) => app.page.locator(`[data-testid="publish-fix"][data-fix="${code}"]`);

test.beforeEach(async ({ app }) => {
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.setSwitch('demo-running', false);
});

test('a correction that is made by keyboard leads on to what was corrected', async ({ app }) => {
  await app.compose(OTHER, '{}', 'json', 1);
  await fix(app, 'topic').press('Enter');
  await expect(app.id('publish-topic')).toBeFocused();
  await app.id('publish-topic').fill(`${SYSTEM}tmodel/event/post`);
  await fix(app, 'add-request-id').press('Enter');
  await expect(app.id('publish-payload')).toBeFocused();
  await expect(app.id('publish-payload')).toHaveValue('{"RequestID": "${ms}"}');
});

test('a correction of the topic keeps its variables', async ({ app }) => {
  await app.compose(`${OTHER}/\${n}`, '{}', 'json', 1);
  await fix(app, 'topic').click();
  await expect(app.id('publish-topic')).toHaveValue('/simproduct000001/sim-device-01/upload/${n}');
});

test('an answer takes the RequestID of its command; what cannot be corrected offers nothing', async ({ app }) => {
  await app.compose(`${SYSTEM}tmodel/command_reply/428817530948214784`, '{"RetCode": 0}', 'json', 1);
  await fix(app, 'add-request-id').click();
  await expect(app.id('publish-payload')).toHaveValue('{"RequestID": "428817530948214784", "RetCode": 0}');
  await app.compose(`${SYSTEM}tmodel/property/set_reply`, '{"RetCode": 0}', 'json', 1);
  await expect(warning(app, 'request-id-missing')).toBeVisible();
  await expect(fix(app, 'add-request-id')).toHaveCount(0);
  // The same in hexadecimal.
  await app.compose(`${SYSTEM}tmodel/event/post`, '7b 7d', 'hex', 1);
  await expect(warning(app, 'request-id-missing')).toBeVisible();
  await expect(fix(app, 'add-request-id')).toHaveCount(0);
});

test('a gateway publishes for a sub-device that it has logged in', async ({ app }) => {
  await app.compose(OTHER, '{}', 'json', 1);
  await expect(warning(app, 'other-device')).toBeVisible();
  const sub = { ProductSN: 'simproduct000001', DeviceSN: 'sim-device-02' };
  await app.publish(`${SYSTEM}subdev/login`, JSON.stringify({ RequestID: '1', Params: [sub] }), 'json', 1);
  await app.compose(OTHER, '{}', 'json', 1);
  await expect(app.id('publish-warning')).toHaveCount(0);
  await app.publish(`${SYSTEM}subdev/logout`, JSON.stringify({ RequestID: '2', Params: [sub] }), 'json', 1);
  await app.compose(OTHER, '{}', 'json', 1);
  await expect(warning(app, 'other-device')).toBeVisible();
});

test('large messages are repeated within the platform’s bytes a second', async ({ app }) => {
  await app.compose('~/upload', 'x'.repeat(200_000), 'text', 0);
  await app.setSwitch('publish-repeat', true);
  await app.id('publish-interval').fill('50');
  await expect(warning(app, 'bandwidth')).toContainText('1024 KB/s');
  await app.id('publish-count').fill('6');
  const began = Date.now();
  await app.id('publish').click();
  await expect(app.page.locator('[data-testid="repeat-end"][data-why="done"]')).toBeVisible({ timeout: 15_000 });
  // Three a second.
  expect(Date.now() - began).toBeGreaterThan(1_500);
  await app.expectState('online');
  await app.id('publish-count').fill('7');
  await fix(app, 'interval').click();
  await expect(app.id('publish-interval')).toHaveValue('334');
  await expect(warning(app, 'bandwidth')).toHaveCount(0);
});
