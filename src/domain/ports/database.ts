import type { Session } from '../session.ts';
import type { SqlChange } from '../sql-change.ts';

/** A database that steps work on. */
export interface Database {
  readonly target: 'embedded' | 'docker' | 'production';
  /**
   * Returns `absent` also if its server does not run; `unfinished` if its creation was interrupted before anything was
   * stored in it; `foreign` if its files are of another PostgreSQL major version than the engine's.
   */
  state(): Promise<
    | { readonly is: 'absent' | 'unfinished' | 'present' }
    | { readonly is: 'foreign'; readonly major: string; readonly ours: string }
  >;
  /** Returns the only session of this rollout, which the first call opens. Call it only if the state is `present`. */
  session(): Promise<Session>;
  /**
   * The session for changes: all of them use the same connection. After `migrated`, `session` opens a new connection
   * for checks. Absent if the engine has only one session.
   */
  readonly changing?: { session(): Promise<Session>; migrated(): void };
  /**
   * Returns the cached answer to this question, unless a change has touched the database since; otherwise asks. Absent
   * if answers are not cached.
   */
  inspect?<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer>;
  /**
   * Logs in to another database of the same server, with the same role; the caller closes the session. Absent if the
   * engine has only one database.
   */
  beside?(name: string): Promise<Session>;
  /**
   * Creates the database, after removing an unfinished one. A container creates its own database, which is only opened.
   */
  create(): Promise<Session>;
  /** Dumps the database into a file of the workspace, mode 0600; absent if a program of the server makes the dump. */
  dump?(path: string): Promise<void>;
  /** Restores such a file into a separate database. */
  openDump?(path: string): Promise<Session>;
  /**
   * Makes the database count as absent from now on, even if another process creates it: for checks that do not hold the
   * lock.
   */
  ignore(): void;
  close(): Promise<void>;
}

/** A database that is only read. */
export type ReadDatabase = Pick<Database, 'target' | 'state' | 'session' | 'inspect'>;

/** Applies SQL changes to one database, for the executor. */
export interface SqlApplier {
  /**
   * Returns whether the ledger's head is the confirmed one; always true for a change that checks the head under its
   * lock.
   */
  holds(change: SqlChange): Promise<boolean>;
  /**
   * Applies the change completely or not at all.
   * @param onLine receives a line for each attempt that has to be repeated
   * @throws ProblemError if the server refuses; PreconditionFailed if the ledger has changed meanwhile
   */
  apply(change: SqlChange, onLine?: (line: string) => void): Promise<void>;
}
