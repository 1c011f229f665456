// One long session with known secrets, through failure, loss, export, sharing and remembering: where they turn up, and what is left of
// them in memory once the connection, the session and the form are gone.
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { expect, SOCKET_ERRORS, test } from '../support/test';
import { App } from '../support/app';
import { polite } from '../support/hostile';
import { inHeap, inWasm, watchMemory } from '../support/memory';
import { publish } from '../support/packets';
import { leaksInPage, leaksInStorage } from '../support/secrets';
import { Simulator } from '../support/simulator';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

const PASSWORD = 'Pw7-quartz-Lantern-94';
const WRONG = 'Wr0ng-marble-Kettle-51';
const PASSPHRASE = 'Ph4-velvet-Harbour-28';
const ISSUED = 'k2h4j1l5n7m9p3q8';

/** What the page says, asks for and saves from now on. */
class Outlets {
  readonly said: string[] = [];
  readonly asked: string[] = [];
  readonly saved: Buffer[] = [];
  readonly sent: Buffer[] = [];

  constructor(readonly page: Page) {
    page.on('console', (message) => this.said.push(message.text()));
    page.on('request', (request) => this.asked.push(`${request.url()} ${request.postData() ?? ''} ${JSON.stringify(request.headers())}`));
    page.on('websocket', (socket) => this.asked.push(socket.url()));
  }

  /** Saves what a button offers. */
  async save(press: () => Promise<void>): Promise<string> {
    const waiting = this.page.waitForEvent('download');
    await press();
    const download = await waiting;
    this.saved.push(await readFile(await download.path()), Buffer.from(download.suggestedFilename()));
    return download.path();
  }

  /** Where one of these texts is, in clear or encoded: outside of the fields in which it is typed it is nowhere. */
  async leaks(secrets: string[]): Promise<string[]> {
    const found: string[] = [];
    const client = await this.page.context().newCDPSession(this.page);
    const { nodes } = await client.send('Accessibility.getFullAXTree');
    await client.detach();
    const elsewhere = await this.page.evaluate(async () => {
      const stored: string[] = [document.cookie, document.title, window.name, location.href, document.referrer, JSON.stringify(history.state ?? null)];
      for (const entry of performance.getEntries()) stored.push(entry.name);
      for (const { name } of await indexedDB.databases()) {
        if (name === undefined) continue;
        const database = await new Promise<IDBDatabase>((done, fail) => {
          const opening = indexedDB.open(name);
          opening.onsuccess = () => done(opening.result);
          opening.onerror = () => fail(new Error(String(opening.error)));
        });
        for (const store of database.objectStoreNames) {
          const all = database.transaction(store).objectStore(store).getAll();
          stored.push(JSON.stringify(await new Promise((done) => (all.onsuccess = () => done(all.result)))));
        }
        database.close();
      }
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          const kept = await cache.match(request);
          if (kept && !request.url.endsWith('.wasm')) stored.push(request.url, await kept.text());
        }
      }
      return stored;
    });
    for (const secret of secrets) {
      const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, ''), Buffer.from(secret).toString('hex')];
      const holds = (text: string): boolean => forms.some((form) => text.includes(form));
      const short = secret.slice(0, 4);
      if (this.said.some(holds)) found.push(`${short}… on the console`);
      if (this.asked.some(holds)) found.push(`${short}… in a request`);
      for (const file of this.saved) {
        const text = file.toString('latin1');
        const decoded = [...text.matchAll(/[A-Za-z0-9+/]{8,}={0,2}/g)].map(([coded]) => Buffer.from(coded, 'base64').toString('latin1')).join('\n');
        const dumped = text.replace(/ {2}\|.*\|\n[0-9a-f]{6} /g, '').replace(/ /g, '');
        if (holds(text) || holds(decoded) || holds(dumped)) found.push(`${short}… in a file`);
      }
      if (nodes.some((node) => holds(JSON.stringify([node.name, node.value, node.description, node.properties])))) found.push(`${short}… for a screen reader`);
      if (elsewhere.some(holds)) found.push(`${short}… in cookies, history, data bases, caches or the title`);
      found.push(...(await leaksInPage(this.page, secret)).map((where) => `${short}… ${where}`));
      found.push(...(await leaksInStorage(this.page, secret)).filter((where) => !/unexpected cache/.test(where)).map((where) => `${short}… ${where}`));
    }
    return found;
  }
}

