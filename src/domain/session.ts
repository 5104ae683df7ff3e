/** One row as the server sent it, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * One conversation with one PostgreSQL database: the only way in which steps and checks
 * reach it. Implemented over TCP by `pg` and in process by PGlite.
 * Every method rejects with a `DatabaseError` when the server refuses.
 */
export interface Session {
  /** Runs one statement, with `$1`-style parameters; answers its rows. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  /**
   * Runs a script of any number of statements in one round trip (the simple protocol);
   * answers one list of rows for each statement that returns any, in order.
   */
  script(sql: string): Promise<readonly (readonly Row[])[]>;
  close(): Promise<void>;
  /** How a server on another machine was reached; absent where it was reached directly. */
  readonly way?: 'tunnel' | 'docker exec';
  /**
   * Sets again what the session sets of itself when it is opened, which RESET ALL undid; absent where it sets nothing,
   * as behind a pooler, where the connection is somebody else's after each transaction.
   */
  readonly restoreSettings?: () => Promise<void>;
  /** Whether the server hung up while nothing was asked of it; absent where none can. */
  isLost?(): boolean;
}

/** What a PostgreSQL server said when it refused. What can quote row values (DETAIL, messages of classes 22 and 23) is left out. */
export interface DatabaseFault {
  /** SQLSTATE, five characters, or a driver's own code such as `ECONNREFUSED`. */
  readonly code: string;
  readonly message: string;
  /** Where in the script that was sent, in characters from 1; absent where the server named no place. */
  readonly position?: number;
  /** Name of the constraint that refused, where one did. */
  readonly constraint?: string;
  readonly hint?: string;
  /** How many statements of the script were completed before the one that failed; absent if that is not known. */
  readonly completed?: number;
  /** The functions and blocks in which it failed, innermost first: names and lines only. */
  readonly context?: readonly string[];
  /** What the server adds about names and types; absent if it could quote a row. */
  readonly detail?: string;
}

/** Thrown by a `Session`; carries the server's own answer in `fault`. */
export class DatabaseError extends Error {
  readonly fault: DatabaseFault;

  constructor(fault: DatabaseFault, options?: ErrorOptions) {
    super(fault.message, options);
    this.name = 'DatabaseError';
    this.fault = fault;
  }
}

/** The embedded engine itself failed: not a refusal of PostgreSQL's, and nothing more comes of it. */
export class EngineCrash extends Error {
  override readonly name = 'EngineCrash';
}
