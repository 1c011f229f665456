import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { polite } from '../support/hostile';

interface Case {
  field: string;
  value: string;
  code: string | RegExp;
  also?: (app: App) => Promise<void>;
}

const generic: Case[] = [
  { field: 'host', value: '', code: /^(required|host)$/ },
  { field: 'host', value: 'two words', code: 'host' },
  { field: 'host', value: 'ws://scheme.example', code: 'host' },
  { field: 'port', value: '', code: /^(required|port)$/ },
  { field: 'port', value: '0', code: 'port' },
  { field: 'port', value: '65536', code: 'port' },
  { field: 'port', value: 'http', code: 'port' },
  { field: 'path', value: '/mqtt#part', code: 'path' },
  { field: 'keep-alive', value: '65536', code: /^keep-alive-(number|range)$/ },
  { field: 'keep-alive', value: 'soon', code: 'keep-alive-number' },
  { field: 'keep-alive', value: '-1', code: 'keep-alive-number' },
  { field: 'keep-alive', value: '1.5', code: 'keep-alive-number' },
  { field: 'username', value: 'u'.repeat(65_536), code: 'too-long' },
  { field: 'client-id', value: '', code: 'client-id-required', also: (app) => app.setSwitch('clean-session', false) },
];

for (const { field, value, code, also } of generic) {
  const shown = value.length > 20 ? `${value.length} characters` : JSON.stringify(value);
  test(`${field} = ${shown} is explained beside the field, focused, and not sent`, async ({ app, startServer, traffic }) => {
    const server = await startServer(polite());
    await app.open();
    await app.fillGeneric({ port: server.port });
    await also?.(app);
    await app.id(field).fill(value);
    await app.id(field).blur();
    const problem = app.fieldProblem(field);
    await expect(problem).toBeVisible();
    await expect(problem).toHaveAttribute('data-code', code);
    await expect(problem).not.toBeEmpty();
    await expect(app.id(field)).toHaveAttribute('aria-invalid', 'true');
    await expect(app.id('connect')).toBeEnabled();
    await app.pressConnect();
    await expect(app.id(field)).toBeFocused();
    await app.expectState('offline');
    expect(traffic.urls.filter((url) => url.startsWith('ws'))).toEqual([]);
  });
}

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

test('a corrected field loses its problem, and the connection works', async ({ app, startServer }) => {
  const server = await startServer(polite());
  await app.open();
  await app.fillGeneric({ port: 0 });
  await app.pressConnect();
  await expect(app.fieldProblem('port')).toBeVisible();
  await app.id('port').fill(String(server.port));
  await app.pressConnect();
  await app.expectOnline();
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
