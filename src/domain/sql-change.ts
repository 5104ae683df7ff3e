import type { Secret } from './secret.ts';

/** A migration file as it will be applied. `text` is sent as it is; `checksum` is over LF-normalised text. */
export interface MigrationFile {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
  /** In a transaction of its own, or one `CREATE INDEX CONCURRENTLY` outside of any. */
  readonly mode: 'transaction' | 'no-transaction';
  /** The index that a no-transaction file builds: an invalid one is dropped before the next try. */
  readonly index?: { readonly schema: string; readonly name: string; readonly table: string };
}

/** A session of an earlier roll-out that holds locks still, and that nobody listens to any more. */
export interface Leftover {
  /** Of its process on the server. */
  readonly pid: number;
  /** As the server tells it: another session may get the same number. */
  readonly started: string;
  /** What it does, and since when; for people. */
  readonly words: string;
}

/** Schemas, with all that the ledger says of them. */
export interface SchemasToDrop {
  readonly names: readonly string[];
  /** Every migration of the ledger, which made them. */
  readonly migrations: readonly string[];
  /** The tables that hold rows, as they were when this was confirmed. */
  readonly contents: readonly TableContent[];
}

/** How many rows a table holds, and a digest of them. */
export interface TableContent {
  readonly table: string;
  readonly rows: number;
  readonly digest: string;
}

export interface SqlChange {
  readonly kind: 'sql';
  readonly database: 'embedded' | 'docker' | 'production';
  readonly operation:
    | { readonly type: 'initialise' }
    | { readonly type: 'migrate'; readonly file: MigrationFile }
    | { readonly type: 'adopt'; readonly files: readonly MigrationFile[] }
    /** PostgREST's own log-in, with the password of the `.env`. */
    | { readonly type: 'authenticator'; readonly password: Secret }
    | { readonly type: 'end-session'; readonly leftover: Leftover }
    /** The embedded database into a file of the workspace, and read back; servers have pg_dump. */
    | { readonly type: 'dump'; readonly path: string }
    | { readonly type: 'drop'; readonly schemas: SchemasToDrop };
  /** Name of the last applied migration that the ledger shows; null where it shows none. */
  readonly before: { readonly head: string | null };
}
