import { type Catalog, tableOf } from '../catalog/catalog.ts';
import { updatedAtTriggers } from '../updated-at.ts';
import { NoValue } from './no-value.ts';

/** One behaviour test. */
export interface Check {
  readonly name: string;
  /** The value that a body must leave in the variable `found`. */
  readonly expected: string;
  /**
   * PL/pgSQL statements, each with its semicolon. They run in a separate subtransaction, which is undone. If they end
   * with an error, `found` is `rejected by CONSTRAINT on TABLE` or `rejected (SQLSTATE)`. The next body runs only if
   * the result of the one before is inconclusive.
   */
  readonly bodies: readonly string[];
  /** Functions of the user's own triggers on the tables that the bodies write to. */
  readonly functions: readonly string[];
  /** Other values of `found` that pass as well. */
  readonly alsoPasses: readonly string[];
  /** Returns why `found` is inconclusive; null if it is a fault. */
  notTested(found: string): string | null;
}

/** A check that cannot be set up. */
interface ImpossibleCheck {
  readonly name: string;
  readonly expected: string;
  /** The reason. It contains names only. */
  readonly impossible: string;
  /** True if a table that the check is about is missing: that is a fault of the database. */
  readonly fault: boolean;
}

export type AnyCheck = Check | ImpossibleCheck;

type Judgement = Partial<Pick<Check, 'alsoPasses' | 'notTested'>>;

/**
 * Makes a check from the statements of its attempts; an impossible check if no attempt can generate a row.
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
      return { name, expected: wanted, impossible: failed.message, fault: failed.missing };
    const touched = rules.filter(({ table }) =>
      statements.flat().some((one) => one.startsWith(`insert into ${table} (`)),
    );
    const [first] = touched;
    const deviates =
      first === undefined
        ? null
        : `${first.table} has triggers or rules of its own that can change the result`;
    const judged = notTested ?? ((found: string) => whySetUpFailed(found, deviates));
    // The reason why no row can be generated is more helpful than the reason why a copy of an existing row fails.
    const judge = (found: string) => {
      const reason = judged(found);
      return reason === null ? null : (failed?.message ?? reason);
    };
    const functions = [...new Set(touched.flatMap((one) => one.functions))];
    const bodies = statements.map((body) => body.map((statement) => `${statement};`).join('\n'));
    return { name, expected: wanted, bodies, functions, alsoPasses, notTested: judge };
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

/** Returns the tables with triggers or rules that erp-deploy did not create, and the functions of these triggers. */
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
 * Matches a missing table, column or function, and a vector of another length. All other errors come from rules that
 * the user added: the bundled schema by itself accepts every generated row.
 */
const faults = /^rejected \((42P01|42703|42883|22000)\)(?! in )/;

/** Returns why a generated row was rejected, or what changed the result; null if the schema is at fault. */
function whySetUpFailed(found: string, deviates: string | null): string | null {
  return faults.test(found) ? null : (whyRejected(found) ?? deviates);
}

/** Returns which rule rejected or discarded a generated row; null if the row was accepted. */
export function whyRejected(found: string): string | null {
  if (found === 'nothing') return 'a trigger or a rule discards the generated row';
  const by = /^rejected by (.*)$/s.exec(found)?.[1];
  if (by !== undefined) return `${by} rejected the generated row first`;
  const [, state, routine, message = ''] = /^rejected \((\w{5})\)(?: in ([^:]*))?(.*)$/s.exec(found) ?? [];
  if (state === undefined) return null;
  if (routine !== undefined) return `${routine}() rejected the generated row (SQLSTATE ${state}${message})`;
  return `the generated row was rejected (SQLSTATE ${state}${message})`;
}

/** Returns statements that insert a row and report `accepted`. */
export const accepts = (row: { readonly inserts: readonly string[] }) => [
  ...row.inserts,
  `found := 'accepted'`,
];