/** Types into a field as a person does: no script is handed the text. */
async function type(app: App, field: string, text: string): Promise<void> {
  await app.id(field).click();
  await app.page.keyboard.press('ControlOrMeta+a');
  await app.page.keyboard.insertText(text);
}

async function empty(app: App, field: string): Promise<void> {
  await app.id(field).click();
  await app.page.keyboard.press('ControlOrMeta+a');
  await app.page.keyboard.press('Delete');
  await app.page.keyboard.press('Tab');
}

async function exportAll(app: App, outlets: Outlets): Promise<void> {
  for (const form of ['jsonl', 'csv', 'wire']) {
    await app.id('log-export').click();
    await app.choose('export-form', form);
    await app.choose('export-scope', 'all');
    await outlets.save(() => app.id('export-start').click());
    await expect(app.id('export-dialog')).toBeHidden();
  }
}

async function unwatched(context: BrowserContext, app: App): Promise<App> {
  return new App(await context.newPage(), app.site);
}

test('no secret turns up outside of its field: failure, loss, answers, export, link, profile and vault', async ({ app, page, startBroker, startServer }) => {
  test.setTimeout(90_000);
  const outlets = new Outlets(page);
  const secrets = [PASSWORD, WRONG];
  const broker = await startBroker({ users: { operator: PASSWORD } });
  await app.open();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'scanned', username: 'operator', password: WRONG });
  await app.pressConnect();
  await expect(app.problem('not-authorized')).toBeVisible();
  expect(await outlets.leaks(secrets), 'after a refusal').toEqual([]);
  await app.id('password').fill(PASSWORD);
  await app.pressConnect();
  await app.expectState('online');
  await app.id('nav-messages').click();
  await app.subscribed('scan/#', 1);
  await broker.publish('scan/a', 'hello', 1);
  await app.expectTotal(1);
  await broker.restart();
  await app.expectState('online', 20_000);
  await exportAll(app, outlets);
  await app.id('nav-wire').click();
  await page.locator('[data-testid="wire-row"][data-kind="CONNECT"]').last().click();
  await expect(app.id('wire-detail')).toBeVisible();
  expect(await outlets.leaks(secrets), 'on the wire, after a loss and exports').toEqual([]);
  await app.id('nav-connect').click();
  outlets.saved.push(Buffer.from(await app.id('share-link').inputValue()));

  // A profile, remembered in the vault; then locked and opened again.
  await app.id('remember-secret').check();
  await app.page.locator('.foot').getByTestId('save-profile').or(app.id('save-profile')).last().click();
  await app.id('profile-name').fill('Scanned');
  await app.id('profile-save').click();
  await app.id('passphrase').fill(PASSPHRASE);
  await app.id('passphrase-again').fill(PASSPHRASE);
  await app.id('vault-submit').click();
  await expect(app.id('profile-dialog')).toBeHidden();
  await expect(app.id('vault')).toHaveAttribute('data-state', 'unlocked');
  secrets.push(PASSPHRASE);
  await app.id('profiles-export').click();
  await outlets.save(() => app.id('profiles-export-start').click());
  expect(await outlets.leaks(secrets), 'with a profile and the vault').toEqual([]);

  // A device of the platform that registers, and an answer with a secret in it.
  const simulator = await Simulator.start();
  const { address, ProductSN, ProductSecret } = simulator.first;
  await app.id('new-device').click();
  await app.id('nav-connect').click();
  await app.choose('registration', 'dynamic');
  await app.fillDevice({ port: Number(new URL(address).port), product: ProductSN, device: 'scanned-1', secret: ProductSecret });
  await app.pressConnect();
  await expect(app.id('registration-panel')).toHaveAttribute('data-progress', 'done', { timeout: 15_000 });
  const deviceSecret = await app.id('secret').inputValue();
  secrets.push(ProductSecret, deviceSecret);
  await app.id('nav-messages').click();
  await expect(app.rows().first()).toBeVisible();
  await app.inspect(app.rows('in').filter({ hasText: 'password_reply' }).first());
  for (const view of ['text', 'hex', 'base64'] as const) await app.view(view);
  await exportAll(app, outlets);
  expect(await outlets.leaks(secrets), 'after a registration').toEqual([]);
  await simulator.stop();

  const server = await startServer(polite());
  await app.id('new-device').click();
  await app.id('nav-connect').click();
  await app.fillDevice({ port: server.port, product: ProductSN, device: 'gateway-1', secret: deviceSecret, system: true });
  await app.pressConnect();
  await app.expectState('online');
  const system = `/$system/${ProductSN}/gateway-1`;
  (await server.peer()).send(publish(`${system}/subdev/register_reply`, JSON.stringify({ RequestID: '1', RetCode: 0, Payload: [{ ProductSN, DeviceSN: 's', DeviceSecret: ISSUED }] })));
  (await server.peer()).send(publish(`${system}/password_reply`, JSON.stringify({ RequestID: '1', RetCode: '0', Password: ISSUED })));
  (await server.peer()).send(publish(`${system}/password_reply`, `no JSON: ${ISSUED}`));
  await app.id('nav-messages').click();
  await app.expectTotal(3);
  secrets.push(ISSUED);
  await app.inspect(app.rows('in').first());
  for (const view of ['json', 'text', 'hex', 'base64'] as const) await app.view(view);
  await exportAll(app, outlets);
  await app.id('tab-topics').click();
  expect(await outlets.leaks(secrets), 'after answers with secrets').toEqual([]);
  await app.id('nav-gateway').click();
  await app.id('nav-settings').click();
  expect(await outlets.leaks(secrets), 'on the other pages').toEqual([]);
});

