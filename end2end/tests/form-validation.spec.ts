import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { polite } from '../support/hostile';

interface Case {
  value: string;
  code: string | RegExp;
}

const cases: Record<string, Case[]> = {
  host: [
    { value: '', code: /^(required|host)$/ },
    { value: 'two words', code: 'host' },
    { value: 'with/path', code: 'host' },
    { value: 'user@host', code: 'host' },
  ],
  port: [
    { value: '', code: /^(required|port)$/ },
    { value: '0', code: 'port' },
    { value: '65536', code: 'port' },
    { value: 'http', code: 'port' },
  ],
  path: [{ value: '/mqtt#part', code: 'path' }],
  'keep-alive': [
    { value: '65536', code: /^keep-alive-(number|range)$/ },
    { value: 'soon', code: 'keep-alive-number' },
    { value: '-1', code: 'keep-alive-number' },
    { value: '1.5', code: 'keep-alive-number' },
  ],
  username: [{ value: 'u'.repeat(65_536), code: 'too-long' }],
};

/** The problem stands beside the field, is announced, and Connect goes to the field instead of to the network. */
async function expectRefused(app: App, field: string, code: string | RegExp): Promise<void> {
  await app.id(field).blur();
  // That something is missing is said on Connect; what is there and wrong, as soon as the field is left.
  if ((await app.id(field).inputValue()) === '') await app.pressConnect();
  const problem = app.fieldProblem(field);
  await expect(problem).toBeVisible();
  await expect(problem).toHaveAttribute('data-code', code);
  await expect(problem).not.toBeEmpty();
  await expect(app.id(field)).toHaveAttribute('aria-invalid', 'true');
  await expect(app.id('connect')).toBeEnabled();
  await app.pressConnect();
  await expect(app.id(field)).toBeFocused();
  await app.expectState('offline');
}

for (const [field, list] of Object.entries(cases)) {
  test(`a bad ${field} is explained beside the field, focused, and not sent`, async ({ app, startServer, traffic }) => {
    const server = await startServer(polite());
    await app.open();
    await app.fillGeneric({ port: server.port });
    const good = await app.id(field).inputValue();
    for (const { value, code } of list) {
      await test.step(value.length > 20 ? `${value.length} characters` : JSON.stringify(value), async () => {
        await app.enter(field, value);
        await app.id(field).focus();
        await expectRefused(app, field, code);
      });
    }
    expect(traffic.urls.filter((url) => url.startsWith('ws'))).toEqual([]);
    await app.id(field).fill(good);
    await app.pressConnect();
    await app.expectOnline();
  });
}

test('a whole address in the host field is taken apart', async ({ app }) => {
  await app.open();
  await app.choose('mode', 'generic');
  await app.id('host').fill('ws://broker.example:9001/mqtt');
  await app.id('host').blur();
  await expect(app.id('host')).toHaveValue('broker.example');
  await expect(app.id('port')).toHaveValue('9001');
  await expect(app.id('path')).toHaveValue('/mqtt');
  await app.expectChosen('tls', 'ws');
  await expect(app.fieldProblem('host')).toHaveCount(0);
});

// A problem that appears when the field is left must not push the button away from under the pointer.
test('one click on Connect right after typing is enough', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.open();
  await app.fillDevice({ port: server.port, secret: 'ten-chars.' });
  await app.pressConnect();
  await app.expectOnline();
  await app.id('nav-connect').click();
  await app.id('disconnect').click();
  await app.fillGeneric({ port: server.port });
  await app.id('host').fill('two words');
  await app.pressConnect();
  await expect(app.fieldProblem('host')).toBeVisible();
  await expect(app.id('host')).toBeFocused();
});

test('an empty ClientID needs a clean session', async ({ app }) => {
  await app.open();
  await app.fillGeneric({ port: 1, clientId: '', cleanSession: false });
  await app.id('client-id').focus();
  await expectRefused(app, 'client-id', 'client-id-required');
  await app.setSwitch('clean-session', true);
  await app.id('client-id').blur();
  await expect(app.fieldProblem('client-id')).toHaveCount(0);
});

test('a password without a user name is against the protocol, and is said so', async ({ app }) => {
  await app.open();
  await app.fillGeneric({ port: 1, password: 'alone' });
  await app.id('password').blur();
  await app.pressConnect();
  const problem = app.page.locator('[data-testid="field-problem"][data-code="password-without-username"]');
  await expect(problem).toBeVisible();
  await app.expectState('offline');
  await app.id('username').fill('now there is one');
  await app.id('username').blur();
  await expect(problem).toHaveCount(0);
});

test('an empty UIoT form names each missing part and focuses the first', async ({ app }) => {
  await app.open();
  await app.pressConnect();
  for (const field of ['product-sn', 'device-sn', 'secret']) {
    await expect(app.fieldProblem(field)).toHaveAttribute('data-code', 'required');
    await expect(app.id(field)).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(app.id('product-sn')).toBeFocused();
  await app.id('product-sn').fill('kx4m7q2vbn9wd5ts');
  await app.pressConnect();
  await expect(app.fieldProblem('product-sn')).toHaveCount(0);
  await expect(app.id('device-sn')).toBeFocused();
});

test('the described-by text of a bad field is the problem beside it', async ({ app }) => {
  await app.open();
  await app.fillGeneric({ port: 0 });
  await app.id('port').blur();
  const text = await app.fieldProblem('port').innerText();
  const described = await app.id('port').evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(/\s+/)
      .map((id) => (id ? document.getElementById(id)?.innerText : ''))
      .join(' '),
  );
  expect(text.trim()).not.toBe('');
  expect(described).toContain(text.trim());
});
