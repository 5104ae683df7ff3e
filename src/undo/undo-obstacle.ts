import type { Undoable } from '../domain/done.ts';
import type { StepId } from '../domain/phase.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import { dumpLocation } from '../dumps/location.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { type Applied, migratedBy } from './migrated.ts';
import type { DoneMigrations } from './undoing.ts';
import { type WayBack, wayBack } from './way-back.ts';

type UndoStep = Pick<Step<Context>, 'id' | 'phase'>;

const isProduction = ({ phase }: UndoStep) => phase === 'production' || phase === 'cloudflare';

/**
 * Returns the steps that stay because a migration cannot be undone, with the reason: their files, containers and records
 * belong to it. If the migration is production's, every step stays; if it is the local test's, production can be undone
 * without it. Changes nothing.
 * @param undoing the steps to undo
 * @param production the current location of production: migrations that were applied elsewhere cannot be reached
 * @throws ProblemError if nothing can be undone
 */
export async function stepsThatStay(
  context: Context,
  { steps }: Undoable,
  undoing: readonly UndoStep[],
  production: string | null,
): Promise<ReadonlyMap<StepId, string>> {
  const local = undoing.filter((step) => !isProduction(step));
  for (const { done, productions } of steps) {
    const isHere = production !== null && productions.every((location) => location === production);
    for (const one of done) {
      if (one.type !== 'migrations' || !(one.database === 'production' ? isHere : local.length > 0)) continue;
      const problem = await obstacleTo(context, one);
      if (problem === null) continue;
      if (one.database === 'production' || local.length === undoing.length) throw new ProblemError(problem);
      return new Map(
        local.map(({ id }) => [id, `kept, since ${one.names.join(', ')} cannot be undone here`]),
      );
    }
  }
  return new Map();
}

async function obstacleTo(context: Context, done: DoneMigrations): Promise<Problem | null> {
  const found = await migratedBy(context, done);
  if (found.is !== 'applied') return null;
  const way = await wayBack(context, done, found);
  return way.is === 'refused' ? obstacleOf(context, found, way) : null;
}

/** Returns the problem that these migrations cannot be undone. */
export async function obstacleOf(
  context: Context,
  { mine, ledger, target }: Applied,
  way: Extract<WayBack, { is: 'refused' }>,
): Promise<Problem> {
  const location = await dumpLocation(context.config, target);
  const names = mine.map(({ name }) => name).join(', ');
  return {
    code: 'ERP-0834',
    what: `${names} cannot be undone in ${location?.name ?? 'the embedded database'}, so nothing of the rollout is undone.`,
    why: `${way.why} The earlier files and records would not match the database. Nothing was changed.`,
    todo: [
      ...(way.byDownFiles ? [addDownFiles(mine)] : []),
      {
        text: `Add a migration after ${ledger.at(-1)?.name ?? ''} that reverts the change, and apply it`,
        command: ['erp-deploy', 'run'],
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

function addDownFiles(mine: Applied['mine']) {
  const names = mine.map(({ name }) => name.replace(/\.sql$/, '.down.sql')).join(', ');
  return { text: `Add ${names} to ${layout.migrations}, with the statements that undo it, and run again.` };
}
