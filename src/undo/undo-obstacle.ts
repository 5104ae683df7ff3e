import { makesDump } from '../argv/dump.ts';
import type { Undoable } from '../domain/done.ts';
import type { PhaseName } from '../domain/phase.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Remedy } from '../domain/remedy.ts';
import { keptDumps } from '../dumps/kept-dumps.ts';
import { type DumpLocation, dumpLocation } from '../dumps/location.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { type Applied, migratedBy, schemasOf } from './migrated.ts';
import type { DoneMigrations } from './undoing.ts';

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
      const problem = found.is === 'applied' ? await undoObstacle(context, one, found) : null;
      if (problem !== null) return problem;
    }
  }
  return null;
}

/** Returns why these migrations cannot be undone; null if they can. */
export async function undoObstacle(
  context: Context,
  done: DoneMigrations,
  found: Applied,
): Promise<Problem | null> {
  const why = await reason(context, found);
  if (why === null) return null;
  const { mine, ledger, target } = found;
  const location = await dumpLocation(context.config, target);
  const names = mine.map(({ name }) => name).join(', ');
  const dump = location === null ? null : await dumpBefore(context, done, location, mine[0].appliedAt);
  const last = ledger.at(-1)?.name ?? '';
  return {
    code: 'ERP-0834',
    what: `${names} cannot be undone in ${location?.name ?? 'the embedded database'}, so nothing of the rollout is undone.`,
    why: `${why} The earlier files and records would not match the database. Nothing was changed.`,
    todo: [
      ...dumpTodo(done, location, dump),
      {
        text: `Or add a migration after ${last} to ${layout.migrations} that reverts the change, and apply it`,
        command: ['erp-deploy', 'run'],
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

async function reason(context: Context, { mine, ledger }: Applied): Promise<string | null> {
  if (mine.length < ledger.length) {
    return 'Other migrations are applied there too. Undoing these means dropping the schemas, which would undo those as well.';
  }
  const { names } = await schemasOf(context, ledger);
  return names.includes('public')
    ? 'The migrations also created objects in the schema public, which is never dropped: it may contain objects of other applications.'
    : null;
}

function dumpTodo(
  { database }: DoneMigrations,
  location: DumpLocation | null,
  dump: string | null,
): readonly Remedy[] {
  if (database !== 'production' || location === null) return [];
  if (dump === null) return [{ text: 'No dump from before the migration is stored.' }];
  return [
    {
      text: `The dump that was made before the migration is ${location.folder}/${dump} on ${location.host.name}. To restore it, without the rows written since`,
      command: ['erp-deploy', 'restore', dump],
    },
  ];
}

/** Returns the name of the dump that the rollout made before these migrations; null if none is stored. */
async function dumpBefore(
  context: Context,
  { database, at }: DoneMigrations,
  location: DumpLocation,
  appliedAt: string,
): Promise<string | null> {
  if (database !== 'production') return null;
  const before = context.memory.begun('3.3').findLast((one) => one.at < at);
  if (before === undefined || !makesDump(before.scope)) return null;
  // A dump is named by the clock of the machine that makes it: the database's own, or this one.
  const latest = Date.parse(location.programs.in === 'container' ? appliedAt : at);
  const dumps = await keptDumps(location);
  return dumps.find(({ name }) => madeAt(name) <= latest)?.name ?? null;
}

/** Returns when a dump was made, by its name, in milliseconds since 1970; NaN for a name of another form. */
function madeAt(name: string): number {
  return Date.parse(name.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.dump$/, '$1-$2-$3T$4:$5:$6Z'));
}
