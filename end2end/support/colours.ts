// The colours of style/tokens.css, read as a browser reads them, and the contrast between two of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Theme = 'light' | 'dark';
export const THEMES: Theme[] = ['light', 'dark'];

const TOKENS = fileURLToPath(new URL('../../style/tokens.css', import.meta.url));
const STYLE = fileURLToPath(new URL('../../style/', import.meta.url));

/** The declarations of the block that begins with this selector. */
function block(css: string, selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no block ${selector}`);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start)).replace(/\/\*[\s\S]*?\*\//g, '');
  const declared = new Map<string, string>();
  for (const declaration of body.split(';')) {
    const colon = declaration.indexOf(':');
    if (colon > 0) declared.set(declaration.slice(0, colon).trim(), declaration.slice(colon + 1).trim());
  }
  return declared;
}

/** All tokens of a theme: the dark block stands on the light one. */
export function tokens(theme: Theme, css = readFileSync(TOKENS, 'utf8')): Map<string, string> {
  const all = block(css, ':root');
  if (theme === 'dark') for (const [name, value] of block(css, ':root[data-theme="dark"]')) all.set(name, value);
  return all;
}

/** A style sheet of the app. */
export const sheet = (name: string): string => readFileSync(join(STYLE, name), 'utf8');

/** The names of all style sheets but the tokens. */
export const sheets = (): string[] => readdirSync(STYLE).filter((name) => name.endsWith('.css') && name !== 'tokens.css');

/** Relative luminance after WCAG 2.2. */
function luminance(hex: string): number {
  const digits = /^#([0-9a-f]{6})$/i.exec(hex)?.[1];
  if (!digits) throw new Error(`${hex} is no colour of six hexadecimal digits`);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.212_6 * red + 0.715_2 * green + 0.072_2 * blue;
}

/** 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
