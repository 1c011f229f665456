// A real nginx with the configuration that comes with the site, in a sub-folder on a free loopback port, as whoever runs the
// tests. It keeps an access log, so that a test can see what browsers tell a server.
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort, untilListening } from './ports';
import { findProgram } from './programs';
import { DIST } from './site';

const FOLDER = '/tools/testbench/';

/** One request as nginx logged it; `-` is a header that was not sent. */
export interface Logged {
  path: string;
  status: number;
  referrer: string;
  cookie: string;
}

const children = new Set<ChildProcessWithoutNullStreams>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** The module for `.br` files, which not every nginx has. */
function brotliModule(program: string): string | undefined {
  const file = 'ngx_http_brotli_static_module.so';
  const folders = [join(dirname(realpathSync(program)), '../lib/nginx/modules'), '/usr/lib/nginx/modules', '/usr/lib64/nginx/modules'];
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}

export class Nginx {
  private constructor(
    readonly url: string,
    /** Whether it gives out the `.br` files. */
    readonly brotli: boolean,
    private readonly folder: string,
    private readonly child: ChildProcessWithoutNullStreams,
  ) {}

  static async start(): Promise<Nginx> {
    const program = findProgram(['nginx'], 'NGINX');
    const folder = mkdtempSync(join(tmpdir(), 'uiot-nginx-'));
    const port = await freePort();
    const example = join(DIST, 'hosting/nginx-folder.conf');
    if (!existsSync(example)) throw new Error(`${example} is missing: run script/build first.`);
    const brotli = brotliModule(program);
    // As its head says: another path, another folder of the files, and the module where it is there.
    let location = readFileSync(example, 'utf8');
    location = location.replaceAll('/testbench', FOLDER.slice(0, -1)).replace('/srv/uiot-testbench/', `"${DIST}/"`);
    if (brotli) location = location.replace('# brotli_static on;', 'brotli_static on;');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path "${folder}/${kind}";`);
    const lines = [
      ...(brotli ? [`load_module "${brotli}";`] : []),
      'daemon off;',
      // One process, so that it is the user's who started it, root or not.
      'master_process off;',
      `pid "${folder}/pid";`,
      'events {}',
      'http {',
      ...temporary,
      `log_format seen escape=json '["$uri",$status,"$http_referer","$http_cookie"]';`,
      `access_log "${folder}/access.log" seen;`,
      'server {',
      `listen 127.0.0.1:${port};`,
      location,
      '}',
      '}',
    ];
    const config = join(folder, 'nginx.conf');
    writeFileSync(config, lines.join('\n') + '\n');
    const child = spawn(program, ['-e', 'stderr', '-p', folder, '-c', config]);
    children.add(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('exit', () => children.delete(child));
    try {
      await untilListening(port, () => child.exitCode === null && child.signalCode === null);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`nginx did not start: ${String(error)}\n${said}`);
    }
    return new Nginx(`http://127.0.0.1:${port}${FOLDER}`, brotli !== undefined, folder, child);
  }

  get origin(): string {
    return new URL(this.url).origin;
  }

  /** What was asked for up to now, in order. */
  get requests(): Logged[] {
    const lines = readFileSync(join(this.folder, 'access.log'), 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => {
      const [path, status, referrer, cookie] = JSON.parse(line) as [string, number, string, string];
      return { path, status, referrer, cookie };
    });
  }

  async stop(): Promise<void> {
    const gone = new Promise<void>((done) => this.child.once('exit', () => done()));
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
