// The page as a person uses it, built on the data-testid names alone. Everything that takes time is polled
// through `expect`; nothing here sleeps.
import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import type { Site } from './site';

export type Format = 'text' | 'json' | 'hex' | 'base64';
export type View = 'json' | 'text' | 'hex' | 'base64' | 'packet' | 'cbor' | 'msgpack' | 'diff';

export interface WillForm {
  topic: string;
  payload: string;
  qos?: 0 | 1 | 2;
  retain?: boolean;
}

/** Switches that both modes have. */
export interface SessionForm {
  autoReconnect?: boolean;
  pinging?: boolean;
  strict?: boolean;
}

/** What became of a request, as the ledger and the log's Ack cell call it. */
export type Ack = 'queued' | 'sent' | 'acknowledged' | 'refused' | 'overdue' | 'interrupted' | 'resent' | 'lost';

export interface GenericForm extends SessionForm {
  port: number;
  host?: string;
  path?: string;
  clientId?: string;
  username?: string;
  password?: string;
  protocol?: '3.1' | '3.1.1';
  keepAlive?: number;
  cleanSession?: boolean;
  /** Without it the will stays as the form has it: off. */
  will?: WillForm;
}

export interface DeviceForm extends SessionForm {
  port: number;
  host?: string;
  product?: string;
  device?: string;
  secret?: string;
  protocol?: '3.1' | '3.1.1';
  keepAlive?: number;
  /** Whether the system topics are subscribed at once, as the form proposes; tests choose theirs one by one. */
  system?: boolean;
}

/** A device as the documents of the platform show one. */
export const GREENHOUSE = { product: 'kx4m7q2vbn9wd5ts', device: 'greenhouse-07', secret: 'q8z3kfu6w1xn5rdt' };

const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

export class App {
  constructor(
    readonly page: Page,
    readonly site: Pick<Site, 'url' | 'requests'>,
  ) {}

  id(name: string): Locator {
    return this.page.getByTestId(name);
  }

  async open(hash = ''): Promise<void> {
    await this.page.goto(this.site.url + hash);
    await expect(this.id('connection-state')).toBeAttached();
  }

  /** Waits until all parts of the program are there: from then on nothing is asked of the site. */
  async whole(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-whole', '', { timeout: 20_000 });
  }

  // Controls.

  /** Chooses an option of a native select or of a group of options. */
  async choose(name: string, value: string): Promise<void> {
    const choice = this.id(name);
    if ((await choice.evaluate((element) => element.tagName)) === 'SELECT') {
      await choice.selectOption(value);
      return;
    }
    await choice.locator(`[data-option=${quoted(value)}]`).click();
    await expect(choice).toHaveAttribute('data-value', value);
  }

  async expectChosen(name: string, value: string): Promise<void> {
    const choice = this.id(name);
    if ((await choice.evaluate((element) => element.tagName)) === 'SELECT') await expect(choice).toHaveValue(value);
    else await expect(choice).toHaveAttribute('data-value', value);
  }

  async setSwitch(name: string, on: boolean): Promise<void> {
    const control = this.id(name);
    if ((await control.getAttribute('aria-checked')) !== String(on)) await control.click();
    await expect(control).toHaveAttribute('aria-checked', String(on));
  }

  /** The value of an input, or the text of an element that shows a value. */
  async valueOf(name: string): Promise<string> {
    return this.id(name).evaluate((element) =>
      element instanceof HTMLInputElement ? element.value : (element.textContent ?? '').trim(),
    );
  }

  async expectValue(name: string, value: string): Promise<void> {
    await expect.poll(() => this.valueOf(name), { message: `value of ${name}` }).toBe(value);
  }

  /** Puts a very long text into a field at once. Typing it, or Playwright's `fill`, takes the browser minutes. */
  async paste(name: string, text: string): Promise<void> {
    await this.id(name).evaluate((element, value) => {
      const field = element as HTMLInputElement | HTMLTextAreaElement;
      field.focus();
      field.value = value;
      field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }, text);
  }

  /** Fills a field, whatever the length of the text. */
  async enter(name: string, text: string): Promise<void> {
    if (text.length > 10_000) await this.paste(name, text);
    else await this.id(name).fill(text);
  }

  // The connect page.

  async fillGeneric(form: GenericForm): Promise<void> {
    await this.choose('mode', 'generic');
    await this.choose('tls', 'ws');
    await this.id('host').fill(form.host ?? '127.0.0.1');
    await this.id('port').fill(String(form.port));
    await this.id('path').fill(form.path ?? '/');
    await this.id('client-id').fill(form.clientId ?? 'testbench');
    await this.id('username').fill(form.username ?? '');
    await this.id('password').fill(form.password ?? '');
    if (form.protocol) await this.choose('protocol', form.protocol);
    if (form.keepAlive !== undefined) await this.id('keep-alive').fill(String(form.keepAlive));
    if (form.cleanSession !== undefined) await this.setSwitch('clean-session', form.cleanSession);
    await this.fillSession(form);
    if (form.will) await this.fillWill(form.will);
  }

