import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import { quotedName, unquoted } from '../migration-rules/quoted-name.ts';
import { NoValue, type ValueSource } from './values.ts';

/** SQL literals by column. */
type Values = Readonly<Record<string, string>>;

/** A row that a table should take, and the rows of other tables that it needs. */
interface NewRow {
  /** INSERT statements, parents first, the row itself last. */
  readonly inserts: readonly string[];
  readonly values: Values;
}

export interface RowMaker {
  /**
   * @param given literals that the row must have
   * @param also further columns to give a value, for reading it in `values`
   * @throws NoValue when the table is missing or a column's value cannot be made up
   */
  rowFor(table: string, given?: Values, also?: readonly string[]): NewRow;
}

export function rowMaker(catalog: Catalog, source: ValueSource): RowMaker {
  const parts = Map.groupBy(catalog.objects, ({ parent }) => parent);
  const partsOf = (table: string, kind: CatalogObject['kind']) =>
    (parts.get(`table ${table}`) ?? []).filter((object) => object.kind === kind);

  const make = (table: string, given: Values, also: readonly string[], path: readonly string[]): NewRow => {
    if (path.includes(table)) throw new NoValue([...path, table].join(' needs '));
    const columns = new Map(partsOf(table, 'column').map((column) => [unquoted(column.part), column]));
    if (columns.size === 0)
      throw new NoValue(`${table} is missing`, { missing: /^(erp|agent)\./.test(table) });
    const needed = [...columns].filter(([name, column]) => also.includes(name) || isNeeded(column));
    const keys = partsOf(table, 'foreign key').filter(({ columns: names }) =>
      names.some((name) => given[name] === undefined && needed.some(([one]) => one === name)),
    );
    const made = needed.filter(
      ([name]) => given[name] === undefined && !keys.some((key) => key.columns.includes(name)),
    );
    const own = {
      ...Object.fromEntries(made.map(([name, column]) => [name, source.valueFor(column)])),
      ...given,
    };
    const { inserts, values } = withParents(keys, table, own, (parent, known, theirs) =>
      make(parent, known, theirs, [...path, table]),
    );
    return { inserts: [...inserts, insert(table, columns, values)], values };
  };
  return { rowFor: (table, given = {}, also = []) => make(table, given, also, []) };
}

/** Values of columns that refer to other rows, with those rows; one of the same table refers to itself. */
function withParents(
  keys: readonly CatalogObject[],
  table: string,
  own: Values,
  make: (parent: string, known: Values, also: readonly string[]) => NewRow,
): NewRow {
  return keys.reduce<NewRow>(
    ({ inserts, values }, { columns, references }) => {
      const theirs = references?.columns ?? [];
      const ofParent = (parent: Values) =>
        Object.fromEntries(columns.map((name, place) => [name, parent[theirs[place] ?? ''] ?? 'null']));
      if (references === null || references.table === table)
        return { inserts, values: { ...ofParent(values), ...values } };
      const known = columns.flatMap((name, place) => {
        const value = values[name];
        return value === undefined ? [] : [[theirs[place] ?? '', value] as const];
      });
      const parent = make(references.table, Object.fromEntries(known), theirs);
      return { inserts: [...inserts, ...parent.inserts], values: { ...values, ...ofParent(parent.values) } };
    },
    { inserts: [], values: own },
  );
}

/** Sequences must stand still, so what they would fill in is given. */
function isNeeded({ attributes }: CatalogObject): boolean {
  if (attributes.identity || attributes.default?.startsWith('nextval(')) return true;
  return attributes['not null'] !== 'no' && attributes.default == null && attributes.generated == null;
}

function insert(table: string, columns: ReadonlyMap<string, CatalogObject>, values: Values): string {
  const names = Object.keys(values).map((name) => columns.get(name)?.part ?? quotedName(name));
  return `insert into ${table} (${names.join(', ')}) overriding system value values (${Object.values(values).join(', ')})`;
}
