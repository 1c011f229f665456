// axe-core on a screen: WCAG 2.0 to 2.2, levels A and AA.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { App } from './app';
import type { Findings } from './findings';
import type { Stop } from './screens';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

/** The rules that depend on the theme. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe-core finds on the page as it stands, by these rules alone if they are given. */
export async function violations(page: Page, rules: string[] = []): Promise<string[]> {
  // Not as a script of the page: its policy admits none but its own.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const results = await page.evaluate(async ([tags, rules]) => {
    const { axe } = window as unknown as { axe: { run: (context: Document, options: object) => Promise<AxeResults> } };
    return axe.run(document, {
      ...(rules.length > 0
        ? { runOnly: { type: 'rule', values: rules } }
        : // Part of WCAG 2.2 AA, but off by default.
          { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } }),
      resultTypes: ['violations'],
    });
  }, [TAGS, rules] as const);
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} — ${(node.failureSummary ?? '').replace(/\s+/g, ' ')}`),
  );
}

/** What axe-core finds on the screen as it stands at these widths, and of its colours in both themes. */
async function inBothThemes(app: App, widths: readonly number[], add: (where: string, found: string[]) => void): Promise<void> {
  const before = app.page.viewportSize();
  for (const width of widths) {
    await app.page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    // What is narrow has no colours of its own.
    for (const theme of width === widths[0] ? (['light', 'dark'] as const) : (['light'] as const)) {
      // Set as the media feature, because the select may be hidden on a small screen.
      await app.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await expect(app.page.locator('html')).toHaveCSS('color-scheme', new RegExp(theme));
      add(`${width} ${theme}`, await violations(app.page, theme === 'dark' ? COLOURS : []));
    }
  }
  await app.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
  if (before) await app.page.setViewportSize(before);
}

/** Checks a stop of a walk, in both themes and at all its widths. */
export const checkStop = (app: App, stop: Stop, found: Findings): Promise<void> =>
  inBothThemes(app, stop.widths, (where, violated) => found.add(`${stop.name} ${where}`, violated));

/** Checks the screen as it stands, in both themes and, unless told otherwise, at both widths. */
export async function checkScreen(app: App, name: string, widths = [1_440, 390]): Promise<void> {
  const found: string[] = [];
  await inBothThemes(app, widths, (where, violated) => found.push(...violated.map((each) => `${name} ${where}: ${each}`)));
  await app.page.setViewportSize({ width: 1_440, height: 900 });
  expect(found).toEqual([]);
}
