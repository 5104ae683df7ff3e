import { scratchCommands } from '../argv/scratch.ts';
import { tablesOf } from '../database/drop/table-contents.ts';
import { ledgerSchema } from '../database/ledger/ledger.ts';
import { countRows } from '../database/validation/row-counts.ts';
import type { CommandChange } from '../domain/change.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Session } from '../domain/session.ts';
import { entriesOf } from './archive.ts';
import { commandAt } from './dump-change.ts';
import type { DumpLocation } from './location.ts';

/** Rows of one table. */
export interface TableRows {
  readonly table: string;
  readonly rows: number;
}

/** What restoring a dump would lose. */
export type RestoreCost =
  | {
      readonly is: 'exact';
      /** Rows that the dump does not contain: added or changed since. They would be lost. */
      readonly written: readonly TableRows[];
      /** Rows that only the dump contains: changed or deleted since. They would come back. */
      readonly gone: readonly TableRows[];
      /** Name and checksum of each migration in the dump. */
      readonly migrations: ReadonlyMap<string, string>;
    }
  | {
      readonly is: 'estimate';
      /** Tables whose number of rows differs, as text: `3 rows`. Rows that were changed are not counted. */
      readonly tables: readonly { readonly table: string; readonly now: string; readonly inDump: string }[];
    };

/**
 * Returns the command that restores a dump into a scratch database on the same server, compares the rows, and drops it.
 * Its output is read by `costIn`.
 * @param schemas the schemas that a restore replaces
 */
export function costChange(location: DumpLocation, name: string, schemas: readonly string[]): CommandChange {
  const compared = schemas.filter((schema) => schema !== ledgerSchema);
  const file = `${location.folder}/${name}`;
  const command = scratchCommands.compare(location.programs, file, compared, entriesOf(schemas));
  const summary = `restore ${name} into a scratch database beside ${location.name}, and count the rows written since`;
  return {
    ...commandAt(location, command, summary, cannotRestore(location, name)),
    effect: 'changes',
    purpose: 'compare-dump',
    about: `compare ${name} in a scratch database`,
  };
}

/** Reads the output of `costChange`; null if the server does not allow a scratch database. */
export function costIn(lines: readonly string[]): Extract<RestoreCost, { is: 'exact' }> | null {
  if (lines.includes('not-allowed')) return null;
  const fields = lines.map((line) => line.split('\t'));
  const rows = (kind: string) =>
    fields.flatMap(([is, count, table]) =>
      is === kind && table !== undefined ? [{ table, rows: Number(count) }] : [],
    );
  const ledger = fields.flatMap(([is, name = '', checksum = '']) =>
    is === 'ledger' ? [[name, checksum] as const] : [],
  );
  return { is: 'exact', written: rows('written'), gone: rows('gone'), migrations: new Map(ledger) };
}

/** Estimates the cost by the numbers of rows, without a scratch database. */
export async function estimatedCost(
  { host, folder, programs, environment }: DumpLocation,
  session: Session,
  name: string,
  schemas: readonly string[],
  signal: AbortSignal,
): Promise<RestoreCost> {
  const { argv, input } = scratchCommands.count(programs, `${folder}/${name}`);
  const counted = await host.processes.run(argv, '.', signal, () => undefined, { environment, input });
  const then = new Map(
    counted.stdout.split('\n').flatMap((line) => {
      const [is, rows, table] = line.split('\t');
      return is === 'rows' && table !== undefined ? [[table, Number(rows)] as const] : [];
    }),
  );
  const compared = schemas.filter((schema) => schema !== ledgerSchema);
  const now = await countRows(session, await tablesOf(session, compared));
  const tables = [...now].flatMap(([table, rows]) => {
    const inDump = rowsText(then.get(table) ?? 0);
    return rows === inDump ? [] : [{ table, now: rows, inDump }];
  });
  return { is: 'estimate', tables };
}

export const rowsText = (rows: number) => (rows === 1 ? '1 row' : `${rows} rows`);

function cannotRestore({ name: database }: DumpLocation, name: string): Omit<Problem, 'excerpt'> {
  return {
    code: 'ERP-0698',
    what: `${name} could not be restored into a scratch database beside ${database}, so what a rollback would cost is not known.`,
    why: 'The scratch database was dropped, and nothing else was changed. The error is below.',
    todo: [
      { text: 'Free some disk space if that is the cause, then run again.' },
      { text: 'Or restore another dump', command: ['erp-deploy', 'restore'] },
    ],
    exit: exitCodes.stepFailed,
  };
}
