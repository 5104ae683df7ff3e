import { ledgerHead } from '../database/ledger/ledger.ts';
import { exact, sqlChange } from '../domain/build-change.ts';
import type { PlannedChange } from '../domain/change.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import { type CheckResult, type Finding, missing } from '../domain/step.ts';
import { type OutdatedCollations, serverFacts } from '../schema/server-facts.ts';
import type { ContainerTarget } from '../targets/target.ts';
import type { ServiceState } from './service-state.ts';
import type { Stack } from './stack.ts';

/**
 * Returns the findings about collations, which the step's changes remedy.
 * @param afterChange whether the step has already made its changes: those of another image, which brought another library
 * @throws ProblemError if it has
 */
export function outdatedCollations(
  stack: Stack,
  outdated: OutdatedCollations,
  afterChange: boolean,
): CheckResult {
  if (afterChange) throw new ProblemError(collationsDiffer(stack, outdated));
  return missing(...outdated.differences.map(findingOf));
}

function findingOf({ name, recorded, actual }: OutdatedCollations['differences'][number]): Finding {
  return { what: `collation ${name}`, expected: `version ${recorded}`, actual: `version ${actual}` };
}

/** Returns the change that rebuilds the indexes of a running database whose collations have other versions now. */
export async function collationChanges(
  { database }: ContainerTarget,
  state: ServiceState,
): Promise<readonly PlannedChange[]> {
  if (state.is !== 'healthy') return [];
  const { collations: outdated } = await serverFacts(database);
  if (outdated === null) return [];
  const session = await database.session();
  const [row] = await session.query('select current_database() as name');
  const names = outdated.differences.map(({ name }) => name);
  const recollation = {
    indexes: outdated.indexes,
    collations: names.filter((name) => name !== 'default'),
    database: names.includes('default') ? String(row?.name) : null,
  };
  const operation = { type: 'recollate', recollation } as const;
  return [exact(sqlChange(database.target, operation, await ledgerHead(session)))];
}

function collationsDiffer(
  { host, containers }: Stack,
  { differences, indexes }: OutdatedCollations,
): Problem {
  const [first] = differences;
  return {
    code: 'ERP-0545',
    what: `Text is sorted differently in ${containers.database.name} on ${host.name} than when its indexes were built.`,
    why: `The image has another C library: the collation ${first?.name} has version ${first?.actual}, and ${indexes.length} indexes were built with version ${first?.recorded}. Until they are rebuilt, queries can miss rows, and unique indexes can accept duplicates.`,
    todo: [
      { text: 'Run again: the plan then offers to rebuild them', command: ['erp-deploy', 'run'] },
      { text: 'Or change back to the image before.' },
    ],
    exit: exitCodes.notAsMigrated,
    excerpt: indexes.slice(0, 20),
  };
}
