import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import { unquoted } from '../sql/quoted-name.ts';
import { candidatesOf } from './candidates.ts';
import { NoValue } from './no-value.ts';
import type { Condition, TableParts } from './table-parts.ts';
import { baseType, isVocabulary, stringsIn, type Types, typesOf } from './types.ts';

/** Generates values. Each call returns another value if the type has enough of them, so that unique columns accept it. */
export interface ValueSource {
  readonly types: Types;
  /** Returns a quoted literal without a type, or an expression. */
  valueFor(column: CatalogObject, table: TableParts): string;
  /**
   * Returns the values to try for a column that takes part in `conditions`, as SQL of its base type, the preferred one first.
   * @throws NoValue if none is known
   */
  candidatesFor(
    column: CatalogObject,
    table: TableParts,
    conditions: readonly Condition[],
  ): readonly string[];
  /** Returns the name of a variable that no other part of the test uses. */
  variable(): string;
}

export function valueSource(catalog: Catalog): ValueSource {
  let count = 0;
  const next = () => {
    count += 1;
    return count;
  };
  const types = typesOf(catalog);
  const candidatesFor: ValueSource['candidatesFor'] = (column, table, conditions) => {
    const name = unquoted(column.part);
    const own = conditions.filter(({ columns }) => columns.includes(name));
    const keys = [...table.unique, ...table.foreignKeys].filter(({ columns }) => columns.includes(name));
    const vocabulary = table.checks.filter((check) => isVocabulary(check) && check.columns[0] === name);
    const listed = vocabulary.flatMap(({ attributes }) => stringsIn(attributes.definition ?? ''));
    const type = baseType(column.attributes.type ?? '', types);
    const generated = valuesOfType(type, types, {
      conditions: [...own.map(({ sql }) => sql), ...keys.map(temporal)].join('\n'),
      number: next(),
      inKey: keys.length > 0,
    });
    const values = [...listed.map(literal), ...generated];
    if (values.length === 0) throw new NoValue(`no value is known for ${column.name} of type ${type}`);
    return values;
  };
  return {
    types,
    candidatesFor,
    valueFor: (column, table) => candidatesFor(column, table, [])[0] ?? 'null',
    variable: () => `made_${next()}`,
  };
}

const temporal = ({ attributes }: CatalogObject) =>
  /WITHOUT OVERLAPS|PERIOD/.exec(attributes.definition ?? '')?.[0] ?? '';

function valuesOfType(
  type: string,
  types: Types,
  hints: Parameters<typeof candidatesOf>[2],
): readonly string[] {
  if (!type.endsWith(']')) {
    const texts = candidatesOf(type, types, hints).map(literal);
    return texts.length === 0 && type.includes('.') ? [anyOf(type)] : texts;
  }
  const element = type.replace(/(\[\])+$/, '');
  const elements = valuesOfType(baseType(element, types), types, hints).slice(0, 20);
  const [first] = elements;
  const repeated =
    first === undefined ? [] : [1, 2, 3].map((times) => Array.from({ length: times }, () => first));
  const lists = [...repeated, ...elements.slice(1).map((one) => [one])];
  return [`'{}'`, ...lists.map((list) => `cast(array[${list.join(', ')}] as ${type})`)];
}

/** Returns a value of a type that the catalog does not describe: a row of nulls, an empty range or the first label. */
function anyOf(type: string): string {
  return `cast((select case t.typtype when 'r' then 'empty' when 'm' then '{}'
      when 'e' then (select enumlabel::text from pg_catalog.pg_enum where enumtypid = t.oid order by enumsortorder limit 1)
      when 'c' then (select '(' || repeat(',', count(*)::int - 1) || ')' from pg_catalog.pg_attribute
                     where attrelid = t.typrelid and attnum > 0 and not attisdropped) end
    from pg_catalog.pg_type t where t.oid = ${literal(type)}::regtype) as ${type})`;
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
