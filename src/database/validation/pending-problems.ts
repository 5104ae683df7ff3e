import { exitCodes, type Problem } from '../../domain/problem.ts';

/** Returns `1 migration is not applied yet`, for the last line of the output. */
export function pendingCount(count: number): string {
  return count === 1 ? '1 migration is not applied yet' : `${count} migrations are not applied yet`;
}

/** The user's own files are not applied: an error only with `--strict`. */
export function notAppliedYet(names: readonly string[]): Problem {
  return {
    code: 'ERP-0540',
    what: `${pendingCount(names.length)}: ${names.join(', ')}.`,
    why: 'With --strict, a migration that is not applied is an error.',
    todo: [{ text: 'Apply', command: ['erp-deploy', 'run'] }],
    exit: exitCodes.notAsMigrated,
  };
}

/** The bundled migrations are not all applied. */
export function schemaNotApplied(names: readonly string[]): Problem {
  return {
    code: 'ERP-0541',
    what: `The database is incomplete: ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not applied.`,
    why: 'Its ledger does not contain every bundled migration.',
    todo: [{ text: 'Apply', command: ['erp-deploy', 'run'] }],
    exit: exitCodes.notAsMigrated,
  };
}

/** The catalog matches, but the database has no ledger. */
export function noLedger(): Problem {
  return {
    code: 'ERP-0542',
    what: 'The database matches the migrations, but has no ledger.',
    why: 'Without the ledger, erp-deploy does not know which migrations were applied.',
    todo: [
      { text: 'Record them in a new ledger, which applies nothing twice', command: ['erp-deploy', 'run'] },
    ],
    exit: exitCodes.notAsMigrated,
  };
}
