// Pictures of every screen in both themes and languages, at desk, tablet and phone, for people to look at beside the
// design's own. They show a device at work against a real broker. They are artefacts, not references: nothing is compared.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectNoSideways } from '../support/fit';
import { atEachWidth, follow, LANGUAGES, LOCALES, speak, SWITCHED, UNSWITCHED } from '../support/screens';
import type { App } from '../support/app';
import type { Language, Stop } from '../support/screens';
import { expect, SOCKET_ERRORS, test } from '../support/test';

const FOLDER = process.env.PICTURES ?? fileURLToPath(new URL('../screenshots', import.meta.url));

test.use({ consoleAllowed: [SOCKET_ERRORS] });
test.beforeAll(() => mkdirSync(FOLDER, { recursive: true }));

async function shoot(app: App, stop: Stop, language: Language): Promise<void> {
  const { page } = app;
  await atEachWidth(app, stop, async (width) => {
    await expectNoSideways(page, `${stop.name} at ${width} px in ${language}`);
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await page.screenshot({ path: join(FOLDER, `${stop.name}-${width}-${theme}-${language}.png`), animations: 'disabled', caret: 'hide' });
    }
  });
  await page.emulateMedia({ colorScheme: 'light' });
}

for (const walk of SWITCHED) {
  test(walk.name, async ({ app, startBroker, startServer, openTab }) => {
    test.setTimeout(walk.takes + 180_000);
    await follow(walk, { app, startBroker, startServer, openTab }, async (stop) => {
      for (const language of LANGUAGES) {
        await speak(app, language);
        await shoot(app, stop, language);
      }
      await speak(app, 'en');
    });
  });
}

for (const language of LANGUAGES) {
  test.describe(`in a browser set to ${language}`, () => {
    test.use({ locale: LOCALES[language] });
    for (const walk of UNSWITCHED) {
      test(walk.name, async ({ app, startBroker, startServer, openTab }) => {
        test.setTimeout(walk.takes + 90_000);
        await follow(walk, { app, startBroker, startServer, openTab }, (stop) => shoot(app, stop, language));
      });
    }
  });
}
