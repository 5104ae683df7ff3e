import { printableSql } from '../printable-sql.ts';
import type { Difference, Losable, RepairStatement } from './difference.ts';

export interface RepairOptions {
  /** Includes the statements that can lose rows; otherwise they are comments. */
  readonly includeDestructive?: boolean;
  /** Returns the row count of a table as text, such as `3 rows`; undefined if the rows were not counted. */
  readonly rowsOf?: (table: string) => string | undefined;
}

/**
 * Returns all repairs as one script: each statement once, in an order that works. If a statement can lose rows, the
 * whole repair of its difference is a comment, so that nothing is dropped that a comment would create again.
 */
export function repairScript(differences: readonly Difference[], options: RepairOptions = {}): string[] {
  const plain = differences.filter((one) => options.includeDestructive === true || !losesRows(one));
  const included = new Set(plain.flatMap(({ repair }) => repair.map(({ sql }) => sql)));
  const withheld = differences.flatMap((one) =>
    plain.includes(one) ? [] : comments(one, included, options),
  );
  const statements = [...plain.flatMap(({ repair }) => repair), ...withheld];
  return [...new Set(statements.toSorted((a, b) => a.order - b.order).map(({ sql }) => printableSql(sql)))];
}

/** Returns whether a repair has statements that can lose rows, or that follow such a statement. */
export const losesRows = ({ repair }: Pick<Difference, 'repair'>): boolean =>
  repair.some(({ loses, belongsTo }) => loses !== undefined || belongsTo !== undefined);

/** Returns the tables whose rows the repairs can lose. */
export function tablesAtRisk(differences: readonly Difference[]): readonly string[] {
  const losable = differences.flatMap(({ repair }) => repair.flatMap(({ loses }) => loses ?? []));
  return [...new Set(losable.flatMap(({ kind, name }) => (kind === 'table' ? [name] : [])))];
}

function comments(
  { repair }: Difference,
  included: ReadonlySet<string>,
  options: RepairOptions,
): RepairStatement[] {
  const atRisk = repair.flatMap(({ loses, belongsTo }) => loses ?? belongsTo ?? []);
  return repair
    .filter(({ sql }) => !included.has(sql) && !sql.startsWith('--'))
    .map(({ order, sql, loses }) => {
      const remark =
        loses === undefined
          ? `Belongs to a change that can lose rows of ${names(atRisk)}:`
          : `Can lose rows of ${withRows(loses, options)}; --include-destructive includes it:`;
      return { order, sql: `${commented(remark)}\n${commented(printableSql(sql))}` };
    });
}

const names = (losable: readonly Losable[]) =>
  [...new Set(losable.map(({ kind, name }) => `${kind} ${name}`))].join(', ');

function withRows({ kind, name }: Losable, { rowsOf }: RepairOptions): string {
  const rows = kind === 'table' ? rowsOf?.(name) : undefined;
  return `${kind} ${name} (${rows ?? 'rows not counted'})`;
}

/** PostgreSQL ends a comment at a line feed and at a carriage return, and a name can contain both. */
export const commented = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => `-- ${line}`)
    .join('\n');
