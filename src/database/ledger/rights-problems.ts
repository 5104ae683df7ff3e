import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';

/** The most rights that a problem lists. */
const mostListed = 20;

/** @param excesses the rights of our roles that the file would leave beyond their bounds */
export function beyondBounds(file: MigrationFile, excesses: readonly string[]): Problem {
  return {
    code: 'ERP-0543',
    what: `${file.name} gives a role of erp-deploy more rights than it may have (${excesses.length}).`,
    why: 'PostgREST runs requests from the public URL as erp_anon and erp_api. Nothing of this file was applied: its transaction was rolled back.',
    todo: [
      { text: 'Remove the grants from the file (it was not applied, so it may be changed), then run again.' },
      { text: 'Or allow them by name in erp-deploy.config.yaml: allowed-rights, with the lines below.' },
    ],
    exit: exitCodes.stepFailed,
    excerpt: listed(excesses),
  };
}

/** @param excesses the rights of our roles that are beyond their bounds */
export function rightsBeyondBounds(excesses: readonly string[]): Problem {
  return {
    code: 'ERP-0544',
    what: `A role of erp-deploy has more rights than it may have (${excesses.length}).`,
    why: 'PostgREST runs requests from the public URL as erp_anon and erp_api.',
    todo: [
      { text: 'Revoke them with a new migration.' },
      { text: 'Or allow them by name in erp-deploy.config.yaml: allowed-rights, with the lines below.' },
    ],
    exit: exitCodes.notAsMigrated,
    excerpt: listed(excesses),
  };
}

function listed(excesses: readonly string[]): readonly string[] {
  const left = excesses.length - mostListed;
  return [...excesses.slice(0, mostListed), ...(left > 0 ? [`… and ${left} more`] : [])];
}
