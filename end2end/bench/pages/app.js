// The app, worked by its test names as a script would.
import { nextFrame, sleep, until } from './kit.js';

export const control = (id) => document.querySelector(`[data-testid="${id}"]`);
export const rows = () => [...document.querySelectorAll('[data-testid="message-row"]')].filter((row) => row.checkVisibility());
export const log = () => control('message-log');

export async function fill(id, text) {
  const named = await until(id, () => control(id));
  const field = named.matches('input, textarea') ? named : named.querySelector('input, textarea');
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }));
  await sleep(0);
}

export async function press(id) {
  (await until(id, () => control(id))).click();
  await sleep(50);
}

/** The rows in the page from the oldest to the newest, wherever their elements stand. */
const inOrder = () => rows().toSorted((a, b) => Number(a.dataset.seq) - Number(b.dataset.seq));
const numberOf = (row) => /\d{9}/.exec(row.textContent)?.[0];

export const app = {
  async open(broker) {
    await until('the form', () => control('mode'));
    control('mode').querySelector('[data-option=generic]').click();
    await sleep(50);
    await fill('host', broker);
    await sleep(50);
    await press('connect');
    await fill('subscribe-filter', '#');
    await sleep(50);
    await press('subscribe');
    await until('the subscription', () => control('subscription')?.dataset.state === 'granted');
  },
  /** The full screen: subscriptions, log with follow on, inspector with a message, composer. */
  async settle() {
    await app.openMessage();
    const follows = () => control('log-follow')?.ariaPressed === 'true';
    if (!follows()) await press('log-follow');
    await until('follow', follows);
  },
  field: () => control('publish-payload'),
  counts() {
    const { total, kept, shown } = log()?.dataset ?? {};
    return { received: Number(total), kept: Number(kept), shown: Number(shown) };
  },
  /** The rows in the page are the last ones up to this number, without a gap. */
  newest(number) {
    const found = inOrder().map((row) => Number(numberOf(row)));
    return found.length > 0 && found.every((each, i) => each === number - found.length + 1 + i);
  },
  /** Opens the newest message; returns the ms until the inspector shows it. */
  async openMessage() {
    const began = performance.now();
    const row = inOrder().at(-1);
    const number = numberOf(row);
    row.click();
    const shows = () => control('inspector')?.textContent.includes(number);
    while (!shows()) {
      if ((await nextFrame()) - began > 10_000) throw new Error(`the inspector does not show ${number}`);
    }
    return performance.now() - began;
  },
};
