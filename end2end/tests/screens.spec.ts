// Every screen and state of the app (support/screens.ts) before all readers, one walk a test:
// - axe-core, WCAG 2.0 to 2.2, levels A and AA, in both themes at desk and phone;
// - every word is in the language chosen, and none is cut or makes the page scroll sideways, at desk, tablet and phone;
// - at 200 % and 400 % nothing is cut, a finger finds every control of a phone, and the text spacing of WCAG 1.4.12
//   clips nothing;
// - nothing moves for those who asked for less motion, and nothing lasts for the others;
// - with forced colours everything chosen, marked or pressable can be told apart.
// With PICTURES=folder it also takes pictures of all that, in both themes and languages, for people to look at beside
// the design's own. They are no references: nothing is compared.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { App } from '../support/app';
import { checkStop } from '../support/axe';
import { Findings } from '../support/findings';
import { cutTexts, sideways, smallTargets } from '../support/fit';
import { undistinguished } from '../support/forced';
import { moving } from '../support/motion';
import { atEachWidth, DESK, follow, HEIGHTS, LANGUAGES, LOCALES, PHONE, resizeTo, speak, SWITCHED, UNSWITCHED } from '../support/screens';
import type { Language, Stop, Walk } from '../support/screens';
import { expect, SOCKET_ERRORS, test } from '../support/test';
import { foreign } from '../support/wording';

const PICTURES = process.env.PICTURES;

/** A window of 1440 × 900 at 200 %, and one of 1280 × 1024 at 400 %: what the page sees of them. */
const TWICE = { width: 720, height: 450 };
const FOURFOLD = { width: 320, height: 256 };

/** WCAG 1.4.12. */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }`;

/** The longest that a change may take to show, in milliseconds (design, section 3). */
const LONGEST = 140;

test.describe.configure({ mode: 'parallel' });
test.use({ consoleAllowed: [SOCKET_ERRORS] });
if (PICTURES) test.beforeAll(() => mkdirSync(PICTURES, { recursive: true }));

async function shoot(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await page.screenshot({ path: join(PICTURES, `${name.replace('*', theme)}.png`), animations: 'disabled', caret: 'hide' });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Reads a screen in the language that it is in. */
async function read(app: App, stop: Stop, language: Language, found: Findings): Promise<void> {
  found.add(`${stop.name} in ${language}`, await foreign(app.page, language));
  await atEachWidth(app, stop, async (width) => {
    await shoot(app.page, `${stop.name}-${width}-*-${language}`);
    found.add(`${stop.name} in ${language} at ${width} px`, [...(await cutTexts(app.page)), ...(await sideways(app.page))]);
  });
}

/** Lays a style sheet over the page, or none; not as an element, which the page's policy refuses. */
async function adopt(page: Page, css: string): Promise<void> {
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = css ? [sheet] : [];
  }, css);
}

/** What does not depend on the language. */
async function judge(app: App, stop: Stop, found: Findings): Promise<void> {
  const { page } = app;
  await checkStop(app, { ...stop, widths: stop.widths.filter((width) => width === DESK || width === PHONE) }, found);
  await page.emulateMedia({ forcedColors: 'active' });
  found.add(`${stop.name} with forced colours`, await undistinguished(page));
  await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'reduce' });
  found.add(`${stop.name} with less motion`, await moving(page, 0));
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  found.add(stop.name, await moving(page, LONGEST));

  await adopt(page, SPACING);
  await atEachWidth(app, { ...stop, widths: stop.widths.filter((width) => width !== PHONE) }, async (width) => {
    found.add(`${stop.name} spaced at ${width} px`, [...(await sideways(page)), ...(await cutTexts(page, { strict: false }))]);
  });
  await adopt(page, '');

  const before = page.viewportSize();
  // A drawer of a phone stays one when the window is magnified.
  for (const size of stop.widths.includes(DESK) ? [TWICE, FOURFOLD] : [FOURFOLD]) {
    await resizeTo(page, size);
    found.add(`${stop.name} in ${size.width} × ${size.height}`, [...(await sideways(page)), ...(await cutTexts(page))]);
  }
  if (stop.widths.includes(PHONE)) {
    await resizeTo(page, { width: PHONE, height: HEIGHTS[PHONE] });
    found.add(`${stop.name} on a phone`, await smallTargets(page));
  }
  if (before) await page.setViewportSize(before);
}

/** Milliseconds that a walk may take with its visits. */
const within = (walk: Walk): number => walk.takes + (PICTURES ? 400_000 : 240_000);

for (const walk of SWITCHED) {
  test(`${walk.name}, in both languages`, async ({ app, startBroker, startServer, openTab }) => {
    test.setTimeout(within(walk));
    const found = new Findings();
    await follow(walk, { app, startBroker, startServer, openTab }, async (stop) => {
      for (const language of LANGUAGES) {
        await speak(app, language);
        await read(app, stop, language, found);
      }
      await speak(app, 'en');
      await judge(app, stop, found);
    });
    found.expectNone();
  });
}

for (const language of LANGUAGES) {
  test.describe(`in a browser set to ${language}`, () => {
    test.use({ locale: LOCALES[language] });
    for (const walk of UNSWITCHED) {
      test(walk.name, async ({ app, startBroker, startServer, openTab }) => {
        test.setTimeout(within(walk));
        const found = new Findings();
        await follow(walk, { app, startBroker, startServer, openTab }, async (stop) => {
          await read(app, stop, language, found);
          if (language === 'en') await judge(app, stop, found);
        });
        found.expectNone();
      });
    }
  });
}
