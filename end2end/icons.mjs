// node end2end/icons.mjs: makes the icons of assets/icons/ from assets/icon.svg. Call it when that changed.
//
// What the systems show stands on any ground, so the sign gets a tile of its own: rounded, or up to the edge where the
// system cuts the corners itself (its sign then keeps within the circle that no system cuts).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const ASSETS = new URL('../assets/', import.meta.url);
const GROUND = '#ffffff';

const sign = readFileSync(new URL('icon.svg', ASSETS), 'utf8');
const [, attributes, drawing] = /<svg ([^>]*)>(.*)<\/svg>/s.exec(sign) ?? [];
const [, side] = /viewBox="0 0 (\d+) \1"/.exec(attributes ?? '') ?? [];
if (!side) throw new Error('assets/icon.svg is not one square drawing');
const lines = attributes.replace(/(xmlns|viewBox)="[^"]*" ?/g, '').trim();

/** The sign on its tile: `part` of the tile's width, the corners rounded by `corner` of it. */
function tile(part, corner) {
  const width = Number(side);
  const short = (number) => Number(number.toFixed(3)).toString();
  const at = short((width * (1 - part)) / 2);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}">` +
    `<rect width="${side}" height="${side}" rx="${short(width * corner)}" fill="${GROUND}"/>` +
    `<g ${lines} transform="translate(${at} ${at}) scale(${part})">${drawing}</g></svg>\n`
  );
}

const rounded = tile(0.76, 0.2);
mkdirSync(new URL('icons/', ASSETS), { recursive: true });
writeFileSync(new URL('icons/icon.svg', ASSETS), rounded);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  for (const [name, pixels, drawn] of [
    ['icon-192.png', 192, rounded],
    ['icon-512.png', 512, rounded],
    ['icon-maskable-512.png', 512, tile(0.56, 0)],
    ['apple-touch-icon.png', 180, tile(0.68, 0)],
  ]) {
    await page.setViewportSize({ width: pixels, height: pixels });
    const source = `data:image/svg+xml;base64,${Buffer.from(drawn).toString('base64')}`;
    await page.setContent(`<style>body { margin: 0 } img { display: block; width: 100vw }</style><img src="${source}">`);
    await page.locator('img').evaluate((image) => image.decode());
    await page.screenshot({ path: fileURLToPath(new URL(`icons/${name}`, ASSETS)), omitBackground: true });
  }
} finally {
  await browser.close();
}
