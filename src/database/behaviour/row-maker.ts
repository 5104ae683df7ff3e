import type { CatalogObject } from '../catalog/catalog.ts';
import { quotedName } from '../sql/quoted-name.ts';
import { conditionsOf } from './conditions.ts';
import { fittingValues, type Values } from './fitting-values.ts';
import { NoValue } from './no-value.ts';
import type { Condition, TableLookup, TableParts } from './table-parts.ts';
import { domainChain, type Types } from './types.ts';
import type { ValueSource } from './values.ts';

/** A row that a table should accept, and the rows of other tables that it needs. */
interface NewRow {
  /** Statements that insert the parents first, the row itself last. */
  readonly inserts: readonly string[];
  readonly values: Values;
}

interface RowOptions {
  /** Further columns to give a value, for reading it in `values`. */
  readonly also?: readonly string[];
  /** Foreign keys for which no parent is made. */
  readonly withoutParents?: readonly CatalogObject[];
  /** Conditions in addition to those of the table. */
  readonly conditions?: readonly Condition[];
}

export interface RowMaker {
  /**
   * @param given SQL of values that the row must have
   * @throws NoValue if the table is missing or no value can be generated for a column
   */
  rowFor(table: string, given?: Values, options?: RowOptions): NewRow;
  /**
   * Copies an existing row of the table, which satisfies even the rules that are unknown here.
   * @throws NoValue as `rowFor` does
   */
  copyFor(table: string, given?: Values, options?: RowOptions): NewRow;
}

export function rowMaker(find: TableLookup, source: ValueSource): RowMaker {
  return {
    rowFor: (table, given = {}, options = {}) => madeRow({ find, source }, table, given, options, []),
    copyFor: (table, given = {}, options = {}) => copiedRow({ find, source }, table, given, options),
  };
}

/** Where tables and values come from. */
interface Sources {
  readonly find: TableLookup;
  readonly source: ValueSource;
}

/** @param path the tables whose rows need this one */
function madeRow(
  sources: Sources,
  name: string,
  given: Values,
  options: RowOptions,
  path: readonly string[],
): NewRow {
  const { find, source } = sources;
  if (path.includes(name)) throw new NoValue([...path, name].join(' needs '));
  const table = writable(find(name));
  const { also = [], withoutParents = [] } = options;
  const needed = [...table.columns.keys()].filter(
    (column) => also.includes(column) || isNeeded(column, table, source.types),
  );
  const keys = table.foreignKeys.filter(
    (key) =>
      !withoutParents.includes(key) &&
      key.columns.some((one) => given[one] === undefined && needed.includes(one)),
  );
  const made = needed.filter(
    (one) => given[one] === undefined && !keys.some((key) => comesFromParent(one, key, name)),
  );
  const own = Object.fromEntries(made.map((column) => [column, generatedValue(column, table, source)]));
  const parents = withParents(keys, name, own, given, (parent, known, theirs) =>
    madeRow(sources, parent, known, { also: theirs }, [...path, name]),
  );
  const conditions = [...conditionsOf(table, find, source.types), ...(options.conditions ?? [])];
  const chosen = fittingValues(table, source, conditions, parents.fixed, own);
  const values = { ...own, ...chosen.values, ...parents.fixed };
  const complete = { ...values, ...ownParents(keys, name, values) };
  return {
    inserts: [...parents.inserts, ...chosen.statements, insert(table, complete)],
    values: complete,
  };
}

function copiedRow(
  { find, source }: Sources,
  name: string,
  given: Values,
  { also = [], conditions = [] }: RowOptions,
): NewRow {
  const table = writable(find(name));
  const record = source.variable();
  const replaced = [...new Set([...also, ...keyColumns(table, [...also, ...Object.keys(given)])])];
  const own = Object.fromEntries(replaced.map((column) => [column, generatedValue(column, table, source)]));
  const kept = [...table.columns].filter(([column]) => own[column] === undefined);
  const fixed = {
    ...Object.fromEntries(kept.map(([column, { part }]) => [column, `${record}.${part}`])),
    ...given,
  };
  const asked = [...conditionsOf(table, find, source.types), ...conditions];
  const chosen = fittingValues(table, source, asked, fixed, own);
  const values = { ...own, ...chosen.values, ...fixed };
  return {
    inserts: [
      `select stored.* into ${record} from ${name} stored limit 1`,
      ...chosen.statements,
      insert(table, values),
    ],
    values,
  };
}

