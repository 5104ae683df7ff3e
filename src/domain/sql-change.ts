import type { Secret } from './secret.ts';
import type { Session } from './session.ts';

/** A migration file. `text` is sent unchanged; `checksum` is of the text with LF line ends. */
export interface MigrationFile {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
  /** In its own transaction, or a single `CREATE INDEX CONCURRENTLY` outside of one. */
  readonly mode: 'transaction' | 'no-transaction';
  /** The index that a no-transaction file builds; an invalid one is dropped before the next attempt. */
  readonly index?: { readonly schema: string; readonly name: string; readonly table: string };
}

/** A session of an earlier rollout that still holds locks although its client is gone. */
export interface Leftover {
  /** Its process id on the server. */
  readonly pid: number;
  /** Start time as the server reports it, since another session may get the same process id. */
  readonly started: string;
  /** Description: what it does, and since when. */
  readonly words: string;
}

/** Indexes to rebuild, and collations whose actual versions are recorded afterwards. Names are written as in SQL. */
export interface Recollation {
  readonly indexes: readonly string[];
  readonly collations: readonly string[];
  /** The database, if its default collation is one of them; unquoted. */
  readonly database: string | null;
}

/** An extension whose server has a newer version. */
export interface ExtensionUpdate {
  readonly name: string;
  readonly installed: string;
  readonly available: string;
}

/** Schemas to drop, with their content as it was confirmed. */
export interface SchemasToDrop {
  readonly names: readonly string[];
  /** Every migration in the ledger, since these created them. */
  readonly migrations: readonly string[];
  /** The tables that held rows when this was confirmed. */
  readonly contents: readonly TableContent[];
}

/** Number and digest of a table's rows. */
export interface TableContent {
  readonly table: string;
  readonly rows: number;
  readonly digest: string;
}

/** A migration to undo, and the user's file that does so. */
export interface DownFile {
  readonly migration: string;
  readonly file: MigrationFile;
}

/**
 * Returns the differences, one in a line, between the database and its remaining migrations, as the transaction that
 * undoes the others would leave it. It is called before COMMIT; if there is one, the transaction is rolled back.
 */
type VerifyUndone = (session: Session) => Promise<readonly string[]>;

/** A file that is not rehearsed, because a statement of it acts on more than its own database. */
export interface LeftOutFile {
  readonly name: string;
  /** Of the statement, from 1. */
  readonly line: number;
  readonly statement: string;
  readonly why: string;
}

/** A scratch database on the production server. */
export interface ScratchDatabase {
  readonly name: string;
  /** The production database that it is for. */
  readonly database: string;
  /** Whether the lock of the production host excludes another rollout on this server. */
  readonly alone: boolean;
}

/** How migrations are tried in a scratch database on the production server. */
export interface Rehearsal {
  readonly scratch: ScratchDatabase;
  /** All migrations of the workspace, in order. */
  readonly files: readonly MigrationFile[];
  readonly leftOut: readonly LeftOutFile[];
  /** PostgreSQL's major version on the production server. */
  readonly major: number;
  /** PostgreSQL's major version in the local test of these files; null if they passed none. */
  readonly testedMajor: number | null;
}

export interface SqlChange {
  readonly kind: 'sql';
  readonly database: 'embedded' | 'docker' | 'production';
  readonly operation:
    | { readonly type: 'initialise' }
    /** Makes the table of changes beside a ledger that an earlier version made. */
    | { readonly type: 'record-changes' }
    | { readonly type: 'migrate'; readonly file: MigrationFile }
    | { readonly type: 'adopt'; readonly files: readonly MigrationFile[] }
    /** Creates the roles that PostgREST and `erp-deploy psql` log in with; `password` is PostgREST's, from `.env`. */
    | { readonly type: 'authenticator'; readonly password: Secret }
    /** Sets the password of erp_service. */
    | { readonly type: 'service-password'; readonly password: Secret }
    | { readonly type: 'end-session'; readonly leftover: Leftover }
    /** Rebuilds indexes whose sort order another C library has changed. */
    | { readonly type: 'recollate'; readonly recollation: Recollation }
    /** Updates the objects of an extension to the version that the server has. */
    | { readonly type: 'update-extension'; readonly extension: ExtensionUpdate }
    /** Dumps the embedded database into a file of the workspace and verifies it; servers use pg_dump. */
    | { readonly type: 'dump'; readonly path: string }
    | { readonly type: 'drop'; readonly schemas: SchemasToDrop }
    /** Runs down files, newest first, and deletes their migrations from the ledger. */
    | { readonly type: 'revert'; readonly files: readonly DownFile[]; readonly verify: VerifyUndone }
    /** Drops the schemas, and runs the migrations that remain again. */
    | {
        readonly type: 'rebuild';
        readonly schemas: SchemasToDrop;
        readonly remaining: readonly MigrationFile[];
        readonly verify: VerifyUndone;
      }
    | { readonly type: 'rehearse'; readonly rehearsal: Rehearsal }
    /** Removes the database or role that a killed rehearsal left behind. */
    | { readonly type: 'end-rehearsal'; readonly scratch: ScratchDatabase };
  /** Precondition: name of the last migration in the ledger; null if there is none. */
  readonly before: { readonly head: string | null };
}
