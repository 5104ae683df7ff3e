import { shownDocker } from '../argv/shown-docker.ts';
import { containerNamed } from '../containers/container.ts';
import type { Stack } from '../containers/stack.ts';
import { contentsOf } from '../database/drop/table-contents.ts';
import { populatedTables } from '../database/populated-tables.ts';
import { type ExactChange, exact, sqlChange } from '../domain/build-change.ts';
import type { PlannedChange } from '../domain/change.ts';
import { commandOn } from '../domain/command-text.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { DownFile, SqlChange } from '../domain/sql-change.ts';
import { freeDiskOf } from '../host/free-disk.ts';
import { onPopulated } from '../schema/populated-changes.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { consentToLose, presentState } from './lost-rows.ts';
import { type Applied, migratedBy, schemasOf } from './migrated.ts';
import { type RestorePlan, restoreMigrations } from './restore-plan.ts';
import { obstacleOf } from './undo-obstacle.ts';
import { type DoneMigrations, stays, type Undoing, undone } from './undoing.ts';
import { verifyUndone } from './verify-undone.ts';
import { wayBack } from './way-back.ts';

/**
 * Returns the changes that undo migrations in the way that keeps the most rows. If rows would be lost, the changes need
 * an approval, and a dump is made before them.
 * @param restore what restoring the dump from before them costs; null if none is to be restored
 */
export async function planMigrationsUndo(
  context: Context,
  done: DoneMigrations,
  restore: RestorePlan | null,
): Promise<Undoing> {
  const found = await migratedBy(context, done);
  if (found.is === 'elsewhere') {
    return stays(`the ${done.database} database: the local test now uses another engine`);
  }
  if (found.is === 'stopped') return notRunning(context, found.target);
  if (found.is === 'undone') return undone;
  const way = await wayBack(context, done, found);
  switch (way.is) {
    case 'refused':
      throw new ProblemError(await obstacleOf(context, found, way));
    case 'restore':
      if (restore === null) throw new Error('the cost of a restore was not measured');
      return { changes: [restoreMigrations(way, restore, context.clock())], kept: null };
    case 'down':
      return { changes: await byDownFiles(context, found, way.files), kept: null };
    case 'drop':
    case 'rebuild':
      return { changes: await bySchemas(context, found, way), kept: null };
  }
}

/** A database that cannot be inspected is not changed; without its container, nothing runs on its files. */
async function notRunning({ signal }: Context, { stack }: Target): Promise<Undoing> {
  if (stack === null) return undone;
  const container = await containerNamed(stack.host, stack.containers.database.name, signal);
  if (container !== null) throw new ProblemError(stopped(stack));
  return stays('the schemas are in data/, and no container uses it');
}

type Operation = SqlChange['operation'];
type BySchemas =
  | { readonly is: 'drop' }
  | Omit<Extract<Operation, { type: 'rebuild' }>, 'schemas' | 'verify' | 'type'>;

/** Drops the schemas, and rebuilds them if other migrations remain. */
async function bySchemas(
  context: Context,
  found: Applied,
  way: BySchemas,
): Promise<readonly PlannedChange[]> {
  const { session, ledger, target } = found;
  const { expected, names } = await schemasOf(context, ledger);
  const contents = await contentsOf(session, names);
  const schemas = { names, migrations: ledger.map(({ name }) => name), contents };
  const operation: Operation =
    'remaining' in way
      ? { type: 'rebuild', schemas, remaining: way.remaining, verify: await verifyUndone(context, found) }
      : { type: 'drop', schemas };
  const consent = await consentToLose(session, expected, schemas);
  const change = { ...changeOf(found, operation), ...(consent === null ? {} : { consent }) };
  return consent === null ? [change] : [await presentState(context, target, contents, headOf(found)), change];
}

/** Runs the down files in one transaction; on a database that contains rows, after a dump. */
async function byDownFiles(
  context: Context,
  found: Applied,
  files: readonly DownFile[],
): Promise<readonly PlannedChange[]> {
  const { session, target, ledger } = found;
  const change = changeOf(found, { type: 'revert', files, verify: await verifyUndone(context, found) });
  const rows = await populatedTables(session);
  if (rows.tables === 0) return [change];
  const free = () => freeDiskOf(target, context.signal);
  const planned = await onPopulated(
    session,
    files.map(({ file }) => ({ file, planned: change })),
    rows,
    free,
  );
  const { names } = await schemasOf(context, ledger);
  const contents = await contentsOf(session, names);
  return [await presentState(context, target, contents, headOf(found)), together(change, planned)];
}

/** Returns the one change of all files, with the approvals and hazards of each. */
function together(change: ExactChange, planned: readonly ExactChange[]): ExactChange {
  const consents = planned.flatMap(({ consent, alsoNeeds = [] }) => [
    ...(consent === undefined ? [] : [consent]),
    ...alsoNeeds,
  ]);
  const [consent] = consents;
  const losing = consents.filter(({ flag }) => flag === '--force');
  return {
    ...change,
    ...(consent === undefined ? {} : { consent }),
    ...(losing.length === 0 ? {} : { alsoNeeds: losing }),
    hazards: planned.flatMap(({ hazards = [] }) => hazards),
  };
}

function changeOf(found: Applied, operation: Operation): ExactChange {
  return exact(sqlChange(found.target.database.target, operation, headOf(found)));
}

const headOf = ({ ledger }: Applied) => ledger.at(-1)?.name ?? null;

function stopped({ host, containers }: Stack): Problem {
  return {
    code: 'ERP-0832',
    what: `The database on ${host.name} does not run, so whether its tables are empty cannot be checked.`,
    why: 'Its container exists, but is stopped.',
    todo: [
      {
        text: `Start it on ${host.name}`,
        command: commandOn(host, shownDocker.start(containers.database.name)),
      },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}
