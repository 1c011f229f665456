// Every screen and state in each language: nothing is untranslated, and nothing that it says is cut off.
import type { App } from '../support/app';
import { Findings } from '../support/findings';
import { cutTexts, sideways } from '../support/fit';
import { atEachWidth, follow, LANGUAGES, LOCALES, speak, SWITCHED, UNSWITCHED } from '../support/screens';
import type { Language, Stop } from '../support/screens';
import { expect, SOCKET_ERRORS, test } from '../support/test';
import { englishIn, foreign, foreignIn } from '../support/wording';

test.use({ consoleAllowed: [SOCKET_ERRORS] });

test('the reader of words sees what is untranslated, and knows what stays as it is', async ({ page }) => {
  expect(englishIn('连接中')).toEqual([]);
  expect(englishIn('保活时间 20 秒超出 30–1200，平台会拒绝连接')).toEqual([]);
  expect(englishIn('PUBLISH 的 QoS 与 Clean session，见 ProductSN 和 $system/…/ota/downstream')).toEqual([]);
  expect(englishIn('Connect')).toEqual(['Connect']);
  expect(englishIn('连接 failed：再试')).toEqual(['failed']);
  expect(foreignIn([{ where: 'a', text: '连接失败, 再试' }], 'zh')).toHaveLength(1);
  await page.setContent('<!doctype html><html lang="en"><title>t</title><p>Fine</p><p lang="zh-CN">外文</p><button aria-label="关闭">x</button><input placeholder="主机"><p title="说明">a</p><p hidden>没有</p>');
  expect(await foreign(page, 'en')).toHaveLength(3);
});

test('the reader of boxes sees what is cut', async ({ page }) => {
  const line = 'white-space: nowrap; overflow: hidden; width: 60px';
  await page.setContent(`<!doctype html><html lang="en"><title>t</title>
    <p id="cut" style="${line}">A text that is far too long</p>
    <p id="short" style="${line}; text-overflow: ellipsis">Shortened without the rest</p>
    <p id="told" style="${line}; text-overflow: ellipsis" title="Shortened, and the rest is told">Shortened, and the rest is told</p>
    <p id="scrolls" style="white-space: nowrap; overflow: auto; width: 60px">A text that can be scrolled</p>
    <button style="width: 40px; white-space: nowrap">Spills over its button</button>
    <p style="height: 20px; overflow: hidden; width: 60px">Several lines in the height of one</p>
    <input placeholder="longer than its field" style="width: 40px">
    <p>Whole</p>`);
  const found = await cutTexts(page);
  expect(found.map((text) => text.slice(1, 7)).sort()).toEqual(['A text', 'Severa', 'Shorte', 'Spills', 'longer']);
});

/** Adds what is in the wrong language, cut off or too wide on a screen in this language. */
async function judge(app: App, stop: Stop, language: Language, found: Findings): Promise<void> {
  await atEachWidth(app, stop, async (width) => {
    found.add(`${stop.name} in ${language}`, await foreign(app.page, language));
    found.add(`${stop.name} in ${language} at ${width} px`, [...(await cutTexts(app.page)), ...(await sideways(app.page))]);
  });
}

for (const walk of SWITCHED) {
  test(`${walk.name}: every word is in the language chosen, and none is cut`, async ({ app, startBroker, startServer, openTab }) => {
    test.setTimeout(walk.takes + 150_000);
    const found = new Findings();
    await follow(walk, { app, startBroker, startServer, openTab }, async (stop) => {
      for (const language of LANGUAGES) {
        await speak(app, language);
        await judge(app, stop, language, found);
      }
      await speak(app, 'en');
    });
    found.expectNone();
  });
}

for (const language of LANGUAGES) {
  test.describe(`in a browser set to ${language}`, () => {
    test.use({ locale: LOCALES[language] });
    for (const walk of UNSWITCHED) {
      test(`${walk.name}: every word is in its language, and none is cut`, async ({ app, startBroker, startServer, openTab }) => {
        test.setTimeout(walk.takes + 90_000);
        const found = new Findings();
        await follow(walk, { app, startBroker, startServer, openTab }, (stop) => judge(app, stop, language, found));
        found.expectNone();
      });
    }
  });
}