  private async fillSession(form: SessionForm): Promise<void> {
    if (form.autoReconnect !== undefined) await this.setSwitch('auto-reconnect', form.autoReconnect);
    if (form.pinging !== undefined) await this.setSwitch('pinging', form.pinging);
    if (form.strict !== undefined) await this.setSwitch('strict', form.strict);
  }

  async fillWill(will: WillForm): Promise<void> {
    await this.setSwitch('will', true);
    await this.id('will-topic').fill(will.topic);
    await this.id('will-payload').fill(will.payload);
    if (will.qos !== undefined) await this.choose('will-qos', String(will.qos));
    if (will.retain !== undefined) await this.setSwitch('will-retain', will.retain);
  }

  async fillDevice(form: DeviceForm): Promise<void> {
    await this.choose('mode', 'uiot');
    await this.choose('tls', 'ws');
    await this.choose('region', 'custom');
    await this.id('host').fill(form.host ?? '127.0.0.1');
    await this.id('port').fill(String(form.port));
    await this.id('product-sn').fill(form.product ?? GREENHOUSE.product);
    await this.id('device-sn').fill(form.device ?? GREENHOUSE.device);
    await this.id('secret').fill(form.secret ?? GREENHOUSE.secret);
    await this.id('subscribe-system').setChecked(form.system ?? false);
    if (form.protocol) await this.choose('protocol', form.protocol);
    if (form.keepAlive !== undefined) await this.id('keep-alive').fill(String(form.keepAlive));
    await this.fillSession(form);
  }

  async pressConnect(): Promise<void> {
    await this.id('connect').click();
  }

  async expectState(state: string | RegExp, timeout?: number): Promise<void> {
    // Of the session in front, where there are several.
    const mark = this.page.locator('[data-testid="connection-state"]:not([aria-selected="false"] *)');
    await expect(mark).toHaveAttribute('data-state', state, { timeout });
  }

