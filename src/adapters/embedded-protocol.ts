import type { DatabaseFault } from '../domain/session.ts';

/**
 * The database that the thread opens: a folder, or a dump loaded into memory; a new one in memory if both are absent.
 */
export interface OpenOptions {
  readonly folder?: string;
  readonly dump?: string;
}

/** A request of the main thread to the thread that runs PGlite. */
export type Call = { readonly id: number } & (
  | { readonly type: 'ready' | 'close' }
  | { readonly type: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly type: 'script'; readonly sql: string }
  | { readonly type: 'dump'; readonly file: string }
);

/** `fault`: PostgreSQL reported an error. `crash`: the engine itself failed, and cannot be used any more. */
export type Answer = { readonly id: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: DatabaseFault }
  | { readonly ok: false; readonly crash: string }
);
