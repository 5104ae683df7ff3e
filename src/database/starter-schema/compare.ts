import { covers, sameShape } from './index-shape.ts';
import {
  type NamedShape,
  type StarterIndex,
  type StarterObjects,
  shapeOfDefinition,
} from './read-objects.ts';

/** The objects of the database, or of the migrations, read from a catalog. */
export interface OurObjects {
  /** Table names are qualified; types are spelled as by `format_type`. */
  readonly columns: readonly { readonly table: string; readonly column: string; readonly type: string }[];
  /** Including those of constraints; `definition` as returned by `pg_get_indexdef`. */
  readonly indexes: readonly {
    readonly table: string;
    readonly method: string;
    readonly unique: boolean;
    readonly definition: string;
  }[];
}

interface TypeDifference {
  readonly table: string;
  readonly column: string;
  readonly starter: string;
  readonly ours: string;
}

export interface StarterComparison {
  /** Indexes that our schema lacks, on existing tables and columns; `table` is our table, qualified. */
  readonly lacking: readonly StarterIndex[];
  /** Indexes that our schema lacks but does not need: another index starts with the same keys. */
  readonly covered: readonly { readonly index: StarterIndex; readonly table: string; readonly by: string }[];
  /** Indexes on a table or a column that our schema does not have. */
  readonly inapplicable: readonly {
    readonly index: StarterIndex;
    /** Our table, qualified; the starter's name if our schema has no such table. */
    readonly table: string;
    readonly why: string;
  }[];
  readonly types: readonly TypeDifference[];
  /** Names of our indexes, which a proposed index must not use. */
  readonly takenNames: readonly string[];
}

/** Returns what the starter schema has and our schema lacks. Additional objects of our schema are no difference. */
export async function compareStarter(starter: StarterObjects, ours: OurObjects): Promise<StarterComparison> {
  const tables = tablesOf(ours);
  const shapes = await shapesOf(ours);
  const lacking: StarterIndex[] = [];
  const covered: { index: StarterIndex; table: string; by: string }[] = [];
  const inapplicable: { index: StarterIndex; table: string; why: string }[] = [];
  for (const index of starter.indexes) {
    const table = ourTable(index.table, tables);
    const known = table === undefined ? undefined : tables.get(table);
    const absent = index.columns.filter((column) => known !== undefined && !known.has(column));
    const existing = shapes.filter((one) => one.table === table);
    const by = existing.find(({ shape }) => covers(shape, index.shape))?.name;
    if (table === undefined)
      inapplicable.push({ index, table: index.table, why: `table ${index.table} does not exist` });
    else if (absent.length > 0)
      inapplicable.push({ index, table, why: `${table} has no column ${absent.join(', ')}` });
    else if (existing.some(({ shape }) => sameShape(shape, index.shape))) continue;
    else if (by !== undefined) covered.push({ index, table, by });
    else lacking.push({ ...index, table });
  }
  const takenNames = shapes.map(({ name }) => name);
  return { lacking, covered, inapplicable, types: typeDifferences(starter, tables), takenNames };
}

/** Types by table and column. */
type Tables = ReadonlyMap<string, ReadonlyMap<string, string>>;

function tablesOf({ columns }: OurObjects): Tables {
  const tables = new Map<string, Map<string, string>>();
  for (const { table, column, type } of columns) {
    const known = tables.get(table) ?? new Map<string, string>();
    tables.set(table, known.set(column, type));
  }
  return tables;
}

async function shapesOf({ indexes }: OurObjects): Promise<(NamedShape & { table: string })[]> {
  const read = await Promise.all(
    indexes.map(async ({ table, definition }) => {
      const named = await shapeOfDefinition(definition);
      return named && { table, ...named };
    }),
  );
  return read.filter((one) => one !== undefined);
}

/** Returns our table for one of the starter; without a schema, the only one of that name. */
function ourTable(name: string, tables: Tables): string | undefined {
  if (tables.has(name)) return name;
  if (name.includes('.')) return undefined;
  const [only, ...more] = [...tables.keys()].filter((one) => one.endsWith(`.${name}`));
  return more.length === 0 ? only : undefined;
}

function typeDifferences(starter: StarterObjects, tables: Tables): TypeDifference[] {
  return starter.tables.flatMap(({ name, columns }) => {
    const table = ourTable(name, tables);
    const known = table === undefined ? undefined : tables.get(table);
    return columns.flatMap(({ name: column, type }) => {
      const own = known?.get(column);
      if (table === undefined || own === undefined || own === type) return [];
      return [{ table, column, starter: type, ours: own }];
    });
  });
}
