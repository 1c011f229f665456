// A real mosquitto on free loopback ports: one listener for WebSockets (the page), one for plain TCP
// (mosquitto_pub and mosquitto_sub at the other end). Each broker has its own folder and is stopped by its process.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, untilListening } from './ports';
import { findDynamicSecurityPlugin, findProgram } from './programs';

export interface BrokerOptions {
  /** User names and passwords (a password_file). Without it everybody may connect. */
  users?: Record<string, string>;
  /** Lines of an acl_file. Mosquitto 2.0 checks them when a message moves, not when a client subscribes. */
  acl?: string[];
  /**
   * Filters whose SUBSCRIBE is answered with 0x80. Needs mosquitto's dynamic security plugin: with an acl_file
   * mosquitto 2.0 grants each subscription and only withholds the messages.
   */
  refusedFilters?: string[];
}

/** A message as mosquitto_sub saw it. */
export interface Seen {
  topic: string;
  qos: number;
  payload: Buffer;
}

const ownUser = userInfo().username;

// Whatever ends the tests, no broker outlives them.
const children = new Set<ChildProcessWithoutNullStreams>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function start(program: string, args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(program, args);
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

export class Broker {
  readonly host = '127.0.0.1';
  private process: ChildProcessWithoutNullStreams | undefined;
  private exited: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<Listener>();
  /** What mosquitto wrote to its log, over all its starts. */
  log = '';

  private constructor(
    readonly webSocketPort: number,
    readonly tcpPort: number,
    private readonly folder: string,
    private readonly login: string[],
  ) {}

  static async start(options: BrokerOptions = {}): Promise<Broker> {
    const folder = mkdtempSync(join(tmpdir(), 'uiot-broker-'));
    chmodSync(folder, 0o755);
    const webSocketPort = await freePort();
    const tcpPort = await freePort();
    const lines = [
      'per_listener_settings false',
      `user ${ownUser}`,
      `listener ${webSocketPort} 127.0.0.1`,
      'protocol websockets',
      `listener ${tcpPort} 127.0.0.1`,
      'protocol mqtt',
      'persistence false',
      'log_dest stderr',
      'log_type all',
      'connection_messages true',
      // The defaults drop messages silently in a burst.
      'max_queued_messages 0',
      'max_inflight_messages 0',
      `allow_anonymous ${options.users ? 'false' : 'true'}`,
    ];
    let login: string[] = [];
    if (options.users && !options.refusedFilters) {
      const file = join(folder, 'passwords');
      writeFileSync(file, Object.entries(options.users).map(([name, password]) => `${name}:${password}\n`).join(''));
      execFileSync(findProgram(['mosquitto_passwd']), ['-U', file]);
      chmodSync(file, 0o600);
      lines.push(`password_file ${file}`);
    }
    if (options.users) {
      const [first] = Object.entries(options.users);
      if (first) login = ['-u', first[0], '-P', first[1]];
    }
    if (options.acl) {
      const file = join(folder, 'acl');
      writeFileSync(file, options.acl.join('\n') + '\n', { mode: 0o600 });
      lines.push(`acl_file ${file}`);
    }
    if (options.refusedFilters) {
      const file = join(folder, 'security.json');
      writeFileSync(file, JSON.stringify(dynamicSecurity(options.refusedFilters, options.users ?? {})), { mode: 0o600 });
      lines.push(`plugin ${findDynamicSecurityPlugin()}`, `plugin_opt_config_file ${file}`);
    }
    writeFileSync(join(folder, 'mosquitto.conf'), lines.join('\n') + '\n');
    const broker = new Broker(webSocketPort, tcpPort, folder, login);
    await broker.run();
    return broker;
  }

  private async run(): Promise<void> {
    const child = start(findProgram(['mosquitto'], 'MOSQUITTO'), ['-c', join(this.folder, 'mosquitto.conf')]);
    this.process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    this.exited = new Promise((done) => child.once('exit', () => done()));
    const alive = (): boolean => child.exitCode === null && child.signalCode === null;
    try {
      await untilListening(this.tcpPort, alive);
      await untilListening(this.webSocketPort, alive);
    } catch (error) {
      throw new Error(`mosquitto did not start: ${String(error)}\n${this.log}`);
    }
  }

  /** Stops the broker as an operator would. Its clients see their connections end. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child) return;
    child.kill(signal);
    await this.exited;
  }

  /** Starts a stopped broker again, on the same ports. It remembers nothing. */
  async restart(): Promise<void> {
    await this.stop();
    await this.run();
  }

  /** Lets the broker stand still: its connections stay open, and nothing is answered. */
  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }

  async dispose(): Promise<void> {
    this.resume();
    for (const listener of this.listeners) await listener.stop();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Waits until the log has a line that matches, from `after` on, and returns the match. */
  async untilLogged(pattern: RegExp, after = 0, limit = 7_000): Promise<RegExpMatchArray> {
    const end = Date.now() + limit;
    for (;;) {
      const match = this.log.slice(after).match(pattern);
      if (match) return match;
      if (Date.now() > end) throw new Error(`the broker never logged ${pattern}:\n${this.log.slice(-4_000)}`);
      await new Promise((next) => setTimeout(next, 10));
    }
  }

  /** Publishes with mosquitto_pub and waits until it has done so. */
  async publish(topic: string, payload: string | Uint8Array, qos: 0 | 1 | 2 = 0): Promise<void> {
    const source = payload.length > 0 ? '-s' : '-n';
    await this.runPublisher(['-t', topic, '-q', String(qos), source], payload);
  }

  /** Publishes each line as one message, as fast as mosquitto_pub can. */
  async publishLines(topic: string, lines: string[], qos: 0 | 1 | 2 = 0): Promise<void> {
    await this.runPublisher(['-t', topic, '-q', String(qos), '-l'], lines.join('\n') + '\n');
  }

  private async runPublisher(args: string[], input: string | Uint8Array): Promise<void> {
    const child = spawn(findProgram(['mosquitto_pub']), ['-h', this.host, '-p', String(this.tcpPort), ...this.login, ...args]);
    let said = '';
    child.stdout.on('data', (data: Buffer) => (said += data.toString()));
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const code = await new Promise<number | null>((done) => child.once('exit', done));
    if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}: ${said}`);
  }

  /**
   * A mosquitto_sub that connects as `clientId`, and again whenever it was thrown out, until the returned function is
   * called.
   */
  async rival(clientId: string): Promise<() => Promise<void>> {
    let child: ChildProcessWithoutNullStreams | undefined;
    let exited: Promise<unknown> = Promise.resolve();
    let stopped = false;
    const run = (): void => {
      const args = ['-h', this.host, '-p', String(this.tcpPort), ...this.login, '-i', clientId, '-t', 'rival'];
      const running = start(findProgram(['mosquitto_sub']), args);
      child = running;
      exited = new Promise((done) => running.once('exit', done));
      running.once('exit', () => {
        if (!stopped) setTimeout(() => !stopped && run(), 1_000);
      });
    };
    const after = this.log.length;
    run();
    await this.untilLogged(new RegExp(`as ${clientId} \\(`), after);
    return async () => {
      stopped = true;
      child?.kill('SIGTERM');
      await exited;
    };
  }

  /** Subscribes with mosquitto_sub. Resolves when the broker has acknowledged the subscription. */
  async listen(filter: string, qos: 0 | 1 | 2 = 1): Promise<Listener> {
    const id = `listener-${randomBytes(6).toString('hex')}`;
    const child = start(findProgram(['mosquitto_sub']), [
      '-h', this.host, '-p', String(this.tcpPort), ...this.login, '-i', id, '-t', filter, '-q', String(qos), '-F', '%q %x %t',
    ]);
    const listener = new Listener(child);
    this.listeners.add(listener);
    await this.untilLogged(new RegExp(`Sending SUBACK to ${id}`));
    return listener;
  }
}

export class Listener {
  readonly seen: Seen[] = [];
  private rest = '';
  private problem: Error | undefined;

  constructor(private readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.take(text));
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const match = /^(\d) ([0-9a-fA-F]*) (.*)$/.exec(line);
      if (!match) {
        this.problem = new Error(`mosquitto_sub printed ${JSON.stringify(line.slice(0, 200))}`);
        return;
      }
      this.seen.push({ qos: Number(match[1]), payload: Buffer.from(match[2] ?? '', 'hex'), topic: match[3] ?? '' });
    }
  }

  /** The first `count` messages, as soon as they are there. */
  async first(count: number, limit = 7_000): Promise<Seen[]> {
    const end = Date.now() + limit;
    while (this.seen.length < count) {
      if (this.problem) throw this.problem;
      if (Date.now() > end) throw new Error(`mosquitto_sub saw ${this.seen.length} of ${count} messages`);
      await new Promise((next) => setTimeout(next, 10));
    }
    return this.seen.slice(0, count);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise<void>((done) => this.child.once('exit', () => done()));
    this.child.kill('SIGTERM');
    await exited;
  }
}

function dynamicSecurity(refused: string[], users: Record<string, string>): object {
  const iterations = 101;
  const roles = [{ rolename: 'device' }];
  return {
    defaultACLAccess: { publishClientSend: true, publishClientReceive: true, subscribe: true, unsubscribe: true },
    anonymousGroup: 'everybody',
    groups: [{ groupname: 'everybody', roles }],
    clients: Object.entries(users).map(([username, password]) => {
      const salt = randomBytes(12);
      const hash = pbkdf2Sync(password, salt, iterations, 64, 'sha512');
      return { username, salt: salt.toString('base64'), password: hash.toString('base64'), iterations, roles };
    }),
    roles: [
      {
        rolename: 'device',
        acls: refused.map((topic) => ({ acltype: 'subscribePattern', topic, priority: 1, allow: false })),
      },
    ],
  };
}
