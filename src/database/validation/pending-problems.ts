import { exitCodes, type Problem } from '../../domain/problem.ts';

/** For a last line: `1 migration is not applied yet`. */
export function pendingCount(count: number): string {
  return count === 1 ? '1 migration is not applied yet' : `${count} migrations are not applied yet`;
}

/** Files of the user's own that are not applied: an error only if the user asked for `--strict`. */
export function notAppliedYet(names: readonly string[]): Problem {
  return {
    code: 'ERP-0540',
    what: `${pendingCount(names.length)}: ${names.join(', ')}.`,
    why: 'With --strict, a migration that is not applied is an error.',
    todo: ['Apply: erp-deploy run'],
    exit: exitCodes.notAsMigrated,
  };
}

/** The ledger lacks migrations of erp-deploy's own. */
export function schemaNotApplied(names: readonly string[]): Problem {
  return {
    code: 'ERP-0541',
    what: `The database is not complete: ${names.join(' and ')} not applied.`,
    why: 'Its ledger does not contain every migration that erp-deploy comes with.',
    todo: ['Apply: erp-deploy run'],
    exit: exitCodes.notAsMigrated,
  };
}

/** The catalog matches, and there is no ledger. */
export function noLedger(): Problem {
  return {
    code: 'ERP-0542',
    what: 'The database matches the migrations, but has no ledger of erp-deploy.',
    why: 'Without the ledger, erp-deploy does not know which migrations were applied.',
    todo: ['Enter them into a ledger, which applies nothing twice: erp-deploy run'],
    exit: exitCodes.notAsMigrated,
  };
}
