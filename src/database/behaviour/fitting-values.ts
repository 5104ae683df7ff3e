import type { CatalogObject } from '../catalog/catalog.ts';
import { quotedName } from '../sql/quoted-name.ts';
import { unusedCondition } from './conditions.ts';
import type { Condition, TableParts } from './table-parts.ts';
import { baseType } from './types.ts';
import type { ValueSource } from './values.ts';

/** SQL expressions by column, not quoted. */
export type Values = Readonly<Record<string, string>>;

export interface FittingValues {
  /** PL/pgSQL statements that choose the values, to run before an INSERT that uses them. */
  readonly statements: readonly string[];
  readonly values: Values;
}

/** The maximum number of combinations of candidates for columns that depend on each other. */
const mostCombinations = 20_000;

/** The maximum number of combinations that are tried one by one if a condition fails with an error. */
const mostTried = 500;

/**
 * Lets the server choose values among candidates that satisfy the conditions of a table.
 * @param fixed values that must stay
 * @param made values that may be replaced
 */
export function fittingValues(
  table: TableParts,
  source: ValueSource,
  conditions: readonly Condition[],
  fixed: Values,
  made: Values,
): FittingValues {
  const whole = conditions.map((condition) => ({ ...condition, columns: withSources(condition, table) }));
  const asked = whole.filter((condition) => !isVacuous(condition, table, { ...made, ...fixed }));
  return connected(asked, whole).reduce<FittingValues>(
    (sofar, group) => {
      const open = group.columns.filter((name) => {
        const column = table.columns.get(name);
        return column !== undefined && fixed[name] === undefined && column.attributes.generated == null;
      });
      if (open.length === 0) return sofar;
      const record = source.variable();
      const chosen = choice(table, source, group, open, fixed, made, record);
      return {
        statements: [...sofar.statements, chosen.statement],
        values: { ...sofar.values, ...chosen.values },
      };
    },
    { statements: [], values: {} },
  );
}

/** Returns the columns of a condition and, for each generated column, the columns from which it is computed. */
function withSources({ columns }: Condition, { columns: all }: TableParts): readonly string[] {
  const sources = columns.flatMap((name) => {
    const expression = all.get(name)?.attributes.generated;
    if (expression == null) return [];
    const words = new Set(expression.match(/"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g));
    return [...all].flatMap(([other, { part }]) => (other !== name && words.has(part) ? [other] : []));
  });
  return [...new Set([...columns, ...sources])];
}

/** A condition on columns that stay null has no effect, unless it is about null. */
function isVacuous({ sql, columns }: Condition, table: TableParts, values: Values): boolean {
  const stayNull = columns.every((name) => {
    const attributes = table.columns.get(name)?.attributes;
    return values[name] === undefined && attributes?.default == null && attributes?.generated == null;
  });
  return stayNull && !/null|coalesce/i.test(sql);
}

interface Group {
  readonly columns: readonly string[];
  readonly conditions: readonly Condition[];
}

/**
 * Groups the conditions that share a column, and adds the conditions of `all` that only concern columns of the group.
 */
function connected(asked: readonly Condition[], all: readonly Condition[]): readonly Group[] {
  const columns = asked.reduce<readonly (readonly string[])[]>((groups, condition) => {
    const touching = groups.filter((group) => group.some((name) => condition.columns.includes(name)));
    const others = groups.filter((group) => !touching.includes(group));
    return [...others, [...new Set([...touching.flat(), ...condition.columns])]];
  }, []);
  return columns.map((group) => ({
    columns: group,
    conditions: all.filter((condition) => condition.columns.every((name) => group.includes(name))),
  }));
}

function choice(
  table: TableParts,
  source: ValueSource,
  { columns, conditions }: Group,
  open: readonly string[],
  fixed: Values,
  made: Values,
  record: string,
) {
  const most = Math.max(2, Math.floor(mostCombinations ** (1 / open.length)));
  const all = [...conditions, ...open.flatMap((name) => unusedCondition(table, name))];
  const formulas = columns.flatMap((name) => {
    const sql = table.columns.get(name)?.attributes.generated;
    return sql == null ? [] : [{ sql, columns }];
  });
  const typed = (name: string, sql: string) => cast(sql, table.columns.get(name), source);
  const candidates = open.map((name) => {
    const column = table.columns.get(name);
    const known =
      column === undefined ? [] : source.candidatesFor(column, table, [...conditions, ...formulas]);
    const usual = made[name] === undefined ? [column?.attributes.default ?? 'null'] : [];
    return [...new Set([...usual, ...known])].slice(0, most).map((sql) => typed(name, sql));
  });
  const generated = columns.filter((name) => table.columns.get(name)?.attributes.generated != null);
  const others = columns.filter((name) => !open.includes(name) && !generated.includes(name));
  const lists = open.map(
    (name, place) => `(values ${rows(candidates[place] ?? [])}) c${place} (${quotedName(name)})`,
  );
  const single = open.map((name, place) => `(select ed_candidate.c${place}) c${place} (${quotedName(name)})`);
  const known = [
    ...others.map((name, place) => {
      const value = fixed[name] ?? made[name] ?? table.columns.get(name)?.attributes.default ?? 'null';
      return `(select ${typed(name, value)}) f${place} (${quotedName(name)})`;
    }),
    ...generated.map((name, place) => {
      const expression = table.columns.get(name)?.attributes.generated?.replace(/ (?:stored|virtual)$/, '');
      return `lateral (select ${expression}) g${place} (${quotedName(name)})`;
    }),
  ];
  const where = all.map(({ sql }) => `(${sql}) is not false`).join(' and ');
  const fields = open.map((name, place) => `c${place}.${quotedName(name)} as c${place}`).join(', ');
  const fallback = candidates.map(([first = 'null'], place) => `${first} as c${place}`).join(', ');
  const choose = (from: readonly string[]) =>
    `select true as fits, ${fields} into ${record} from ${[...from, ...known].join(', ')} where ${where} limit 1`;
  // If a condition fails with an error for some candidate, each is tried by itself. If none fits, the row gets the
  // first candidates, and the server names the rule that rejects it.
  const statement = `begin
    ${choose(lists)};
  exception when others then
    select null::boolean as fits, ${fallback} into ${record};
    for ed_candidate in select ${fields} from ${lists.join(', ')} limit ${mostTried} loop
      begin
        ${choose(single)};
        exit when ${record}.fits;
      exception when others then null;
      end;
    end loop;
  end;
  if ${record}.fits is not true then select false as fits, ${fallback} into ${record}; end if`;
  return {
    statement,
    values: Object.fromEntries(open.map((name, place) => [name, `${record}.c${place}`])),
  };
}

const rows = (list: readonly string[]) => list.map((one) => `(${one})`).join(', ');

/** Casts to the base type: a cast to a domain would fail with an error instead of skipping the candidate. */
function cast(sql: string, column: CatalogObject | undefined, { types }: ValueSource): string {
  const type = column?.attributes.type ?? 'text';
  const collation = / collate .*$/is.exec(type)?.[0] ?? '';
  return `cast(${sql} as ${baseType(type, types)})${collation}`;
}