test('after a crash neither the banner, the console nor the file that is saved holds a secret', async ({ context, app: base, startBroker }) => {
  const app = await unwatched(context, base);
  const outlets = new Outlets(app.page);
  const broker = await startBroker({ users: { operator: PASSWORD } });
  await app.connect({ port: broker.webSocketPort, clientId: 'crashing', username: 'operator', password: PASSWORD });
  await app.page.evaluate((said) => {
    Node.prototype.cloneNode = () => {
      throw new Error(said);
    };
  }, `cannot copy ${PASSWORD}`);
  await app.id('nav-settings').click();
  await expect(app.id('crash-banner')).toBeVisible();
  await outlets.save(() => app.id('crash-save').click());
  expect(await outlets.leaks([PASSWORD])).toEqual([]);
  await app.page.close();
});

test('once the connection, the session and the form are gone, no secret is left in memory', async ({ app, page, startBroker }) => {
  test.setTimeout(90_000);
  await watchMemory(page);
  const broker = await startBroker({ users: { operator: PASSWORD } });
  const simulator = await Simulator.start();
  const { address } = simulator.first;
  // A product of its own: the secret of the demo product is part of the program.
  const product = 'scanprod0000x001';
  const productSecret = 'scan7kfu6w1xn5rd';
  await simulator.call('create-product', { ProductSN: product, ProductSecret: productSecret, DynamicRegistration: true });
  await app.open();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'scanned', username: 'operator' });
  await type(app, 'password', PASSWORD);
  await app.pressConnect();
  await app.expectOnline();
  expect((await inWasm(page, PASSWORD)).length, 'the scan finds what is in use').toBeGreaterThan(0);
  await app.subscribed('scan/#', 1);
  await broker.publish('scan/a', 'hello', 1);
  await app.expectTotal(1);
  await broker.restart();
  await app.expectState('online', 20_000);
  await app.id('disconnect').click();
  await app.expectState('offline');
  await app.id('nav-connect').click();
  await empty(app, 'password');

  // A registration in a session of its own; the secret that it brings is taken out of the form, too.
  await app.id('new-device').click();
  await app.id('nav-connect').click();
  await app.choose('registration', 'dynamic');
  await app.fillDevice({ port: Number(new URL(address).port), product, device: 'scanned-2', secret: '' });
  await type(app, 'secret', productSecret);
  await app.pressConnect();
  await expect(app.id('registration-panel')).toHaveAttribute('data-progress', 'done', { timeout: 15_000 });
  const issued = Buffer.from(await app.id('secret').inputValue());
  await app.id('disconnect').click();
  await app.expectState('offline');
  await empty(app, 'secret');
  await app.choose('registration', 'dynamic');
  await empty(app, 'secret');
  for (let open = await app.id('session-tab').count(); open > 0; open -= 1) await app.id('session-close').last().click();
  await expect(app.id('session-name')).not.toContainText('scanned');
  await simulator.stop();
  // What can be taken back is kept until the offer is over.
  await expect(app.id('toast')).toHaveCount(0, { timeout: 20_000 });

  const secrets = [PASSWORD, productSecret, issued.toString()];
  const heap = await inHeap(page, secrets);
  const left = { wasm: {} as Record<string, unknown>, heap };
  for (const secret of secrets) left.wasm[secret] = await inWasm(page, secret);
  const nothing = Object.fromEntries(secrets.map((secret) => [secret, []]));
  expect(left).toEqual({ wasm: nothing, heap: nothing });
});