/** @throws NoValue if the table is missing, or a rule replaces INSERT */
function writable(table: TableParts): TableParts {
  const { name, columns, ownRules } = table;
  if (columns.size === 0) throw new NoValue(`${name} is missing`, { missing: /^(erp|agent)\./.test(name) });
  const replaced = ownRules.find(
    ({ kind, attributes }) =>
      kind === 'rule' && / ON INSERT .* DO INSTEAD /s.test(attributes.definition ?? ''),
  );
  if (replaced !== undefined) throw new NoValue(`the rule ${replaced.part} replaces INSERT on ${name}`);
  return table;
}

/** Returns a column of each key that does not differ from the copied row's yet, and refers to no other row. */
function keyColumns(
  { columns, foreignKeys, unique }: TableParts,
  different: readonly string[],
): readonly string[] {
  const refers = (name: string) => foreignKeys.some((key) => key.columns.includes(name));
  return unique.reduce<readonly string[]>((replaced, key) => {
    const words = new Set(key.attributes.definition?.match(/"(?:[^"]|"")+"|[A-Za-z_][\w$]*/g));
    const own = key.columns.includes('(expression)')
      ? [...columns].flatMap(([name, { part }]) => (words.has(part) ? [name] : []))
      : key.columns;
    if (own.some((name) => different.includes(name) || replaced.includes(name))) return replaced;
    const free = own.find((name) => !refers(name) && columns.get(name)?.attributes.generated == null);
    return free === undefined ? replaced : replaced.concat(free);
  }, []);
}

function generatedValue(name: string, table: TableParts, source: ValueSource): string {
  const column = table.columns.get(name);
  if (column === undefined) throw new NoValue(`${table.name} has no column ${name}`, { missing: true });
  return source.valueFor(column, table);
}

interface WithParents {
  readonly inserts: readonly string[];
  /** The given values, and those of columns that refer to other rows. */
  readonly fixed: Values;
}

/** Returns values of columns that refer to other tables, with the rows there. */
function withParents(
  keys: readonly CatalogObject[],
  table: string,
  own: Values,
  given: Values,
  make: (parent: string, known: Values, also: readonly string[]) => NewRow,
): WithParents {
  return keys.reduce<WithParents>(
    ({ inserts, fixed }, { columns, references }) => {
      if (references === null) return { inserts, fixed };
      const theirs = references.columns;
      const pairs = columns.map((name, place) => [name, theirs[place] ?? ''] as const);
      // The row refers to itself, so a value that is set on one side is also set on the other.
      if (references.table === table) {
        const same = pairs.flatMap(([name, target]) => {
          const value = fixed[name];
          return value === undefined || fixed[target] !== undefined ? [] : [[target, value] as const];
        });
        return { inserts, fixed: { ...Object.fromEntries(same), ...fixed } };
      }
      const known = pairs.flatMap(([name, target]) => {
        const value = fixed[name] ?? own[name];
        return value === undefined ? [] : [[target, value] as const];
      });
      const parent = make(references.table, Object.fromEntries(known), theirs);
      const values = pairs.map(([name, target]) => [name, parent.values[target] ?? 'null'] as const);
      return {
        inserts: [...inserts, ...parent.inserts],
        fixed: { ...Object.fromEntries(values), ...fixed },
      };
    },
    { inserts: [], fixed: given },
  );
}

/** A column that refers to itself in the same row gets its value like any other. */
function comesFromParent(column: string, { columns, references }: CatalogObject, table: string): boolean {
  const place = columns.indexOf(column);
  return place >= 0 && (references?.table !== table || references.columns[place] !== column);
}

/** Returns values of columns with which a row refers to itself. */
function ownParents(keys: readonly CatalogObject[], table: string, values: Values): Values {
  const own = keys.filter(({ references }) => references?.table === table);
  return Object.fromEntries(
    own.flatMap(({ columns, references }) =>
      columns.flatMap((name, place) =>
        values[name] === undefined ? [[name, values[references?.columns[place] ?? ''] ?? 'null']] : [],
      ),
    ),
  );
}

/**
 * Returns whether INSERT must give the column a value. It must for a column with a sequence, since a rollback does not
 * reset sequences.
 */
function isNeeded(name: string, { columns }: TableParts, types: Types): boolean {
  const attributes = columns.get(name)?.attributes;
  if (attributes === undefined || attributes.generated != null) return false;
  if (attributes.identity || attributes.default?.startsWith('nextval(')) return true;
  const levels = [attributes, ...domainChain(attributes.type ?? '', types).map((one) => one.attributes)];
  const required = levels.some((level) => level['not null'] !== 'no');
  return required && levels.every((level) => level.default == null);
}

function insert(table: TableParts, values: Values): string {
  const names = Object.keys(values).filter((name) => table.columns.get(name)?.attributes.generated == null);
  const parts = names.map((name) => table.columns.get(name)?.part ?? quotedName(name));
  return `insert into ${table.name} (${parts.join(', ')}) overriding system value values (${names.map((name) => values[name]).join(', ')})`;
}
