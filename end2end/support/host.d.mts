export interface Options {
  /** Which folder lies below which path; a path begins and ends with `/`. */
  at?: Record<string, string>;
  /**
   * Whether bodies go out packed, to who takes them so: never, where a `.br` or `.gz` lies beside the file, or always. A host
   * that packs by itself is as good, so `always` also measures a site that was built without.
   */
  packed?: 'none' | 'beside' | 'always';
  /** Beside the types and the lives in caches. */
  headers?: Record<string, string> | ((path: string) => Record<string, string>);
  /** Whether anything may be kept by the browser. */
  cache?: boolean;
  /** Hears of each answer. */
  seen?: (answer: { path: string; status: number }) => void;
  /** The status of a path that is to fail. */
  broken?: (path: string) => number | undefined;
  /** Any free one, without it. */
  port?: number;
}

export interface Host {
  readonly port: number;
  readonly url: string;
  put(path: string, folder: string): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export function host(options?: Options): Promise<Host>;
export function dist(): string;
export function builtOrFail(folder: string): string;
export function headersOf(folder: string): Record<string, string>;
