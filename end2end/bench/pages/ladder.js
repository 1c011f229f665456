// One step of the ladder, the same for every page: messages pour in for some seconds, then the page has to catch up.
import { Frames, Keys, Tasks, ask, clock, memory, nextFrame, sleep, until } from './kit.js';

/** Messages before the measurement: the browser compiles, and there is one to open. */
const PRELUDE = { rate: 1000, seconds: 1, perFrame: 1 };
const GIVE_UP_MS = 15_000;

/**
 * `page` has `open(broker)`, `field()` to type into, `counts()` with `received`, `kept` and `shown`, and
 * `newest(number)`, whether the message of this number is what it shows last; `settle()` and `openMessage()` where
 * there is more to do.
 */
export async function step(page, task) {
  await page.open(task.broker);
  const prelude = await ask('blast', PRELUDE);
  await until('the first messages', () => page.counts().shown >= prelude.sent);
  const before = page.counts().shown;
  await page.settle?.();
  await sleep(500);

  let seen = 0;
  let changed = clock();
  let updates = 0;
  const tasks = new Tasks();
  const keys = new Keys(page.field());
  const frames = new Frames(() => {
    const { shown } = page.counts();
    if (shown === seen) return;
    changed = clock();
    updates += 1;
    seen = shown;
  });
  const blast = ask('blast', { rate: task.rate, perFrame: task.perFrame, seconds: task.seconds });
  // Until the sender's time is over, by the page's own clock: its answer may be long in coming.
  const during = sleep(task.seconds * 1000).then(() => ({ ...frames.take(), updates: updates / task.seconds }));
  const opened = page.openMessage ? sleep(task.seconds * 500).then(() => page.openMessage()) : undefined;
  const sender = await blast;
  const gaps = await during;
  const last = sender.first + sender.sent - 1;
  const isDone = () => page.counts().shown >= before + sender.sent && page.newest(last);
  let done = isDone();
  const asked = clock();
  while (!done && clock() - asked < GIVE_UP_MS) {
    await nextFrame();
    done = isDone();
    if (done) changed = clock();
  }
  const pressed = keys.stop();
  frames.stop();
  const { received, kept, shown } = page.counts();
  return {
    offered: sender.sent + sender.short,
    sent: sender.sent,
    short: sender.short,
    received: received - before,
    kept: kept - before,
    shown: shown - before,
    newest: page.newest(last),
    /** From the sender's last write to the frame in which the page showed it. */
    catchUp: done ? Math.max(0, changed - sender.stopped) : null,
    frames: gaps,
    longest: await tasks.take(),
    /** The part of the time that the page's thread was at work. */
    thread: sender.thread,
    keys: pressed,
    opened: await opened,
    memory: await memory(),
    sender: { core: sender.core, longestPause: sender.longestPause },
  };
}
