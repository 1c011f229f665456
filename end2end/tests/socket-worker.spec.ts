// WebSockets live in a worker, which dates what comes; where the browser allows none the page has them itself.
import { expect, test } from '../support/test';
import type { App } from '../support/app';
import { polite } from '../support/hostile';
import { publish } from '../support/packets';
import type { Broker } from '../support/mosquitto';

const pause = (millis: number): Promise<void> => new Promise((done) => setTimeout(done, millis));

async function goesBothWays(app: App, broker: Broker): Promise<void> {
  await app.connect({ port: broker.webSocketPort });
  await app.subscribed('both/#', 1);
  await app.publish('both/ways', 'there and back', 'text', 1);
  await app.expectTotal(2);
  await app.expectAck(app.rows('out').first(), 'acknowledged');
  await app.id('disconnect').click();
  await app.expectState('offline');
}

test('what comes while the page is busy has the time at which it came', async ({ app, page, startServer }) => {
  const server = await startServer(polite());
  await app.connect({ port: server.port });
  const peer = await server.peer();
  // The page's own thread stands still for a second and a half.
  const busy = page.evaluate(() => {
    for (const end = performance.now() + 1_600; performance.now() < end; );
  });
  await pause(200);
  for (let number = 0; number < 4; number += 1) {
    peer.send(publish('dated', `message ${number}`));
    await pause(300);
  }
  await busy;
  await app.expectTotal(4);
  const times = await app.rows().locator('[data-cell="time"]').allInnerTexts();
  const millis = times.map((time) => Number(time.split(/[:.]/).reduce((sum, part, index) => sum + Number(part) * ([3_600_000, 60_000, 1_000, 1][index] ?? 0), 0)));
  // 900 ms, had nobody else to do anything. Dated by the page, all four would have come at once.
  const first = millis[0] ?? 0;
  expect((millis[3] ?? 0) - first).toBeGreaterThan(450);
  expect(new Set(millis).size).toBeGreaterThan(2);
});

test('a browser that refuses the worker at once still connects', async ({ app, page, broker }) => {
  await page.addInitScript(() => {
    window.Worker = class {
      constructor() {
        throw new Error('no worker here');
      }
    } as unknown as typeof Worker;
  });
  await goesBothWays(app, broker);
});

test('a browser that refuses the worker later, as a policy does, still connects', async ({ app, page, broker }) => {
  await page.addInitScript(() => {
    window.Worker = class {
      onerror: ((event: Event) => void) | null = null;
      onmessage: unknown = null;
      constructor() {
        setTimeout(() => this.onerror?.(new Event('error')), 50);
      }
      postMessage(): void {}
      terminate(): void {}
    } as unknown as typeof Worker;
  });
  await goesBothWays(app, broker);
});
