// Every screen and state of the app, and how a person gets there: the one list that screens.spec.ts judges. A new screen is
// one more `visit` in a walk; a walk is what can be reached without beginning anew.
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { GREENHOUSE } from './app';
import type { App } from './app';
import { polite } from './hostile';
import type { Script, ScriptedServer } from './hostile';
import type { Broker, BrokerOptions } from './mosquitto';
import { publish } from './packets';
import { connectDevice, DUELLING, fillLedger, fillQueue, FORGETFUL, inspectPost, OWN, playTraffic, sceneBroker, SYSTEM } from './scene';
import { SERVICES } from './services';
import { WINDOWS } from './windows';

/** What a walk can use. */
export interface Stage {
  app: App;
  startBroker: (options?: BrokerOptions) => Promise<Broker>;
  startServer: (script: Script) => Promise<ScriptedServer>;
  openTab: () => Promise<App>;
}

/** Widths at which a screen is looked at, in CSS pixels: desk, tablet, phone. */
export const DESK = 1_440;
export const TABLET = 1_024;
export const PHONE = 390;
export const WIDTHS = [DESK, TABLET, PHONE] as const;
export type Width = (typeof WIDTHS)[number];

export const HEIGHTS: Record<Width, number> = { [DESK]: 900, [TABLET]: 768, [PHONE]: 844 };

export interface Stop {
  /** Also the name of its pictures. */
  name: string;
  /** The widths at which there is such a screen. The last of them is in force when the visitor comes. */
  widths: readonly Width[];
}

/** Does at a stop what it came for, and leaves the page as wide, in the language and in the theme it found. */
export type Visitor = (stop: Stop) => Promise<void>;

type Visit = (name: string, widths?: readonly Width[]) => Promise<void>;

export interface Walk {
  name: string;
  /** Milliseconds that it takes to get to all its stops, visits not counted. */
  takes: number;
  go: (stage: Stage, visit: Visit) => Promise<void>;
}

/** Gives the page another size, and the time that its lists take to follow: they look at their size once a frame. */
export async function resizeTo(page: Page, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size);
  await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30)))));
}

const resize = (app: App, width: Width): Promise<void> => resizeTo(app.page, { width, height: HEIGHTS[width] });

/** Goes to the connect page of the session in front. */
const toForm = (app: App): Promise<void> => app.id('nav-connect').click();

/** Opens what hangs on a button, visits, and closes it with Esc. */
async function opened(app: App, button: string, thing: string, visit: () => Promise<void>): Promise<void> {
  await app.id(button).click();
  await expect(app.id(thing)).toBeVisible();
  await visit();
  await app.page.keyboard.press('Escape');
  await expect(app.id(thing)).toBeHidden();
}

