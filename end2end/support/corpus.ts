// Hostile values of all kinds, each with what it tries: end2end/hostile/corpus.json.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Kind = 'payload' | 'topic' | 'client' | 'filter' | 'profile' | 'link' | 'record' | 'model' | 'storage';

export interface Case {
  id: string;
  kind: Kind;
  tries: string;
  /** The value as text. */
  value?: string;
  /** The value as bytes. */
  base64?: string;
  /** The value as texts, each so many times: what would be too long to read. */
  parts?: [string, number][];
  /** A topic that no broker may send: the page has to report it. */
  breaks?: boolean;
  /** What the page has to say against it. */
  says?: string[];
  /** What it has to show of it. */
  shows?: string[];
  /** What it must not take over. */
  hides?: string[];
  /** Whether it has to be warned of. */
  warns?: boolean;
  /** Names of profiles that are taken. */
  names?: string[];
  /** What is remarked on profiles that are taken. */
  remarks?: string[];
  /** The refusal of a record. */
  code?: string;
  /** Lines of a record that are left out. */
  left?: number;
  /** Faults of a record in all. */
  faults?: number;
  /** Whether a record has its end. */
  whole?: boolean;
  /** Whether a model is refused. */
  refused?: boolean;
  /** What is shown of a model. */
  text?: string;
}

const FILE = fileURLToPath(new URL('../hostile/corpus.json', import.meta.url));
export const CORPUS = JSON.parse(readFileSync(FILE, 'utf8')) as Case[];

export const ofKind = (kind: Kind): Case[] => CORPUS.filter((each) => each.kind === kind);

/** The bytes of a value. */
export function bytesOf(each: Case): Buffer {
  if (each.base64 !== undefined) return Buffer.from(each.base64, 'base64');
  return Buffer.from(each.value ?? (each.parts ?? []).map(([text, times]) => text.repeat(times)).join(''), 'utf8');
}

export const textOf = (each: Case): string => bytesOf(each).toString('utf8');

/** Whether a text is shown as it stands: letters, digits and signs of one line. */
export const isPlain = (each: Case): boolean => each.value !== undefined && /^[\x20-\x7e\u4e00-\u9fff\uff00-\uffef]+$/.test(each.value);
