// The readers of screens (support/) find what they are there for: a reader that sees nothing would let everything pass.
import { violations } from '../support/axe';
import { cutTexts } from '../support/fit';
import { moving } from '../support/motion';
import { expect, test } from '../support/test';
import { englishIn, foreign, foreignIn } from '../support/wording';

test('the checker finds what is wrong', async ({ page }) => {
  await page.setContent('<html lang="en"><title>t</title><main><input><p style="color:#ccc;background:#fff">pale</p></main></html>');
  const found = await violations(page);
  expect(found.some((text) => text.startsWith('label:'))).toBe(true);
  expect(found.some((text) => text.startsWith('color-contrast:'))).toBe(true);
});

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

test('the reader of motion sees what moves', async ({ page }) => {
  await page.setContent('<!doctype html><style>@keyframes spin { to { transform: rotate(1turn) } } .a { animation: spin 1s infinite } .b { transition: color 300ms }</style><p class="a">a</p><p class="b">b</p>');
  expect((await moving(page, 0)).length).toBeGreaterThanOrEqual(2);
  expect(await moving(page, 140)).toEqual(['p.b fades for 0.3s']);
});
