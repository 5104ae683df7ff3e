import type { DatabaseFault } from '../domain/session.ts';

/** Which database the thread opens: one in memory where it names nothing. */
export interface Opened {
  readonly folder?: string;
  readonly dump?: string;
}

/** What the main thread asks of the thread that holds PGlite. */
export type Call = { readonly id: number } & (
  | { readonly type: 'ready' | 'close' }
  | { readonly type: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly type: 'script'; readonly sql: string }
  | { readonly type: 'dump'; readonly file: string }
);

/** `fault`: PostgreSQL refused; `crash`: the engine itself failed, and is of no more use. */
export type Answer = { readonly id: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: DatabaseFault }
  | { readonly ok: false; readonly crash: string }
);
