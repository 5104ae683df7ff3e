/** One row from the server, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * A session with a PostgreSQL database, which steps and checks use exclusively. Implemented over TCP by `pg` and in
 * process by PGlite. Every method rejects with a `DatabaseError` if the server reports an error.
 */
export interface Session {
  /** Runs one statement with `$1`-style parameters; returns its rows. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  /**
   * Runs a script of any number of statements in one round trip (the simple protocol); returns one list of rows for
   * each statement that returns any, in order.
   */
  script(sql: string): Promise<readonly (readonly Row[])[]>;
  close(): Promise<void>;
  /** How a server on another machine was reached; absent if directly. */
  readonly way?: 'forwarding' | 'docker exec';
  /**
   * The statement that, after a RESET ALL, restores the settings that the session made when it was opened. Empty if
   * RESET ALL itself restores them. Absent if the session makes none, as behind a pooler, where other clients use the
   * connection after each transaction.
   */
  readonly settings?: string;
  /** Returns whether the server closed the idle connection; absent if that cannot happen. */
  isLost?(): boolean;
}

/**
 * An error of a PostgreSQL server. Texts that can quote row values (DETAIL, messages of classes 22 and 23) are left
 * out.
 */
export interface DatabaseFault {
  /** SQLSTATE, five characters, or a driver's own code such as `ECONNREFUSED`. */
  readonly code: string;
  readonly message: string;
  /** Position in the script that was sent, in characters from 1; absent if the server reported none. */
  readonly position?: number;
  /** Name of the violated constraint, if any. */
  readonly constraint?: string;
  readonly hint?: string;
  /** The number of statements of the script that were completed before the failed one; absent if not known. */
  readonly completed?: number;
  /** The functions and blocks in which the statement failed, innermost first: names and lines only. */
  readonly context?: readonly string[];
  /** The server's DETAIL about names and types; absent if it could quote a row. */
  readonly detail?: string;
}

/** Thrown by a `Session`, with the server's error in `fault`. */
export class DatabaseError extends Error {
  readonly fault: DatabaseFault;

  constructor(fault: DatabaseFault, options?: ErrorOptions) {
    super(fault.message, options);
    this.name = 'DatabaseError';
    this.fault = fault;
  }
}

/** The embedded engine itself failed and cannot be used any more; this is not an error that PostgreSQL reports. */
export class EngineCrash extends Error {
  override readonly name = 'EngineCrash';
}
