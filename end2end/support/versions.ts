// A later version of the built site, made from it: all files with a hash in their name have other names, the page says another
// version, and integrity and the service worker's list are as a build would have left them.
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, sep } from 'node:path';
import { DIST } from './site';

const HASHED = /-([0-9a-f]{8,64})\.[a-z0-9]+$/;
const HASHES = ['sha256', 'sha384', 'sha512'];
/** What names no other file first, the worker's list last. */
const ORDER = [/\.(wasm|css|svg|png)$/, /\/boot-[^/]*\.js$/, /\/app-[^/]*\.js$/, /\.js$/, /\.webmanifest$/, /\.html$/];

export interface Version {
  /** The folder with the built site. */
  folder: string;
  /** What its page has in `data-version`. */
  name: string;
  /** Where its files with a hash in their name are, from the folder on. */
  parts: string[];
}

const integrity = (hash: string, body: Buffer): string => `${hash}-${createHash(hash).update(body).digest('base64')}`;
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));

/** What the page of a built site says of itself. */
export function versionOf(folder = DIST): string {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const found = /data-version="([^"]+)"/.exec(page)?.[1];
  if (!found) throw new Error(`${join(folder, 'index.html')} says no version. Run script/build.`);
  return found;
}

/** Names of the built site's files with a hash in them. */
export const partsOf = (folder = DIST): string[] => files(folder).filter((file) => HASHED.test(file));

/** Makes a version in a folder of its own; `forget` takes that away. */
export function laterVersion(number: number): Version {
  const folder = mkdtempSync(join(tmpdir(), 'uiot-version-'));
  cpSync(DIST, folder, { recursive: true, filter: (path) => !/\.(br|gz)$/.test(path) });
  const [before, name] = [versionOf(folder), `${versionOf(folder)}-later.${number}`];
  const rank = (file: string): number => (file === 'sw.js' ? ORDER.length : ORDER.findIndex((kind) => kind.test(`/${file}`)));
  const all = files(folder).filter((file) => rank(file) >= 0 && !file.startsWith('hosting/'));
  all.sort((a, b) => rank(a) - rank(b));
  const renamed = new Map<string, string>();
  for (const file of all) {
    const hash = HASHED.exec(file)?.[1];
    if (!hash) continue;
    const other = createHash('sha256').update(`${hash} ${number}`).digest('hex').padEnd(hash.length, '0').slice(0, hash.length);
    renamed.set(basename(file), basename(file).replace(hash, other));
  }
  const became = new Map<string, string>(renamed);
  for (const file of all) {
    const path = join(folder, file);
    const old = readFileSync(path);
    if (/\.(html|js|webmanifest)$/.test(file) && file !== 'uiot-testbench.html') {
      let text = old.toString('utf8');
      for (const [was, is] of became) text = text.replaceAll(was, is);
      if (file === 'index.html') text = text.replace(`data-version="${before}"`, `data-version="${name}"`);
      if (file === 'sw.js') {
        const version = /^(const VERSION = ")([^"]*)(";)/m;
        if (!version.test(text)) throw new Error('sw.js has no line `const VERSION = "…";`');
        text = text.replace(version, `$1$2-${number}$3`);
      }
      const body = Buffer.from(text);
      writeFileSync(path, body);
      for (const hash of HASHES) if (!body.equals(old)) became.set(integrity(hash, old), integrity(hash, body));
    }
    const to = renamed.get(basename(file));
    if (to) renameSync(path, path.slice(0, -basename(file).length) + to);
  }
  return { folder, name, parts: partsOf(folder) };
}

export const forget = (version: Version): void => rmSync(version.folder, { recursive: true, force: true });
