import type { DownFile, MigrationFile } from '../domain/sql-change.ts';
import { type KeptDump, keptDumps } from '../dumps/kept-dumps.ts';
import { type DumpLocation, dumpLocation } from '../dumps/location.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { readMigration } from '../workspace/migrations.ts';
import { type Applied, fileOf, schemasOf } from './migrated.ts';
import type { DoneMigrations } from './undoing.ts';

/** How the migrations of the rollouts are undone in a database. */
export type WayBack =
  /** The ledger has no others: the schemas are dropped. */
  | { readonly is: 'drop' }
  /** By the user's own files, the newest migration first. */
  | { readonly is: 'down'; readonly files: readonly DownFile[] }
  /** By the dump that was made before the first of them. */
  | { readonly is: 'restore'; readonly dump: KeptDump; readonly location: DumpLocation }
  /** There were no rows to keep: the schemas are dropped, and the other migrations run again. */
  | { readonly is: 'rebuild'; readonly remaining: readonly MigrationFile[] }
  /** `byDownFiles`: files of the user's own could undo them. */
  | { readonly is: 'refused'; readonly why: string; readonly byDownFiles: boolean };

/** Decides how these migrations are undone: the way that keeps the most rows. Changes nothing. */
export async function wayBack(context: Context, done: DoneMigrations, found: Applied): Promise<WayBack> {
  const { mine, ledger } = found;
  const since = ledger.slice(ledger.findIndex(({ name }) => name === mine[0].name));
  const others = since.filter((row) => !mine.includes(row)).map(({ name }) => name);
  if (others.length > 0) {
    return refused(`${others.join(', ')} was applied there later, by another workspace or by hand.`, false);
  }
  if (mine.length === ledger.length) return dropOrRefuse(context, found, { is: 'drop' });
  const down = await downFiles(context, found);
  if (down !== null) return { is: 'down', files: down };
  const before = await dumpBefore(context, done, found);
  if (before !== null) return before;
  const remaining = await Promise.all(ledger.slice(0, -mine.length).map(fileOf));
  const alone = remaining.find(({ mode }) => mode === 'no-transaction');
  return alone === undefined
    ? dropOrRefuse(context, found, { is: 'rebuild', remaining })
    : refused(`${alone.name} does not run in a transaction, so the schemas cannot be rebuilt in one.`);
}

const refused = (why: string, byDownFiles = true): WayBack => ({ is: 'refused', why, byDownFiles });

async function dropOrRefuse(context: Context, { ledger }: Applied, way: WayBack): Promise<WayBack> {
  const { names } = await schemasOf(context, ledger);
  return names.includes('public')
    ? refused(
        'The migrations also created objects in the schema public, which is never dropped: it may contain objects of other applications.',
      )
    : way;
}

/** Returns the down file of each migration, newest first; null unless each has one that runs in a transaction. */
async function downFiles({ files }: Context, { mine }: Applied): Promise<readonly DownFile[] | null> {
  const found: DownFile[] = [];
  for (const { name } of mine.toReversed()) {
    const down = name.replace(/\.sql$/, '.down.sql');
    const path = `${layout.migrations}/${down}`;
    if ((await files.inspect(path)).type !== 'file') return null;
    const file = await readMigration(down, await files.read(path));
    if ('faults' in file || file.mode === 'no-transaction') return null;
    found.push({ migration: name, file });
  }
  return found;
}

/** Returns the dump that the rollout made before these migrations; null if it made none, since there were no rows. */
async function dumpBefore(
  context: Context,
  { database, at }: DoneMigrations,
  { target, mine }: Applied,
): Promise<WayBack | null> {
  if (database !== 'production') return null;
  const before = context.memory.begun('3.3').findLast((one) => one.at < at);
  const location = await dumpLocation(context.config, target);
  const madeDump = before?.subject?.kind === 'command' && before.subject.purpose === 'dump';
  if (location === null || !madeDump) return null;
  // A dump is named by the clock of the machine that makes it: the database's own, or this one.
  const latest = Date.parse(location.programs.in === 'container' ? mine[0].appliedAt : at);
  const dump = (await keptDumps(location)).find(({ name }) => madeAt(name) <= latest);
  return dump === undefined
    ? refused(`The dump that was made before is no longer in ${location.folder} on ${location.host.name}.`)
    : { is: 'restore', dump, location };
}

/** Returns when a dump was made, by its name, in milliseconds since 1970; NaN for a name of another form. */
export function madeAt(name: string): number {
  return Date.parse(name.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.dump$/, '$1-$2-$3T$4:$5:$6Z'));
}
