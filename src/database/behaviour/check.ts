import type { RowMaker } from './rows.ts';
import { NoValue } from './values.ts';

/** One thing that the database has to do. */
interface Check {
  readonly name: string;
  /** What the body has to leave in the variable `found`. */
  readonly wanted: string;
  /**
   * PL/pgSQL statements, each with its semicolon. They run in a subtransaction of their own, which is
   * undone. An error that they end with leaves `refused by CONSTRAINT on TABLE`, or `refused (SQLSTATE)`.
   */
  readonly body: string;
  /** Other values of `found` that pass as well. */
  readonly alsoPasses: readonly string[];
  /** Returns why `found` says nothing about what is tested; null if it is a fault. */
  notTested(found: string): string | null;
}

/** A check for which no SQL can be written. */
interface ImpossibleCheck {
  readonly name: string;
  readonly wanted: string;
  /** The reason, in names only. */
  readonly impossible: string;
  /** Whether that is a fault: a table that the check is about is missing. */
  readonly fault: boolean;
}

export type AnyCheck = Check | ImpossibleCheck;

type Judgement = Partial<Pick<Check, 'alsoPasses' | 'notTested'>>;

/** Makes a check of the statements that `body` returns; an impossible one if no row can be generated for it. */
export function checkOf(
  name: string,
  wanted: string,
  body: () => readonly string[],
  { alsoPasses = [], notTested = whySetUpFailed }: Judgement = {},
): AnyCheck {
  try {
    const statements = body().map((statement) => `${statement};`);
    return { name, wanted, body: statements.join('\n'), alsoPasses, notTested };
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    return { name, wanted, impossible: error.message, fault: error.missing };
  }
}

/**
 * Something that is missing (a table, a column, a function), and a vector of another length. All other errors come
 * from rules that the user added: the shipped schema by itself accepts every generated row.
 */
const faults = /^(42P01|42703|42883|22000)$/;

/** Returns why a generated row was rejected, if that is not a fault of what is tested. */
export function whySetUpFailed(found: string): string | null {
  const state = /^refused \((\w{5})\)/.exec(found)?.[1];
  return state !== undefined && faults.test(state) ? null : whyRejected(found);
}

/** Returns which rule rejected or discarded a generated row, whatever it is; null if the row was accepted. */
export function whyRejected(found: string): string | null {
  if (found === 'nothing') return 'a trigger or a rule discards the generated row';
  const by = /^refused by (.*)$/s.exec(found)?.[1];
  if (by !== undefined) return `${by} rejected the generated row first`;
  const error = /^refused \((\w{5})\)(.*)$/s.exec(found);
  return error === null ? null : `the generated row was rejected (SQLSTATE ${error[1]}${error[2]})`;
}

/** The row is taken. */
export const accepts = (rows: RowMaker, table: string, given: Readonly<Record<string, string>> = {}) => [
  ...rows.rowFor(table, given).inserts,
  `found := 'accepted'`,
];
