import { dumpFolder } from '../argv/dump.ts';
import { containerNamed } from '../containers/container.ts';
import type { Stack } from '../containers/stack.ts';
import { catalogNow } from '../database/catalog/catalog-now.ts';
import { compareCatalogs } from '../database/comparison/compare.ts';
import { contentsOf } from '../database/drop/table-contents.ts';
import type { Consent, PlannedChange } from '../domain/change.ts';
import { commandOn } from '../domain/command-text.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Session } from '../domain/session.ts';
import type { SchemasToDrop, TableContent } from '../domain/sql-change.ts';
import { dumpChange } from '../dumps/dump-change.ts';
import { dumpLocation } from '../dumps/location.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { migratedBy, schemasOf } from './migrated.ts';
import { undoObstacle } from './undo-obstacle.ts';
import { type DoneMigrations, stays, type Undoing, undone } from './undoing.ts';

/** Drops the schemas that the migrations made; if rows would be lost with them, only with an approval and a dump. */
export async function undoMigrations(context: Context, done: DoneMigrations): Promise<Undoing> {
  const migrated = await migratedBy(context, done);
  if (migrated.is === 'elsewhere') {
    return stays(`the ${done.database} database: the local test now uses another engine`);
  }
  if (migrated.is === 'stopped') return notRunning(context, migrated.target);
  if (migrated.is === 'undone') return undone;
  const obstacle = await undoObstacle(context, done, migrated);
  if (obstacle !== null) throw new ProblemError(obstacle);
  const { session, ledger, target } = migrated;
  const { expected, names } = await schemasOf(context, ledger);
  const contents = await contentsOf(session, names);
  const extra = await extraIn(session, expected, names);
  const schemas = { names, migrations: ledger.map(({ name }) => name), contents };
  const head = ledger.at(-1)?.name ?? null;
  const consent = consentFor(contents, extra);
  const drop: PlannedChange = {
    status: 'exact',
    change: { kind: 'sql', database: done.database, operation: { type: 'drop', schemas }, before: { head } },
    ...(consent === null ? {} : { consent }),
  };
  if (consent === null) return { changes: [drop], kept: null };
  const dump = await dumpOf(context, target, schemas, head);
  if ('code' in dump) throw new ProblemError(dump);
  return { changes: [dump, drop], kept: null };
}

/** A database that cannot be inspected is not dropped; without its container, nothing runs on its files. */
async function notRunning({ signal }: Context, { stack }: Target): Promise<Undoing> {
  if (stack === null) return undone;
  const container = await containerNamed(stack.host, stack.containers.database.name, signal);
  if (container !== null) throw new ProblemError(stopped(stack));
  return stays('the schemas are in data/, and no container uses it');
}

/** Returns the objects in the schemas that no migration created: they would be lost too. */
async function extraIn(
  session: Session,
  expected: Parameters<typeof compareCatalogs>[0],
  schemas: readonly string[],
): Promise<readonly string[]> {
  const differences = await compareCatalogs(expected, await catalogNow(session), { strict: true });
  return differences
    .filter(({ aspect, schema }) => aspect === 'extra' && schema !== null && schemas.includes(schema))
    .map(({ kind, name }) => `${kind} ${name}`);
}

function consentFor(contents: readonly TableContent[], extra: readonly string[]): Consent | null {
  const tables = contents.map(({ table, rows }) => `${table} (${rows} rows)`);
  const lost = [...tables, ...extra];
  if (lost.length === 0) return null;
  const more = lost.length > 3 ? ` and ${lost.length - 3} more` : '';
  const why = `${lost.slice(0, 3).join(', ')}${more} would be dropped with the schemas; a dump is made and read back first.`;
  return { flag: '--force', why };
}

async function dumpOf(
  context: Context,
  target: Target,
  { contents }: SchemasToDrop,
  head: string | null,
): Promise<PlannedChange | Problem> {
  const location = await dumpLocation(context.config, target);
  if (location !== null) return dumpChange(location, 'before its schemas are dropped', context.signal);
  // Named by its content, so that a rollback that was killed and restarted overwrites its own dump.
  const rows = contents.reduce((sum, one) => sum + one.rows, 0);
  const path = `${dumpFolder}/embedded-${rows}-rows-${contents[0]?.digest.slice(0, 8) ?? 'empty'}.tar.gz`;
  const operation = { type: 'dump', path } as const;
  return {
    status: 'exact',
    change: { kind: 'sql', database: target.database.target, operation, before: { head } },
  };
}

function stopped({ host, containers }: Stack): Problem {
  return {
    code: 'ERP-0832',
    what: `The database on ${host.name} does not run, so whether its tables are empty cannot be checked.`,
    why: 'Its container exists, but is stopped.',
    todo: [
      {
        text: `Start it on ${host.name}`,
        command: commandOn(host, ['docker', 'start', containers.database.name]),
      },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}
