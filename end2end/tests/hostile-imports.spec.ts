// Hostile files, links and storage: what is refused says why, what is taken is text, nothing runs, nothing connects, and no secret
// that somebody else planted is taken over. The values: hostile/corpus.json.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { bytesOf, ofKind, textOf } from '../support/corpus';
import { leaksInStorage } from '../support/secrets';
import { Trap } from '../support/trap';

const PROFILES = ofKind('profile');
const LINKS = ofKind('link');
const RECORDS = ofKind('record');
const MODELS = ofKind('model');
const STORED = ofKind('storage');

/** The names under which the page stores; the last is of the tab alone. */
const KEYS = ['form', 'language', 'theme', 'budget.1', 'raw-content', 'panes.1', 'preferences.1', 'templates.1', 'models.1', 'custom-topics.1', 'library.1', 'vault.1', 'damaged.1', 'workspace.1'].map(
  (name) => `uiot-testbench.${name}`,
);

const sockets = (urls: string[]): string[] => urls.filter((url) => url.startsWith('ws'));

/** Drops a file on the page. */
async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  await page.evaluate(
    ([file, base64]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], file));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [name, bytes.toString('base64')] as const,
  );
}

test('each profile that is refused says why; the others are listed as text, and imported as text', async ({ app, page, traffic }) => {
  test.setTimeout(60_000);
  const trap = await Trap.lay(app);
  await app.open();
  await trap.arm();
  let taken = 0;
  for (const each of PROFILES) {
    await test.step(`${each.id}: ${each.tries}`, async () => {
      await app.id('profiles-import').click();
      if (each.base64 !== undefined) {
        await app.id('import-file').setInputFiles({ name: `../${each.id}.txt`, mimeType: 'text/plain', buffer: bytesOf(each) });
      } else {
        await app.paste('import-text', textOf(each));
        await app.id('import-start').click();
      }
      await expect(app.id('import-problem').or(app.id('import-draft').first()).first(), each.id).toBeVisible();
      for (const words of each.says ?? []) await expect(app.id('import-problem'), each.id).toContainText(words);
      if (each.says) {
        await app.id('import-cancel').click();
      } else {
        for (const words of [...(each.names ?? []), ...(each.remarks ?? [])]) {
          await expect(app.id('import-draft').first(), each.id).toContainText(words);
        }
        await app.id('import-start').click();
        taken += 1;
      }
      await expect(app.id('profile-dialog'), each.id).toBeHidden();
    });
  }
  await trap.expectNothing('the imports');
  await expect(app.id('profile').first()).toBeVisible();
  expect(taken).toBeGreaterThan(10);
  for (const name of ['js', 'user', '__proto__']) {
    await page.locator(`[data-testid="profile"][data-name="${name}"]`).getByTestId('profile-open').click();
    await expect(app.id('host')).toBeVisible();
  }
  await page.reload();
  await expect(app.id('connection-state')).toBeAttached();
  await trap.arm();
  await expect(app.id('profile').first()).toBeVisible();
  await trap.expectNothing('the list of profiles');
  expect(sockets(traffic.urls)).toEqual([]);
});

test('each link is shown as text before anything happens, the broken ones say why, and no secret comes in by one', async ({ app, page, traffic }) => {
  test.setTimeout(60_000);
  const trap = await Trap.lay(app);
  await app.open();
  await trap.arm();
  for (const each of LINKS) {
    await test.step(`${each.id}: ${each.tries}`, async () => {
      await page.evaluate((hash) => (location.hash = hash), textOf(each));
      await expect(app.id('shared-link'), each.id).toBeVisible();
      if (each.says) {
        for (const words of each.says) await expect(app.id('shared-problem'), each.id).toContainText(words);
        await expect(app.id('shared-open'), each.id).toHaveCount(0);
      } else {
        for (const words of each.shows ?? []) await expect(app.id('shared-form').or(app.id('shared-subscriptions')).first(), each.id).toContainText(words);
        await expect.soft(app.id('shared-warning'), each.id).toHaveCount(each.warns ? 1 : 0);
        await expect(app.id('shared-discard'), each.id).toBeVisible();
      }
    });
  }
  await trap.expectNothing('links that are shown');
  // Those that carry a secret, and those whose host is none, are opened, too.
  for (const each of LINKS.filter((one) => one.hides ?? /l-(js|user-host|bidi-host|markup|port|path)/.test(one.id))) {
    await test.step(`open ${each.id}`, async () => {
      await page.evaluate((hash) => (location.hash = hash), textOf(each));
      await app.id('shared-open').click();
      await expect(app.id('host')).toBeVisible();
      for (const secret of each.hides ?? []) {
        const fields = await page.locator('input').evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value));
        expect(fields.filter((value) => value.includes(secret)), each.id).toEqual([]);
        expect(await page.locator('body').innerText()).not.toContain(secret);
        expect(await leaksInStorage(page, secret), each.id).toEqual([]);
      }
      if (/l-(js|user-host|bidi-host|markup|port)/.test(each.id)) {
        await app.pressConnect();
        await expect(app.id('field-problem').first(), each.id).toBeVisible();
        await expect(app.fieldProblem(each.id === 'l-port' ? 'port' : 'host'), each.id).not.toBeEmpty();
      }
    });
  }
  await trap.expectNothing('links that are opened');
  expect(sockets(traffic.urls)).toEqual([]);
});