  async expectOnline(): Promise<void> {
    await this.expectState('online');
    await expect(this.page).toHaveURL(/#\/messages$/);
  }

  /** Opens the page and connects in generic mode. */
  async connect(form: GenericForm): Promise<void> {
    await this.open();
    await this.fillGeneric(form);
    await this.pressConnect();
    await this.expectOnline();
  }

  problem(code: string): Locator {
    return this.page.locator(`[data-testid="problem"][data-code=${quoted(code)}]`);
  }

  /** Seconds to the next attempt, and its number, as the strip says; undefined while none is announced. */
  async countdown(): Promise<{ seconds: number; attempt: number } | undefined> {
    const said = await this.page.evaluate(() => document.querySelector('[data-testid="countdown"]')?.textContent ?? '');
    const numbers = said.match(/\d+/g)?.map(Number);
    if (numbers?.length !== 2) return undefined;
    // 'Attempt 2 in 3 s', or the other way round in Chinese.
    const [first = 0, second = 0] = numbers;
    return /^\d/.test(said) ? { seconds: first, attempt: second } : { attempt: first, seconds: second };
  }

  /** Rows of the log that tell what happened to the connection. */
  events(kind?: string): Locator {
    return kind ? this.page.locator(`[data-testid="event-row"][data-kind=${quoted(kind)}]`) : this.id('event-row');
  }

  fieldProblem(field: string): Locator {
    return this.page.locator(`[data-testid="field-problem"][data-field=${quoted(field)}]`);
  }

  // The messages page.

  async subscribe(filter: string, qos: 0 | 1 | 2 = 1): Promise<void> {
    await this.choose('subscribe-qos', String(qos));
    await this.enter('subscribe-filter', filter);
    await this.id('subscribe').click();
  }

  subscription(filter: string): Locator {
    return this.page.locator(`[data-testid="subscription"][data-filter=${quoted(filter)}]`);
  }

  async expectSubscription(filter: string, state: 'pending' | 'granted' | 'refused', qos?: 0 | 1 | 2): Promise<void> {
    await expect(this.subscription(filter)).toHaveAttribute('data-state', state);
    if (qos !== undefined) await expect(this.subscription(filter)).toHaveAttribute('data-qos', String(qos));
  }

  /** Subscribes and waits until the broker has granted it. */
  async subscribed(filter: string, qos: 0 | 1 | 2 = 1): Promise<void> {
    await this.subscribe(filter, qos);
    await this.expectSubscription(filter, 'granted', qos);
  }

  async compose(topic: string, payload: string, format: Format = 'text', qos: 0 | 1 | 2 = 0): Promise<void> {
    await this.choose('publish-format', format);
    await this.choose('publish-qos', String(qos));
    await this.enter('publish-topic', topic);
    await this.enter('publish-payload', payload);
  }

  async publish(topic: string, payload: string, format: Format = 'text', qos: 0 | 1 | 2 = 0): Promise<void> {
    await this.compose(topic, payload, format, qos);
    await this.id('publish').click();
  }

  publishProblem(code: string): Locator {
    return this.page.locator(`[data-testid="publish-problem"][data-code=${quoted(code)}]`);
  }

  rows(direction?: 'in' | 'out'): Locator {
    return direction ? this.page.locator(`[data-testid="message-row"][data-direction="${direction}"]`) : this.id('message-row');
  }

  cell(row: Locator, name: 'time' | 'topic' | 'qos' | 'bytes' | 'ack' | 'content'): Locator {
    return row.locator(`[data-cell="${name}"]`);
  }

  async expectTotal(count: number, timeout?: number): Promise<void> {
    await expect(this.id('message-log')).toHaveAttribute('data-total', String(count), { timeout });
  }

  /** What the Ack cell of a row of the log says. */
  async expectAck(row: Locator, state: Ack, timeout?: number): Promise<void> {
    await expect(this.cell(row, 'ack').locator('[data-ack]')).toHaveAttribute('data-ack', state, { timeout });
  }

  // The ledger.

  async openLedger(): Promise<void> {
    await this.id('open-ledger').click();
    await expect(this.id('ledger')).toBeVisible();
  }

  ledgerRows(state?: Ack): Locator {
    return state ? this.page.locator(`[data-testid="ledger-row"][data-state="${state}"]`) : this.id('ledger-row');
  }

  async expectLedger(counts: { open?: number; overdue?: number; queued?: number }, timeout?: number): Promise<void> {
    for (const [name, count] of Object.entries(counts)) {
      await expect(this.id(`ledger-${name}`)).toHaveText(new RegExp(`^${count}\\b`), { timeout });
    }
  }

  async inspect(row: Locator): Promise<void> {
    await row.click();
    await expect(this.id('inspector')).toBeVisible();
  }

  async view(name: View): Promise<Locator> {
    await this.id('inspector-tabs').locator(`[data-option="${name}"]`).click();
    const view = this.id(`inspector-${name}`);
    await expect(view).toBeVisible();
    return view;
  }

  /** The bytes that the inspector's hex view shows, read from its columns: offset, bytes, characters. */
  async inspectedBytes(): Promise<Buffer> {
    const view = await this.view('hex');
    const digits = await view.evaluate((element) => {
      const offsets = [...element.querySelectorAll('.o')];
      return offsets.map((offset) => offset.nextElementSibling?.textContent ?? '').join(' ');
    });
    return Buffer.from(digits.replace(/\s+/g, ''), 'hex');
  }

  // What the page does while it works.

  /** Records the longest gap between two animation frames, and the most rows that were in the DOM at once. */
  async watchFrames(): Promise<() => Promise<{ longestGap: number; mostRows: number; frames: number }>> {
    const handle = await this.page.evaluateHandle(() => {
      const watch = { longestGap: 0, mostRows: 0, frames: 0, running: true };
      let last = performance.now();
      const tick = (): void => {
        const now = performance.now();
        watch.longestGap = Math.max(watch.longestGap, now - last);
        watch.mostRows = Math.max(watch.mostRows, document.querySelectorAll('[data-testid="message-row"]').length);
        watch.frames += 1;
        last = now;
        if (watch.running) requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
      return watch;
    });
    return () =>
      handle.evaluate((watch) => {
        watch.running = false;
        return { longestGap: watch.longestGap, mostRows: watch.mostRows, frames: watch.frames };
      });
  }

  /** Presses Tab until the focus is on, or inside, the element called `name`. */
  async tabTo(name: string, limit = 60): Promise<void> {
    const passed: string[] = [];
    for (let step = 0; step < limit; step += 1) {
      await this.page.keyboard.press('Tab');
      const names = await this.page.evaluate(() => {
        const chain: string[] = [];
        for (let element = document.activeElement; element; element = element.parentElement) {
          const id = element.getAttribute('data-testid');
          if (id) chain.push(id);
        }
        return chain;
      });
      if (names.includes(name)) return;
      passed.push(names[0] ?? '(unnamed)');
    }
    throw new Error(`Tab never reached ${name}; it passed ${passed.join(', ')}`);
  }

  async focused(): Promise<string | null> {
    return this.page.evaluate(() => document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid') ?? null);
  }
}
