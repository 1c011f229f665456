// The platform of examples/simulator on free loopback ports: its first line, its control, its log. Ended by its process.
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first line of the simulator's output. */
export interface Introduction {
  address: string;
  control: string;
  /** Plain MQTT, if it was asked for. */
  tcp?: string;
  ProductSN: string;
  ProductSecret: string;
  DeviceSN: string;
  DeviceSecret: string;
}

/** An answer of the control. */
export type Answer = Record<string, unknown> & { RetCode: number; Message?: string };

/** A line of what the cloud saw; each kind has fields of its own. */
export type Seen = Record<string, unknown> & { Seq: number; Kind: string };

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

function program(): string {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
  const file = process.env.SIMULATOR ?? join(target, 'debug', 'examples', 'simulator');
  if (!existsSync(file)) throw new Error(`${file} is not there: cargo build --example simulator`);
  return file;
}

// Whatever ends the tests, no simulator outlives them.
const children = new Set<ChildProcessWithoutNullStreams>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** How a simulator that did not start, or that ended, came to its end. */
export interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  log: string;
}

/** Starts the program and waits until it has said something or ended. */
async function launch(args: string[]): Promise<{ child: ChildProcessWithoutNullStreams; said: { output: string; log: string }; exited: Promise<End> }> {
  const child = spawn(program(), args, { cwd: root });
  children.add(child);
  const said = { output: '', log: '' };
  child.stdin.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.log += text));
  const firstLine = new Promise<void>((done) =>
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.output += text;
      if (said.output.includes('\n')) done();
    }),
  );
  const exited = new Promise<End>((done) =>
    child.once('close', (code, signal) => {
      children.delete(child);
      done({ code, signal, ...said });
    }),
  );
  await Promise.race([firstLine, exited]);
  return { child, said, exited };
}

export class Simulator {
  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly said: { output: string; log: string },
    private readonly exited: Promise<End>,
    readonly first: Introduction,
  ) {}

  static async start(...options: string[]): Promise<Simulator> {
    const { child, said, exited } = await launch(['--listen', '127.0.0.1:0', '--control', '127.0.0.1:0', ...options]);
    const line = said.output.split('\n')[0] ?? '';
    if (line === '') {
      const end = await exited;
      throw new Error(`the simulator ended with ${end.code}:\n${end.log}`);
    }
    return new Simulator(child, said, exited, JSON.parse(line) as Introduction);
  }

  /** Starts it where it should not start. */
  static async failing(...options: string[]): Promise<End> {
    const { child, exited } = await launch(options);
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    const end = await exited;
    clearTimeout(timer);
    return end;
  }

  /** What it wrote to the error output. */
  get log(): string {
    return this.said.log;
  }

  /** The topic of the demo device with this suffix: `/$system/P/D/…`. */
  system(suffix: string, deviceSN = this.first.DeviceSN): string {
    return `/$system/${this.first.ProductSN}/${deviceSN}/${suffix}`;
  }

  /** A custom topic of the demo device: `/P/D/…`. */
  custom(rest: string, deviceSN = this.first.DeviceSN): string {
    return `/${this.first.ProductSN}/${deviceSN}/${rest}`;
  }

  /** Lets the cloud's side do something. The answer may be a refusal. */
  async call(command: string, fields: Record<string, unknown> = {}): Promise<Answer> {
    const response = await fetch(`${this.first.control}/${command}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(fields),
    });
    return (await response.json()) as Answer;
  }

  /** Looks at something. */
  async look(command: string, fields: Record<string, string | number> = {}): Promise<Answer> {
    const query = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]));
    const response = await fetch(`${this.first.control}/${command}?${query}`);
    return (await response.json()) as Answer;
  }

  /** What the cloud saw so far. */
  async trace(): Promise<Seen[]> {
    return (await this.look('trace', { Limit: 2_000 })).Lines as Seen[];
  }

  /** Waits until the cloud saw something with these fields, and returns it. */
  async untilSeen(fields: Record<string, unknown>, limit = 7_000): Promise<Seen> {
    const end = Date.now() + limit;
    for (;;) {
      const lines = await this.trace();
      const found = lines.find((line) => Object.entries(fields).every(([name, value]) => line[name] === value));
      if (found) return found;
      if (Date.now() > end) {
        throw new Error(`the cloud never saw ${JSON.stringify(fields)}:\n${this.log.slice(-4_000)}`);
      }
      await new Promise((next) => setTimeout(next, 20));
    }
  }

  /** Types a line, and returns the answer. */
  async type(line: string): Promise<Answer> {
    const before = this.said.output.length;
    this.child.stdin.write(`${line}\n`);
    const end = Date.now() + 7_000;
    while (!this.said.output.slice(before).includes('\n')) {
      if (Date.now() > end) throw new Error(`no answer to ${line}`);
      await new Promise((next) => setTimeout(next, 10));
    }
    return JSON.parse(this.said.output.slice(before)) as Answer;
  }

  /** How many MB of memory it has; none where the system does not say. */
  async memory(): Promise<number | undefined> {
    const { readFile } = await import('node:fs/promises');
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8').catch(() => '');
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(status);
    return match ? Number(match[1]) / 1024 : undefined;
  }

  /** Ends it as Ctrl-C does. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<End> {
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5_000);
    const end = await this.exited;
    clearTimeout(timer);
    return end;
  }
}
