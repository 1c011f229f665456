// Fifty devices of the simulator in one page, all online and reporting, and the page stays smooth.
import { expect, test } from '../support/test';
import { Tabs } from '../support/sessions';

const COUNT = 50;
/** How long frames are watched, in milliseconds: each device reports twice. */
const WATCHED = 10_000;

test('fifty connected sessions of the simulator stay smooth while all of them report', async ({ app }) => {
  test.setTimeout(240_000);
  const tabs = new Tabs(app);
  await app.open();
  await tabs.startSimulator();
  const started = Date.now();
  while ((await tabs.all.count()) < COUNT) {
    const count = await tabs.all.count();
    await app.id('session-more').click();
    await app.id('session-duplicate').click();
    await expect(tabs.all).toHaveCount(count + 1);
  }
  const online = app.page.locator('[data-testid="session-tab"] [data-state="online"]');
  await expect(online).toHaveCount(COUNT, { timeout: 30_000 });
  const opened = Date.now() - started;
  const names = await app.id('session-name').allTextContents();
  expect(new Set(names).size).toBe(COUNT);

  // Sums over all sessions behind the one in front: what is unread on their tabs.
  const unread = async (): Promise<number> =>
    app.id('session-unread').evaluateAll((all) =>
      all.reduce((sum, badge) => sum + Number.parseInt(badge.querySelector('[aria-hidden]')?.textContent ?? '0', 10), 0),
    );
  const before = await unread();
  const frames = await app.page.evaluate(
    (duration) =>
      new Promise<{ count: number; longest: number; over50: number; p99: number }>((done) => {
        const gaps: number[] = [];
        const start = performance.now();
        let last = start;
        const tick = (): void => {
          const now = performance.now();
          gaps.push(now - last);
          last = now;
          if (now - start < duration) {
            requestAnimationFrame(tick);
            return;
          }
          gaps.sort((one, other) => one - other);
          done({
            count: gaps.length,
            longest: gaps.at(-1) ?? 0,
            over50: gaps.filter((gap) => gap > 50).length,
            p99: gaps[Math.floor(gaps.length * 0.99)] ?? 0,
          });
        };
        requestAnimationFrame(tick);
      }),
    WATCHED,
  );
  const came = (await unread()) - before;

  const switches: number[] = [];
  for (let place = 0; place < COUNT; place += 7) {
    const took = await tabs.at(place).evaluate(
      (tab) =>
        new Promise<number>((done) => {
          const start = performance.now();
          (tab as HTMLElement).click();
          requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
        }),
    );
    switches.push(took);
    await expect(tabs.at(place)).toHaveAttribute('aria-selected', 'true');
  }
  console.log(
    `${COUNT} sessions opened in ${opened} ms; in ${WATCHED} ms ${came} messages came behind, ${frames.count} frames, ` +
      `longest gap ${frames.longest.toFixed(0)} ms, 99 % under ${frames.p99.toFixed(0)} ms, ${frames.over50} over 50 ms; ` +
      `switches took ${switches.map((took) => took.toFixed(0)).join(', ')} ms`,
  );
  expect(came, 'all of them report').toBeGreaterThan(COUNT / 2);
  expect(frames.count, 'frames').toBeGreaterThan(WATCHED / 1_000 * 15);
  expect(frames.longest, 'longest gap between frames').toBeLessThan(500);
  expect(frames.p99, 'all but one in a hundred gaps').toBeLessThan(200);
  expect(Math.max(...switches), 'the slowest switch').toBeLessThan(1_000);
  await expect(online).toHaveCount(COUNT);
});