const SCREENS: Walk[] = [
  {
    name: 'the connect page',
    takes: 10_000,
    async go({ app }, visit) {
      await app.open();
      await visit('connect');
      await app.id('product-sn').fill(GREENHOUSE.product);
      await app.id('device-sn').fill(GREENHOUSE.device);
      await app.id('secret').fill(GREENHOUSE.secret);
      await app.id('keep-alive').fill('20');
      await app.id('keep-alive').blur();
      await expect(app.fieldProblem('keep-alive')).toBeVisible();
      await visit('connect-warning');
      await app.fillGeneric({ port: 8_083, path: '/mqtt', clientId: 'bench-2', will: { topic: '', payload: '{"online": false}', qos: 1 } });
      await visit('connect-will');
      await app.fillGeneric({ port: 0, host: '', clientId: 'bench-2', password: 'without a name' });
      await app.id('keep-alive').fill('soon');
      await app.pressConnect();
      await expect(app.id('field-problem').first()).toBeVisible();
      await visit('connect-errors');
    },
  },
  {
    name: 'a credential that is in use elsewhere',
    takes: 10_000,
    async go({ app, startBroker, openTab }, visit) {
      const broker = await startBroker(sceneBroker);
      const other = await openTab();
      await other.fillDevice({ port: broker.webSocketPort });
      await other.pressConnect();
      await other.expectOnline();
      await app.page.bringToFront();
      await app.open();
      await app.fillDevice({ port: broker.webSocketPort });
      await expect(app.id('other-tab')).toBeVisible();
      await visit('connect-other-tab');
    },
  },
  {
    name: 'a connection that is refused',
    takes: 10_000,
    async go({ app, startBroker }, visit) {
      const broker = await startBroker(sceneBroker);
      await app.open();
      await app.fillDevice({ port: broker.webSocketPort, secret: 'not-the-secret-0' });
      await app.pressConnect();
      await expect(app.problem('not-authorized')).toBeVisible();
      await visit('connect-refused');
    },
  },
  {
    name: 'the messages page',
    takes: 30_000,
    async go({ app, startBroker }, visit) {
      const broker = await startBroker(sceneBroker);
      await app.open();
      await connectDevice(app, broker, false);
      await visit('messages-empty');
      await playTraffic(app, broker, 4);
      await visit('messages');
      await app.id('tab-topics').click();
      await expect(app.id('topic-tree')).toBeVisible();
      await visit('topics', [DESK]);
      await app.id('tab-subscriptions').click();
      await opened(app, 'filter-menu', 'filter-options', () => visit('filter-options'));
      await app.id('log-filter').fill('kitchen /a[bc/');
      await expect(app.id('filter-error')).not.toBeEmpty();
      await visit('filter-error');
      await app.id('log-filter').fill('nothing-like-this');
      await expect(app.id('nothing-found')).toBeVisible();
      await visit('filter-nothing-found');
      await app.id('log-filter').fill('');
      await app.id('log-pause').click();
      await visit('messages-paused');
      await app.id('log-pause').click();
      await opened(app, 'log-export', 'export-dialog', () => visit('export'));
      await opened(app, 'budget-open', 'journal-budget', () => visit('journal-budget'));
      await app.publish('a/+/b', '{', 'json', 0);
      await expect(app.id('publish-problem')).toBeVisible();
      await app.subscribe('a/#/b');
      await expect(app.id('subscribe-problem')).toBeVisible();
      await broker.stop();
      await expect(app.problem('connection-lost')).toBeVisible();
      await visit('messages-lost');
    },
  },
  {
    name: 'the inspector',
    takes: 25_000,
    async go({ app, startBroker }, visit) {
      const broker = await startBroker(sceneBroker);
      await app.open();
      await connectDevice(app, broker);
      await playTraffic(app, broker, 4);
      await inspectPost(app);
      for (const view of ['json', 'text', 'hex', 'base64', 'diff'] as const) {
        await app.view(view);
        await visit(`inspector-${view}`);
      }
    },
  },
  {
    name: 'the drawers of a phone',
    takes: 20_000,
    async go({ app, startBroker }, visit) {
      const broker = await startBroker(sceneBroker);
      await app.open();
      await connectDevice(app, broker);
      await playTraffic(app, broker, 2);
      await resize(app, PHONE);
      for (const drawer of ['subscriptions', 'composer']) {
        await app.id(`open-${drawer}`).click();
        await expect(app.id(`close-${drawer}`)).toBeVisible();
        await visit(`drawer-${drawer}`, [PHONE]);
        await app.id(`close-${drawer}`).click();
        await expect(app.id(`close-${drawer}`)).toBeHidden();
      }
    },
  },
  {
    name: 'the wire',
    takes: 15_000,
    async go({ app, startServer }, visit) {
      const server = await startServer(polite());
      await app.open();
      await app.fillDevice({ port: server.port });
      await app.pressConnect();
      await app.expectOnline();
      await app.subscribed(`${OWN}/#`, 1);
      await app.publish(`${SYSTEM}/tmodel/property/post`, '{"RequestID":"1","Property":{}}', 'json', 1);
      (await server.peer()).send(publish(`${OWN}/set`, Buffer.from('{"interval":2000}')));
      await app.expectTotal(2);
      await app.id('nav-wire').click();
      await expect(app.id('wire-row').first()).toBeVisible();
      await visit('wire');
      await app.page.locator('[data-testid="wire-row"][data-kind="CONNECT"]').click();
      await expect(app.id('wire-detail')).toBeVisible();
      await visit('wire-detail');
    },
  },
  {
    name: 'the ledger, then waiting with a queue',
    takes: 45_000,
    async go({ app, startServer }, visit) {
      const server = await startServer(FORGETFUL);
      await app.open();
      await app.fillDevice({ port: server.port });
      await app.pressConnect();
      await app.expectOnline();
      await fillLedger(app);
      await visit('ledger');
      // From here on nobody answers: the page waits, longer and longer.
      const peer = await server.peer(server.peers.length - 1);
      await server.stop();
      await peer.untilClosed();
      await app.expectState('waiting');
      await fillQueue(app);
      await expect.poll(async () => (await app.countdown())?.seconds ?? 0, { timeout: 60_000 }).toBeGreaterThanOrEqual(10);
      await visit('waiting-ledger');
      await app.id('close-ledger').click();
      await expect.poll(async () => (await app.countdown())?.seconds ?? 0, { timeout: 60_000 }).toBeGreaterThanOrEqual(10);
      await visit('waiting');
    },
  },
  {
    name: 'a duel',
    takes: 40_000,
    async go({ app, startServer }, visit) {
      const server = await startServer(DUELLING);
      await app.open();
      await app.fillDevice({ port: server.port });
      await app.pressConnect();
      await expect(app.problem('duel')).toBeVisible({ timeout: 30_000 });
      await visit('duel');
    },
  },
  {
    name: 'a connection whose pings are off, and settings',
    takes: 15_000,
    async go({ app, startBroker }, visit) {
      const broker = await startBroker();
      await app.connect({ port: broker.webSocketPort, clientId: 'bench-2' });
      await toForm(app);
      await app.setSwitch('pinging', false);
      await expect(app.id('pinging-off')).toBeVisible();
      await visit('connect-pings-off');
      await app.id('nav-settings').click();
      await expect(app.page).toHaveURL(/#\/settings/);
      await visit('settings');
    },
  },
  {
    name: 'the simulator',
    takes: 25_000,
    async go({ app }, visit) {
      await app.open();
      await app.id('try-simulator').click();
      await app.expectOnline();
      await expect(app.rows('in').filter({ hasText: 'post_reply' }).first()).toBeVisible({ timeout: 20_000 });
      await visit('simulator');
      await app.id('new-device').click();
      await toForm(app);
      await expect(app.id('session-tab')).toHaveCount(2);
      await visit('second-session');
    },
  },
];

/**
 * The walks in which the language may change at every stop. Behind a window nobody can reach the choice of language, so
 * those that open windows are gone through once in each.
 */
export const SWITCHED: Walk[] = [...SCREENS, ...SERVICES];
export const UNSWITCHED: Walk[] = WINDOWS;

/** Goes through a walk with a visitor, at every stop that has one of these widths. */
export async function follow(walk: Walk, stage: Stage, visitor: Visitor, wanted: readonly Width[] = WIDTHS): Promise<void> {
  await walk.go(stage, async (name, widths = WIDTHS) => {
    const common = widths.filter((width) => wanted.includes(width));
    if (common.length > 0) await visitor({ name, widths: common });
  });
}

/** Does something at each width of a stop, and gives the page its size back. */
export async function atEachWidth(app: App, stop: Stop, look: (width: Width) => Promise<void>): Promise<void> {
  const before = app.page.viewportSize();
  for (const width of stop.widths) {
    await resize(app, width);
    await look(width);
  }
  if (before) await app.page.setViewportSize(before);
}

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a browser says that is set to the language; the app follows it at the first visit. */
export const LOCALES: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' };

/**
 * Sets the language as its select does. No click: a dialog may lie over the select, and a phone may not show it.
 */
export async function speak(app: App, language: Language): Promise<void> {
  // After a change of width the select may be about to be replaced by that of the other frame.
  await expect(async () => {
    await app.id('language').first().evaluate((element, value) => {
      if (element instanceof HTMLSelectElement) {
        element.value = value;
        element.dispatchEvent(new Event('change', { bubbles: true }));
      } else {
        element.querySelector<HTMLElement>(`[data-option="${value}"]`)?.click();
      }
    }, language);
    await expect(app.page.locator('html')).toHaveAttribute('lang', new RegExp(`^${language}`), { timeout: 500 });
  }).toPass({ timeout: 7_000 });
}
