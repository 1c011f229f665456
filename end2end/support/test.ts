// The `test` that all files use: a served site, brokers and scripted servers on demand, and two rules that every
// test keeps: no error on the console or uncaught in the page, and no request to a host that is not ours.
import { test as base, expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { App } from './app';
import { ScriptedServer } from './hostile';
import type { Script } from './hostile';
import { Broker } from './mosquitto';
import type { BrokerOptions } from './mosquitto';
import { Relay } from './relay';
import { Site } from './site';

export { expect };

/** What Chromium itself writes to the console when a WebSocket cannot be opened or ends in disorder. */
export const SOCKET_ERRORS = /WebSocket connection to '\S+' failed/;

export interface Traffic {
  /** Addresses of all requests and WebSockets of the page, in order. */
  urls: string[];
  /** Hosts that the page may ask for beside the loopback, and files, as whole addresses. */
  alsoAllowed: Set<string>;
}

interface Options {
  /** Console errors that belong to this test. */
  consoleAllowed: RegExp[];
  /** Whether the app may have its service worker, which fetches the whole site: no, but in tests that are about it. */
  worker: boolean;
}

interface Fixtures {
  app: App;
  /** A broker that lets everybody do everything. */
  broker: Broker;
  /** Starts a broker with other rules; it is stopped after the test. */
  startBroker: (options?: BrokerOptions) => Promise<Broker>;
  /** Starts a scripted server; it is stopped after the test. */
  startServer: (script: Script) => Promise<ScriptedServer>;
  /** A WebSocket in front of a broker's plain port, which can be cut; it is stopped after the test. */
  startRelay: (broker: Broker) => Promise<Relay>;
  /** Opens the app in another tab of the same browser context; the rules hold for it too. */
  openTab: () => Promise<App>;
  traffic: Traffic;
  watched: (page: Page) => void;
  rules: void;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Runs in each page: as where the browser forbids workers. Pages that are not the app's are left alone. */
function withoutWorker(): void {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container) return;
  const real = container.register.bind(container);
  container.register = (...given) =>
    document.documentElement.hasAttribute('data-delivery') ? Promise.reject(new DOMException('no worker in this test', 'SecurityError')) : real(...given);
}

export const test = base.extend<Options & Fixtures, { site: Site }>({
  consoleAllowed: [[], { option: true }],
  worker: [false, { option: true }],

  site: [
    async ({}, use) => {
      const site = await Site.start();
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],

  traffic: async ({}, use) => {
    await use({ urls: [], alsoAllowed: new Set() });
  },

  // Watches a page from now on, and judges at the end what all watched pages said and asked for.
  watched: async ({ consoleAllowed, traffic }, use) => {
    const errors: string[] = [];
    const pages: Page[] = [];
    await use((page) => {
      pages.push(page);
      page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() !== 'error') return;
        const said = message.text();
        if (!consoleAllowed.some((pattern) => pattern.test(said))) errors.push(`console: ${said} (${message.location().url})`);
      });
      page.on('request', (request) => traffic.urls.push(request.url()));
      page.on('websocket', (socket) => traffic.urls.push(socket.url()));
    });
    expect(errors, 'errors in the page').toEqual([]);
    const foreign = traffic.urls.filter((address) => {
      const url = new URL(address);
      if (url.protocol === 'data:' || url.protocol === 'blob:') return false;
      if (url.protocol === 'file:') return !traffic.alsoAllowed.has(url.href.split('#')[0] ?? '');
      return !LOOPBACK.has(url.hostname) && !traffic.alsoAllowed.has(url.hostname);
    });
    expect(foreign, 'requests to foreign hosts').toEqual([]);
  },

  rules: [
    async ({ page, context, watched, worker }, use) => {
      watched(page);
      if (!worker) await context.addInitScript(withoutWorker);
      await use();
      if (!page.isClosed()) await expect(page.getByTestId('crash-banner')).toBeHidden();
    },
    { auto: true },
  ],

  openTab: async ({ context, site, watched }, use) => {
    await use(async () => {
      const page = await context.newPage();
      watched(page);
      const app = new App(page, site);
      await app.open();
      return app;
    });
  },

  app: async ({ page, site }, use) => {
    await use(new App(page, site));
  },

  startBroker: async ({}, use) => {
    const started: Broker[] = [];
    await use(async (options) => {
      const broker = await Broker.start(options);
      started.push(broker);
      return broker;
    });
    for (const broker of started) await broker.dispose();
  },

  broker: async ({ startBroker }, use) => {
    await use(await startBroker());
  },

  startRelay: async ({}, use) => {
    const started: Relay[] = [];
    await use(async (broker) => {
      const relay = await Relay.start(broker.tcpPort);
      started.push(relay);
      return relay;
    });
    for (const relay of started) await relay.stop();
  },

  startServer: async ({}, use) => {
    const started: ScriptedServer[] = [];
    await use(async (script) => {
      const server = await ScriptedServer.start(script);
      started.push(server);
      return server;
    });
    for (const server of started) await server.stop();
  },
});