test('each record that is refused says why; of the others the damaged lines are named and the rest is shown', async ({ app, page }) => {
  test.setTimeout(60_000);
  const trap = await Trap.lay(app);
  await app.open();
  await trap.arm();
  for (const each of RECORDS) {
    await test.step(`${each.id}: ${each.tries}`, async () => {
      await drop(page, `<img src=x onerror=__pwned()>${each.id}.jsonl`, bytesOf(each));
      if (each.code) {
        await expect(app.id('record-problem'), each.id).toHaveAttribute('data-code', each.code);
        await expect(app.id('record-problem'), each.id).toContainText(`${each.id}.jsonl`);
        await app.id('record-dismiss').click();
        await expect(app.id('record-problem')).toBeHidden();
        return;
      }
      const banner = app.id('record-banner');
      await expect(banner, each.id).toContainText(`${each.id}.jsonl`);
      await expect(banner, each.id).toHaveAttribute('data-left-out', String(each.left));
      await expect(banner, each.id).toHaveAttribute('data-whole', String(each.whole ?? true));
      const faults = each.faults ?? each.left ?? 0;
      if (faults > 0) {
        await app.id('record-faults').click();
        await expect(app.id('record-fault-list').locator('li'), each.id).toHaveCount(faults);
      }
      for (const words of each.shows ?? []) await expect(banner, each.id).toContainText(words);
      for (const secret of each.hides ?? []) expect(await page.locator('body').innerText(), each.id).not.toContain(secret);
      await expect(app.rows().first(), each.id).toBeVisible();
      await app.id('record-close').click();
      await expect(banner).toBeHidden();
    });
  }
  await trap.expectNothing('records');
});

test('each thing model that is refused says where it is wrong; the others are shown as text', async ({ app, page }) => {
  test.setTimeout(60_000);
  const trap = await Trap.lay(app);
  await app.open();
  await app.id('try-simulator').click();
  await app.expectOnline();
  await app.setSwitch('demo-running', false);
  await trap.arm();
  await app.id('nav-model').click();
  await app.id('model-fetch').click();
  await expect(app.id('model-property')).toHaveCount(9);
  for (const each of MODELS) {
    await test.step(`${each.id}: ${each.tries}`, async () => {
      await app.id('model-edit').click();
      const file = { name: `<b>${each.id}</b>.json`, mimeType: 'application/json', buffer: bytesOf(each) };
      await app.id('editor-file').setInputFiles(file);
      if (each.refused) {
        await expect(app.id('editor-said'), each.id).toContainText(file.name);
        await expect(app.id('editor-error'), each.id).not.toBeEmpty();
        for (const words of each.says ?? []) await expect(app.id('editor-error'), each.id).toContainText(words);
        await app.id('editor-cancel').click();
        await expect(app.id('model-editor'), each.id).toBeHidden();
        return;
      }
      await expect.poll(() => app.id('editor-text').evaluate((field) => (field as HTMLTextAreaElement).value.length)).toBe(textOf(each).length);
      await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
      if ((await app.id('editor-apply').getAttribute('aria-disabled')) === 'true') {
        // Whatever stands against its use is said.
        expect(each.text, each.id).toBeUndefined();
        await expect(app.id('editor-error').or(app.id('editor-problems')).first(), each.id).not.toBeEmpty();
        await app.id('editor-cancel').click();
      } else {
        await app.id('editor-apply').click();
        await expect(app.id('model-editor'), each.id).toBeHidden();
        if (each.text) await expect(app.id('model-property').first(), each.id).toContainText(each.text);
        await app.id('model-property').first().getByTestId('model-choose').click();
      }
      await expect(app.id('model-editor'), each.id).toBeHidden();
    });
  }
  await trap.expectNothing('thing models');
  await page.reload();
  await expect(app.id('connection-state')).toBeAttached();
  await trap.expectNothing('the models that are kept');
});

test('whatever stands in the browser’s storage, the page starts, says what is damaged, and keeps it', async ({ app, page }) => {
  test.setTimeout(90_000);
  const trap = await Trap.lay(app);
  await page.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>blank</title>' }));
  for (const each of STORED) {
    await test.step(`${each.id}: ${each.tries}`, async () => {
      await page.goto(`${app.site.url}blank.html`);
      const text = textOf(each);
      await page.evaluate(
        ([keys, value]) => {
          localStorage.clear();
          sessionStorage.clear();
          for (const key of keys) (key.includes('workspace') ? sessionStorage : localStorage).setItem(key, value);
        },
        [KEYS, text] as const,
      );
      await app.open();
      await trap.arm();
      await expect(app.id('crash-banner'), each.id).toBeHidden();
      await expect(app.id('connect'), each.id).toBeVisible();
      // The form works all the same.
      await app.choose('mode', 'generic');
      await app.id('client-id').fill('still-here');
      for (const nav of ['messages', 'settings', 'connect']) await app.id(`nav-${nav}`).click();
      await expect(app.id('client-id'), each.id).toHaveValue('still-here');
      if (each.id === 's-cut') {
        await expect(app.id('damaged-profiles')).toBeVisible();
        const kept = await page.evaluate((keys) => keys.map((key) => localStorage.getItem(key) ?? '').join('\n'), KEYS);
        expect(kept).toContain('generic_server');
      }
      await trap.expectNothing(each.id);
    });
  }
});
