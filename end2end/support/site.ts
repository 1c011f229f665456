// Serves the built site as any static host would: from a folder, with correct types, and nothing clever.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the built site. */
export const DIST = process.env.SITE_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
};

export class Site {
  private constructor(
    readonly url: string,
    /** Path and status of each request, in order. Empty for a server that was running already. */
    readonly requests: { path: string; status: number }[],
    private readonly server?: Server,
  ) {}

  /** `folder` such as `/tools/testbench/` puts the site below the root of the server; all else is a 404 then. */
  static async start(folder = '/'): Promise<Site> {
    const running = process.env.SITE_URL;
    if (running && folder === '/') return new Site(running.endsWith('/') ? running : `${running}/`, []);
    if (!existsSync(join(DIST, 'index.html'))) {
      throw new Error(`the site is not built: ${join('dist', 'index.html')} is missing. Run script/build (or trunk build --release) first.`);
    }
    const requests: Site['requests'] = [];
    const server = createServer((request, response) => {
      const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
      const answer = (status: number, type: string, body: Buffer | string): void => {
        requests.push({ path, status });
        response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
        response.end(body);
      };
      if (!path.startsWith(folder)) return answer(404, 'text/plain', 'not here');
      const name = path.slice(folder.length) || 'index.html';
      const file = normalize(join(DIST, name));
      if (!file.startsWith(DIST + sep)) return answer(403, 'text/plain', 'no');
      readFile(file).then(
        (body) => answer(200, TYPES[extname(file)] ?? 'application/octet-stream', body),
        () => answer(404, 'text/plain', 'not found'),
      );
    });
    await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
    return new Site(`http://127.0.0.1:${(server.address() as AddressInfo).port}${folder}`, requests, server);
  }

  get origin(): string {
    return new URL(this.url).origin;
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((done) => server.close(() => done()));
  }
}
