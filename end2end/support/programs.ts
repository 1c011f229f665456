// Finds the programs that the tests drive. Nothing is downloaded: a missing program is an error that names it.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Brokers live in sbin, which is not on everybody's PATH.
const EXTRA_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/usr/local/bin', '/usr/bin', '/opt/homebrew/sbin', '/opt/homebrew/bin'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first of `names` that exists, as a full path. `override` names an environment variable that wins. */
export function findProgram(names: string[], override?: string): string {
  const chosen = override ? process.env[override] : undefined;
  if (chosen) return chosen;
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...EXTRA_FOLDERS];
  for (const name of names) {
    for (const folder of folders) {
      const file = join(folder, name);
      if (isExecutable(file)) return file;
    }
  }
  const hint = override ? ` Install it, or set ${override} to its path.` : ' Install it.';
  throw new Error(`${names.join(' or ')} was not found.${hint}`);
}

/** Mosquitto's own plugin for access rules: the only way in which mosquitto 2.0 answers a SUBSCRIBE with 0x80. */
export function findDynamicSecurityPlugin(): string {
  const chosen = process.env.MOSQUITTO_DYNAMIC_SECURITY;
  if (chosen) return chosen;
  const file = 'mosquitto_dynamic_security.so';
  const roots = ['/usr/lib', '/usr/local/lib', '/usr/lib64', '/opt/homebrew/lib'];
  for (const root of roots) {
    if (!existsSync(root)) continue;
    const folders = ['', ...readdirSync(root).filter((name) => /-linux-|mosquitto/.test(name))];
    for (const folder of folders) {
      const candidate = join(root, folder, file);
      if (existsSync(candidate)) return candidate;
    }
  }
  throw new Error(`${file} was not found. It comes with mosquitto; set MOSQUITTO_DYNAMIC_SECURITY to its path.`);
}
