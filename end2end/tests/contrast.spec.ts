// Contrast, computed from the tokens: what section 3 of the design promises, for every pair, in both themes. A token
// that changes for the worse fails here, whether or not any screen shows the pair today. axe looks at what is shown.
import { contrast, sheet, sheets, THEMES, tokens } from '../support/colours';
import type { Theme } from '../support/colours';
import { expect, test } from '@playwright/test';

/** WCAG 2.2: text (1.4.3), and what must be seen to use a control or to read a chart (1.4.11). */
const TEXT = 4.5;
const SHAPE = 3;

const SURFACES = ['canvas', 'panel', 'sunken', 'raised', 'hover', 'press', 'selected', 'code'].map((name) => `--bg-${name}`);
const SIGNS = ['up', 'down', 'ok', 'warn', 'err'];

interface Pair {
  fore: string;
  back: string;
  least: number;
}

const on = (fores: string[], backs: string[], least: number): Pair[] => fores.flatMap((fore) => backs.map((back) => ({ fore, back, least })));

const PAIRS: Pair[] = [
  ...on(['--fg', '--fg-2', '--fg-3', '--accent-text'], SURFACES, TEXT),
  ...on(SIGNS.map((name) => `--${name}`), SURFACES, TEXT),
  ...on(['key', 'str', 'num', 'lit', 'punct'].map((name) => `--syn-${name}`), SURFACES, TEXT),
  // Each on its own soft ground, and the texts that notes and chips write beside the sign.
  ...SIGNS.flatMap((name) => on([`--${name}`, '--fg', '--fg-2'], [`--${name}-soft`], TEXT)),
  ...on(['--accent-text', '--fg', '--fg-2'], ['--accent-soft'], TEXT),
  ...on(['--accent-on'], ['--accent', '--accent-hover', '--accent-press', '--err-fill'], TEXT),
  ...on(['--mark-fg'], ['--mark'], TEXT),
  ...on(['--line-control', '--focus', '--idle'], SURFACES, SHAPE),
  // The ring stands off its control by a pixel, but a selected or soft ground may lie behind it.
  ...on(['--focus'], ['--accent-soft', ...SIGNS.map((name) => `--${name}-soft`)], SHAPE),
  ...on([1, 2, 3, 4, 5, 6].map((number) => `--sub-${number}`), SURFACES, SHAPE),
  // What is filled: buttons, switches that are on. They stand on a surface at rest, never on a pressed or selected row.
  ...on(['--accent', '--err-fill'], SURFACES.filter((name) => !/press|selected/.test(name)), SHAPE),
];

function colour(of: Map<string, string>, name: string): string {
  const value = of.get(name);
  if (value === undefined) throw new Error(`no token ${name}`);
  return value;
}

/** The pairs that are too close, as a person would write them down. */
function tooClose(theme: Theme, css?: string): string[] {
  const all = tokens(theme, css);
  return PAIRS.map((pair) => ({ ...pair, ratio: contrast(colour(all, pair.fore), colour(all, pair.back)) }))
    .filter(({ ratio, least }) => ratio < least)
    .map(({ fore, back, ratio, least }) => `${fore} on ${back}: ${ratio.toFixed(2)}, wanted ${least}`);
}

test('the computation agrees with known figures, and sees a token that changed for the worse', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  const css = sheet('tokens.css');
  const paler = css.replace(/--fg-3: #[0-9a-f]{6}/, '--fg-3: #8a929e');
  expect(paler).not.toBe(css);
  expect(tooClose('light', paler).some((found) => found.startsWith('--fg-3 on --bg-panel'))).toBe(true);
});

for (const theme of THEMES) {
  test(`every pair of the ${theme} theme has the contrast it needs`, () => {
    expect(tooClose(theme)).toEqual([]);
  });
}

test('the dark theme gives each colour of the light one a value of its own', () => {
  const css = sheet('tokens.css');
  const light = [...tokens('light', css)].filter(([, value]) => value.startsWith('#')).map(([name]) => name);
  const start = css.indexOf(':root[data-theme="dark"]');
  const dark = css.slice(start, css.indexOf('}', start));
  expect(light.filter((name) => !dark.includes(`${name}:`) && name !== '--accent-on')).toEqual([]);
  expect(dark).toContain('--accent-on:');
});

test('colours are written in tokens.css alone', () => {
  const strange: string[] = [];
  for (const name of sheets()) {
    sheet(name)
      .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
      .split('\n')
      .forEach((line, index) => {
        if (/#[0-9a-f]{3,8}\b(?![^{;]*\{)|\b(rgba?|hsla?|oklch|oklab|lab|lch|hwb)\(/i.test(line)) strange.push(`${name}:${index + 1}: ${line.trim()}`);
      });
  }
  expect(strange).toEqual([]);
});
