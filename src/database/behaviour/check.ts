import { type Catalog, tableOf } from '../catalog/catalog.ts';
import { updatedAtTriggers } from '../updated-at.ts';
import { NoValue } from './no-value.ts';

/** One thing that the database has to do. */
export interface Check {
  readonly name: string;
  /** What the body has to leave in the variable `found`. */
  readonly wanted: string;
  /**
   * PL/pgSQL statements, each with its semicolon. They run in a subtransaction of their own, which is
   * undone. An error that they end with leaves `refused by CONSTRAINT on TABLE`, or `refused (SQLSTATE)`. The next
   * body runs if the one before was rejected for a reason that says nothing.
   */
  readonly bodies: readonly string[];
  /** Functions of the user's triggers on the tables that the bodies write to. */
  readonly functions: readonly string[];
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

/**
 * Makes a check of the statements that one of several attempts returns; an impossible one if no row can be
 * generated for any.
 */
export type CheckMaker = (
  name: string,
  wanted: string,
  attempts: readonly (() => readonly string[])[],
  judgement?: Judgement,
) => AnyCheck;

export function checkMaker(catalog: Catalog): CheckMaker {
  const rules = ownRules(catalog);
  return (name, wanted, attempts, { alsoPasses = [], notTested } = {}) => {
    const tried = attempts.map(statementsOf);
    const statements = tried.flatMap((one) => ('statements' in one ? [one.statements] : []));
    const [failed] = tried.flatMap((one) => ('error' in one ? [one.error] : []));
    if (failed !== undefined && (failed.missing || statements.length === 0))
      return { name, wanted, impossible: failed.message, fault: failed.missing };
    const touched = rules.filter(({ table }) =>
      statements.flat().some((one) => one.startsWith(`insert into ${table} (`)),
    );
    const [first] = touched;
    const deviates =
      first === undefined
        ? null
        : `${first.table} has triggers or rules of its own that can change the result`;
    const judged = notTested ?? ((found: string) => whySetUpFailed(found, deviates));
    // Why no row can be generated says more than why a copy of an existing one fails.
    const judge = (found: string) => {
      const reason = judged(found);
      return reason === null ? null : (failed?.message ?? reason);
    };
    const functions = [...new Set(touched.flatMap((one) => one.functions))];
    const bodies = statements.map((body) => body.map((statement) => `${statement};`).join('\n'));
    return { name, wanted, bodies, functions, alsoPasses, notTested: judge };
  };
}

function statementsOf(attempt: () => readonly string[]) {
  try {
    return { statements: attempt() };
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    return { error };
  }
}

/** Returns the tables with triggers or rules that do not ship, and the functions of these triggers. */
function ownRules(catalog: Catalog) {
  const shipped = new Set(updatedAtTriggers(catalog));
  const own = catalog.objects.filter(
    (one) => (one.kind === 'trigger' || one.kind === 'rule') && !shipped.has(one),
  );
  return [...Map.groupBy(own, tableOf)].map(([table, rules]) => ({
    table,
    functions: rules.flatMap(
      ({ attributes }) => / EXECUTE FUNCTION (.+)\(/s.exec(attributes.definition ?? '')?.[1] ?? [],
    ),
  }));
}

/**
 * Something that is missing (a table, a column, a function), and a vector of another length. All other errors come
 * from rules that the user added: the shipped schema by itself accepts every generated row.
 */
const faults = /^refused \((42P01|42703|42883|22000)\)(?! in )/;

/** Returns why a generated row was rejected, or what changed the result, if that is not a fault of what is tested. */
function whySetUpFailed(found: string, deviates: string | null): string | null {
  return faults.test(found) ? null : (whyRejected(found) ?? deviates);
}

/** Returns which rule rejected or discarded a generated row, whatever it is; null if the row was accepted. */
export function whyRejected(found: string): string | null {
  if (found === 'nothing') return 'a trigger or a rule discards the generated row';
  const by = /^refused by (.*)$/s.exec(found)?.[1];
  if (by !== undefined) return `${by} rejected the generated row first`;
  const [, state, routine, message = ''] = /^refused \((\w{5})\)(?: in ([^:]*))?(.*)$/s.exec(found) ?? [];
  if (state === undefined) return null;
  if (routine !== undefined) return `${routine}() rejected the generated row (SQLSTATE ${state}${message})`;
  return `the generated row was rejected (SQLSTATE ${state}${message})`;
}

/** The row is taken. */
export const accepts = (row: { readonly inserts: readonly string[] }) => [
  ...row.inserts,
  `found := 'accepted'`,
];
