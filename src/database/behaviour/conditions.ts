import type { CatalogObject } from '../catalog/catalog.ts';
import { quotedName, unquoted } from '../sql/quoted-name.ts';
import { partitionCondition } from './partition-condition.ts';
import type { Condition, TableLookup, TableParts } from './table-parts.ts';
import { domainChain, isVocabulary, type Types } from './types.ts';

/** Returns the conditions that checks, domains and partitions of a table impose on a row. */
export function conditionsOf(table: TableParts, find: TableLookup, types: Types): readonly Condition[] {
  return [
    ...table.checks.flatMap((check) => checkCondition(check, table)),
    ...[...table.columns.values()].flatMap((column) => domainConditions(column, types)),
    ...partitionCondition(table, find),
  ];
}

/** If the only check of a column lists its values, the first one is used without a query. */
function checkCondition(check: CatalogObject, { checks }: TableParts): readonly Condition[] {
  const sql = /^CHECK (\(.*\))(?: NO INHERIT)?(?: NOT VALID)?$/s.exec(check.attributes.definition ?? '')?.[1];
  if (sql === undefined || check.columns.length === 0) return [];
  const [column = ''] = check.columns;
  const others = checks.filter((one) => one !== check && one.columns.includes(column));
  return isVocabulary(check) && others.length === 0 ? [] : [{ sql, columns: check.columns }];
}

function domainConditions(column: CatalogObject, types: Types): readonly Condition[] {
  const name = unquoted(column.part);
  return domainChain(column.attributes.type ?? '', types).flatMap((domain) =>
    Object.entries(domain.attributes).flatMap(([attribute, definition]) => {
      const check = attribute.startsWith('check ')
        ? /^CHECK (\(.*\))/s.exec(definition ?? '')?.[1]
        : undefined;
      // In the check of a domain, VALUE reads like a column of that name.
      return check === undefined
        ? []
        : [{ sql: `(select ${check} from (select ${quotedName(name)} as "value") given)`, columns: [name] }];
    }),
  );
}

/** Returns the condition that no row has the value yet; only for a key of one column. */
export function unusedCondition({ name, unique }: TableParts, column: string): readonly Condition[] {
  const whole = unique.some(
    ({ kind, columns, attributes }) =>
      columns.length === 1 &&
      columns[0] === column &&
      (kind !== 'index' || !/ WHERE /.test(attributes.definition ?? '')),
  );
  return whole ? [missingCondition(name, [[column, column]])] : [];
}

/**
 * Returns the condition that a table has no row with these values. It is evaluated for each candidate separately, so
 * that an index is used and a large table is never read in full.
 * @param pairs a column of the row, and the column of `table` that it is compared with
 */
export function missingCondition(
  table: string,
  pairs: readonly (readonly [own: string, theirs: string])[],
): Condition {
  const equal = pairs.map(([own, theirs]) => `stored.${quotedName(theirs)} = candidate.${quotedName(own)}`);
  const own = pairs.map(([name]) => `${quotedName(name)} as ${quotedName(name)}`);
  return {
    sql: `(select 0 = (select count(*) from (select from ${table} stored where ${equal.join(' and ')} limit 1) one) from (select ${own.join(', ')}) candidate)`,
    columns: pairs.map(([name]) => name),
  };
}
