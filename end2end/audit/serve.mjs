// The built site as a good static host serves it: compressed, and with a long life for the files that carry their hash.
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
};
const PACKED = ['.html', '.js', '.css', '.wasm', '.json', '.webmanifest', '.svg', '.txt'];
const HASHED = /-[0-9a-f]{14,16}(_bg)?\.[a-z]+$/;

/** Serves a folder on a free loopback port. */
export async function serve(folder = fileURLToPath(new URL('../../dist', import.meta.url))) {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Error(`the site is not built: ${join(folder, 'index.html')} is missing. Run script/build first.`);
  }
  const packed = new Map();
  const pack = (file, body, how) => {
    const key = `${how} ${file}`;
    if (!packed.has(key)) {
      packed.set(key, how === 'br' ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }) : gzipSync(body));
    }
    return packed.get(key);
  };
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '/').split('?')[0]).slice(1) || 'index.html';
    const file = normalize(join(folder, name));
    if (!file.startsWith(folder + sep)) {
      response.writeHead(403).end();
      return;
    }
    readFile(file).then(
      (body) => {
        const kind = extname(file);
        const offered = String(request.headers['accept-encoding'] ?? '');
        const how = !PACKED.includes(kind) ? undefined : /\bbr\b/.test(offered) ? 'br' : /\bgzip\b/.test(offered) ? 'gzip' : undefined;
        response.writeHead(200, {
          'Content-Type': TYPES[kind] ?? 'application/octet-stream',
          'Cache-Control': HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
          Vary: 'Accept-Encoding',
          ...(how ? { 'Content-Encoding': how } : {}),
        });
        response.end(how ? pack(file, body, how) : body);
      },
      () => response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found'),
    );
  });
  await new Promise((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
