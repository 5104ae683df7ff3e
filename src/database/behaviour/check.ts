import type { RowMaker } from './rows.ts';
import { NoValue } from './values.ts';

/** One thing that the database has to do. */
export interface Check {
  readonly name: string;
  /** What the body has to leave in the variable `found`. */
  readonly wanted: string;
  /**
   * PL/pgSQL statements, each with its semicolon. They run in a subtransaction of their own, which is
   * undone. An error that they end with leaves `refused by CONSTRAINT on TABLE`, or `refused (SQLSTATE)`.
   */
  readonly body: string;
}

/** A check that could not be made up, with the reason; it counts as failed. */
export interface ImpossibleCheck {
  readonly name: string;
  readonly wanted: string;
  readonly impossible: string;
}

/** Makes a check of what `body` answers; where no row can be made up for it, an impossible one. */
export function checkOf(
  name: string,
  wanted: string,
  body: () => readonly string[],
): Check | ImpossibleCheck {
  try {
    return {
      name,
      wanted,
      body: body()
        .map((statement) => `${statement};`)
        .join('\n'),
    };
  } catch (error) {
    if (error instanceof NoValue) return { name, wanted, impossible: error.message };
    throw error;
  }
}

/** The row is taken. */
export const accepts = (rows: RowMaker, table: string, given: Readonly<Record<string, string>> = {}) => [
  ...rows.rowFor(table, given).inserts,
  `found := 'accepted'`,
];
