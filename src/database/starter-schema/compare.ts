import { covers, sameShape } from './index-shape.ts';
import {
  type NamedShape,
  type StarterIndex,
  type StarterObjects,
  shapeOfDefinition,
} from './read-objects.ts';

/** What the database, or the migrations, have; read from a catalog. */
export interface OurObjects {
  /** Tables with their schema, types as `format_type` spells them. */
  readonly columns: readonly { readonly table: string; readonly column: string; readonly type: string }[];
  /** Those of constraints among them; `definition` as `pg_get_indexdef` gives it. */
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
  /** Indexes that ours lacks, on the tables and columns that ours has; `table` is ours, with its schema. */
  readonly lacking: readonly StarterIndex[];
  /** Indexes that ours lacks but does not need: another one starts with the same keys. */
  readonly covered: readonly { readonly index: StarterIndex; readonly table: string; readonly by: string }[];
  /** Indexes on a table or a column that ours has not. */
  readonly inapplicable: readonly {
    readonly index: StarterIndex;
    /** Ours, with its schema; as the starter names it where ours has none. */
    readonly table: string;
    readonly why: string;
  }[];
  readonly types: readonly TypeDifference[];
  /** Names of ours, so that a proposed index does not take one. */
  readonly takenNames: readonly string[];
}

/** What the starter schema has and ours has not; what only ours has is no difference. */
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
    const here = shapes.filter((one) => one.table === table);
    const by = here.find(({ shape }) => covers(shape, index.shape))?.name;
    if (table === undefined)
      inapplicable.push({ index, table: index.table, why: `there is no table ${index.table}` });
    else if (absent.length > 0)
      inapplicable.push({ index, table, why: `${table} has no ${absent.join(', ')}` });
    else if (here.some(({ shape }) => sameShape(shape, index.shape))) continue;
    else if (by !== undefined) covered.push({ index, table, by });
    else lacking.push({ ...index, table });
  }
  const takenNames = shapes.map(({ name }) => name);
  return { lacking, covered, inapplicable, types: typeDifferences(starter, tables), takenNames };
}

/** Types by column by table. */
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

/** A table of the starter in ours; one without a schema is the only one of that name. */
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
