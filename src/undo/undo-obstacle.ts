import type { Undoable } from '../domain/done.ts';
import type { PhaseName } from '../domain/phase.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { dumpLocation } from '../dumps/location.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { type Applied, migratedBy } from './migrated.ts';
import { type WayBack, wayBack } from './way-back.ts';

/**
 * Returns the problem of the first migration that cannot be undone; null if all can be. If there is one, nothing of the
 * rollout is undone, since the earlier files and records would not match the database. Changes nothing.
 * @param phases the phases of the steps to undo; production does not depend on the database of the local test
 * @param production the current location of production: migrations that were applied elsewhere cannot be reached
 */
export async function migrationThatStays(
  context: Context,
  { steps }: Undoable,
  phases: ReadonlySet<PhaseName>,
  production: string | null,
): Promise<Problem | null> {
  const local = [...phases].some((phase) => phase !== 'production' && phase !== 'cloudflare');
  for (const { done, productions } of steps) {
    const here = production !== null && productions.every((location) => location === production);
    for (const one of done) {
      if (one.type !== 'migrations' || !(one.database === 'production' ? here : local)) continue;
      const found = await migratedBy(context, one);
      if (found.is !== 'applied') continue;
      const way = await wayBack(context, one, found);
      if (way.is === 'refused' || way.is === 'restore') return obstacleOf(context, found, way);
    }
  }
  return null;
}

/** Returns the problem that these migrations cannot be undone. */
export async function obstacleOf(
  context: Context,
  { mine, ledger, target }: Applied,
  way: Extract<WayBack, { is: 'refused' | 'restore' }>,
): Promise<Problem> {
  const location = await dumpLocation(context.config, target);
  const names = mine.map(({ name }) => name).join(', ');
  return {
    code: 'ERP-0834',
    what: `${names} cannot be undone in ${location?.name ?? 'the embedded database'}, so nothing of the rollout is undone.`,
    why: `${way.is === 'refused' ? way.why : ''} The earlier files and records would not match the database. Nothing was changed.`,
    todo: [
      ...(way.is === 'refused' && way.byDownFiles ? [addDownFiles(mine)] : []),
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
