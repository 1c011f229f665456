// Serves the built site as any static host would: from a folder, with correct types, and nothing clever.
import { builtOrFail, dist, headersOf, host } from './host.mjs';
import type { Host } from './host.mjs';

/** The folder of the built site. */
export const DIST = dist();

/** How the host is, where it is not the plainest. */
export interface Hosting {
  /** Puts the site below the root of the server, such as `/tools/testbench/`; all else is a 404 then. */
  folder?: string;
  /** Another build. */
  dist?: string;
  /** Bodies go out packed, by the files that were packed at the build. */
  packed?: boolean;
  /** With the headers that the site's own examples set. */
  strict?: boolean;
  /** The browser may keep files as it would of a real host. */
  cache?: boolean;
}

export class Site {
  private constructor(
    readonly url: string,
    /** Path and status of each request, in order. Empty for a server that was running already. */
    readonly requests: { path: string; status: number }[],
    private readonly folder: string,
    /** The status of paths that are to fail, by how they end. */
    readonly broken: Map<string, number>,
    private readonly server?: Host,
  ) {}

  static async start(hosting: Hosting = {}): Promise<Site> {
    const running = process.env.SITE_URL;
    const { folder = '/', packed = false, strict = false, cache = false } = hosting;
    if (running && Object.keys(hosting).length === 0) return new Site(running.endsWith('/') ? running : `${running}/`, [], '/', new Map());
    const built = builtOrFail(hosting.dist ?? DIST);
    const requests: Site['requests'] = [];
    const broken = new Map<string, number>();
    const server = await host({
      at: { [folder]: built },
      packed: packed ? 'beside' : 'none',
      headers: strict ? headersOf(built) : {},
      cache,
      seen: (answer) => requests.push(answer),
      broken: (path) => [...broken].find(([end]) => path.endsWith(end))?.[1],
    });
    return new Site(server.url.slice(0, -1) + encodeURI(folder), requests, folder, broken, server);
  }

  get origin(): string {
    return new URL(this.url).origin;
  }

  /** From now on another build is what the server has. */
  put(built: string): void {
    this.server?.put(this.folder, built);
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }

  /** Starts a stopped server again, on the same port. */
  async restart(): Promise<void> {
    await this.server?.start();
  }
}
