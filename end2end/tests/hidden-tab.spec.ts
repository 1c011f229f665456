import type { App } from '../support/app';
import { expect, test } from '../support/hidden';
import type { Hidden, Tab } from '../support/hidden';

// The connection must last: one that is lost and made again would look the same in the end. So mosquitto's log is what
// counts. Each test also looks whether the browser did throttle this very page; otherwise it would prove nothing.

const CLIENT = 'hidden-tab';
const PING = new RegExp(`^(\\d+): Received PINGREQ from ${CLIENT}$`, 'gm');
/** Whatever mosquitto says of a client that is gone: it hung up, it was silent for too long, and so on. */
const GONE = new RegExp(`: Client ${CLIENT} .*`);

/** The PINGREQs in mosquitto's log, and the most seconds between two of them. The log counts whole seconds. */
function pings(log: string): { count: number; longest: number } {
  const seconds = [...log.matchAll(PING)].map((match) => Number(match[1]));
  const gaps = seconds.slice(1).map((second, index) => second - (seconds[index] as number));
  return { count: seconds.length, longest: Math.max(0, ...gaps) };
}

function figures(keepAlive: number, log: string, hidden: Hidden): string {
  const { count, longest } = pings(log);
  const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`;
  return (
    `hidden for ${seconds(hidden.time)}, keep alive ${keepAlive} s: ${count} PINGREQs, at most ${longest} s apart; ` +
    `still for at most: window timers ${seconds(hidden.windowGap)}, worker ${seconds(hidden.workerGap)}; ` +
    `${hidden.frames} frames; ${GONE.test(log) ? `mosquitto said at last:\n${log.slice(-400)}` : 'connected'}`
  );
}

/** The browser did what these tests are about. */
function expectThrottled(keepAlive: number, hidden: Hidden, seen: string): void {
  expect(hidden.throughout, seen).toBe(true);
  expect(hidden.frames, seen).toBe(0);
  // Mosquitto cuts a client off that was silent for one and a half keep alives, and looks every five seconds.
  expect(hidden.windowGap, seen).toBeGreaterThan((1.5 * keepAlive + 5) * 1000);
  expect(hidden.workerGap, seen).toBeLessThan(3_000);
}

function expectPinged(keepAlive: number, count: number, log: string, seen: string): void {
  expect(log, seen).not.toMatch(GONE);
  expect(pings(log).count, seen).toBeGreaterThanOrEqual(count);
  // One more than the keep alive, because whole seconds are subtracted.
  expect(pings(log).longest, seen).toBeLessThanOrEqual(keepAlive + 1);
}

async function expectStillOnline(app: App, tab: Tab): Promise<void> {
  await tab.show();
  await app.expectState('online');
  await expect(app.page.locator('[data-testid="problem"]:visible')).toHaveCount(0);
}

test.describe('with timers throttled after five seconds', () => {
  test.use({ tabOptions: { graceSeconds: 5 } });

  test('a connection is kept alive in a hidden tab whose window timers stand still', async ({ app, tab, broker }) => {
    const keepAlive = 5;
    // If window timers sent them, six would come, a seventh with luck (once a minute such timers get their turn), and
    // no eighth in time.
    const count = 9;
    test.setTimeout(90_000);
    await app.connect({ port: broker.webSocketPort, clientId: CLIENT, keepAlive });
    const look = await tab.hide();
    const from = broker.log.length;
    const log = (): string => broker.log.slice(from);

    const over = (): boolean => GONE.test(log()) || pings(log()).count >= count;
    await expect.poll(over, { timeout: (count + 3) * keepAlive * 1000 }).toBe(true);
    const hidden = await look();
    const seen = figures(keepAlive, log(), hidden);
    console.log(seen);

    expectThrottled(keepAlive, hidden, seen);
    expectPinged(keepAlive, count, log(), seen);
    await expectStillOnline(app, tab);
  });

  test('the simulator in a hidden tab is no slower', async ({ app, tab }) => {
    const reportSeconds = 5;
    test.setTimeout(90_000);
    await app.open();
    await app.id('try-simulator').click();
    await app.expectOnline();
    const look = await tab.hide();
    await expect.poll(async () => (await look()).time, { timeout: 60_000 }).toBeGreaterThan(40_000);
    const hidden = await look();
    await expectStillOnline(app, tab);
    expect(hidden.throughout).toBe(true);
    expect(hidden.windowGap).toBeGreaterThan(2 * reportSeconds * 1000);

    await app.id('message-log').press('End');
    await expect(app.rows('out').filter({ hasText: 'tmodel/property/post' }).nth(6)).toBeVisible();
    const times = await app.rows('out').filter({ hasText: 'tmodel/property/post' }).locator('[data-cell="time"]').allInnerTexts();
    const seconds = times.map((time) => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0));
    const gaps = seconds.slice(1).map((second, index) => second - (seconds[index] as number));
    // A report every five seconds; timers of the page come a minute apart by now.
    expect(Math.max(...gaps), times.join(' ')).toBeLessThan(reportSeconds + 1.5);
  });
});

test.describe('for minutes', () => {
  test.skip(!process.env.LONG, 'takes more than five minutes: LONG=1');

  test('a connection with a keep alive of 30 s lasts while the tab is hidden for five minutes', async ({ app, tab, broker }) => {
    const keepAlive = 30;
    const minutes = 5;
    test.setTimeout((minutes + 2) * 60_000);
    await app.connect({ port: broker.webSocketPort, clientId: CLIENT, keepAlive });
    const look = await tab.hide();
    const from = broker.log.length;
    const log = (): string => broker.log.slice(from);

    const over = async (): Promise<boolean> => GONE.test(log()) || (await look()).time >= minutes * 60_000;
    await expect.poll(over, { timeout: (minutes + 1) * 60_000 }).toBe(true);
    const hidden = await look();
    const seen = figures(keepAlive, log(), hidden);
    console.log(seen);

    expectThrottled(keepAlive, hidden, seen);
    expectPinged(keepAlive, Math.floor((minutes * 60) / keepAlive), log(), seen);
    await expectStillOnline(app, tab);
  });
});
