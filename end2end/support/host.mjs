// A static host as good ones are: types, what is packed already, a long life for names with a hash, the headers that
// come with the site. The browser tests, the audit and the benchmark of the first screen all serve through it.
import { createServer } from 'node:http';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};
const PACKED = ['.html', '.js', '.mjs', '.css', '.wasm', '.json', '.webmanifest', '.svg', '.txt', '.md'];
const WAYS = [
  {
    name: 'br',
    ending: '.br',
    // The best takes half a minute for megabytes. What script/build leaves is packed with it.
    pack: (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: body.length > 1e6 ? 9 : 11 } }),
  },
  { name: 'gzip', ending: '.gz', pack: (body) => gzipSync(body, { level: 9 }) },
];
const HASHED = /-[0-9a-f]{8,64}(_bg)?\.[a-z0-9]+$/;

/** What the site asks of its host, where the built one does not bring an example of it. */
const STRICT = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
    "connect-src 'self' ws: wss: http: https:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** The built site: the folder `SITE_DIST`, else `dist/`. */
export const dist = () => resolve(process.env.SITE_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url)));

/** Ends with the way out where the site is not there. */
export function builtOrFail(folder) {
  if (existsSync(join(folder, 'index.html'))) return folder;
  throw new Error(`the site is not built: ${join(folder, 'index.html')} is missing. Run script/build first.`);
}

/** The headers for every file, as the site's own example for hosts that read a file of them has it: what everybody is told to set. */
export function headersOf(folder) {
  const example = join(folder, 'hosting', '_headers');
  if (!existsSync(example)) return STRICT;
  const ofAll = /^\/\*\n((?:[ \t]+.*\n)+)/m.exec(readFileSync(example, 'utf8'))?.[1] ?? '';
  const found = [...ofAll.matchAll(/^\s+([\w-]+): (.+)$/gm)];
  if (found.length === 0) throw new Error(`${example} has no headers for every file`);
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}

const packedBefore = new Map();

/** The body as the browser takes it best: the packed file that lies beside it, or packed here and remembered. */
async function inShort(file, body, offered, anyway) {
  for (const { name, ending, pack } of WAYS) {
    if (!new RegExp(`\\b${name}\\b`).test(offered)) continue;
    const beside = await readFile(file + ending).catch(() => undefined);
    if (beside) return { how: name, body: beside };
    if (!anyway) continue;
    const { size, mtimeMs } = statSync(file);
    const key = `${name} ${size} ${mtimeMs} ${file}`;
    if (!packedBefore.has(key)) packedBefore.set(key, pack(body));
    return { how: name, body: packedBefore.get(key) };
  }
  return { body };
}

const wholePath = (url) => {
  try {
    return decodeURIComponent(new URL(url ?? '/', 'http://host').pathname);
  } catch {
    return '/';
  }
};

/**
 * Serves folders below paths on a free loopback port. host.d.mts says what can be asked for.
 */
export async function host({ at = { '/': dist() }, packed = 'none', headers = {}, cache = true, seen = () => {}, broken = () => undefined, port = 0 } = {}) {
  const answer = async (request) => {
    const path = wholePath(request.url);
    const plain = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
    const status = broken(path);
    if (status) return { path, status, headers: plain, body: 'broken' };
    const base = Object.keys(at).filter((each) => path.startsWith(each)).sort((a, b) => b.length - a.length)[0];
    if (base === undefined) return { path, status: 404, headers: plain, body: 'not here' };
    const folder = at[base];
    let file = normalize(join(folder, path.slice(base.length)));
    if (file !== folder && !file.startsWith(folder + sep) && file !== folder + sep) return { path, status: 403, headers: plain, body: 'no' };
    if (path.endsWith('/')) file = join(file, 'index.html');
    const body = await readFile(file).catch(() => undefined);
    if (body === undefined) return { path, status: 404, headers: plain, body: 'not found' };
    const kind = extname(file);
    const offered = String(request.headers['accept-encoding'] ?? '');
    const short = packed !== 'none' && PACKED.includes(kind) ? await inShort(file, body, offered, packed === 'always') : { body };
    const etag = `"${body.length.toString(16)}-${Math.trunc(statSync(file).mtimeMs).toString(16)}${short.how ?? ''}"`;
    const all = {
      'Content-Type': TYPES[kind] ?? 'application/octet-stream',
      'Cache-Control': !cache ? 'no-store' : HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(cache ? { ETag: etag } : {}),
      ...(packed === 'none' ? {} : { Vary: 'Accept-Encoding' }),
      ...(short.how ? { 'Content-Encoding': short.how } : {}),
      ...(typeof headers === 'function' ? headers(path) : headers),
    };
    if (cache && request.headers['if-none-match'] === etag) return { path, status: 304, headers: all };
    return { path, status: 200, headers: all, body: short.body };
  };
  const server = createServer((request, response) => {
    answer(request).then(
      ({ path, status, headers, body }) => {
        seen({ path, status });
        response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
      },
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  const listen = (wanted) => new Promise((done, fail) => server.once('error', fail).listen(wanted, '127.0.0.1', done));
  await listen(port);
  const bound = server.address().port;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}/`,
    /** From now on this folder is what lies below the path. */
    put: (path, folder) => {
      at[path] = folder;
    },
    stop: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((done) => server.close(() => done()));
    },
    /** Again on the same port. */
    start: () => listen(bound),
  };
}
