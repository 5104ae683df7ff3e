import { type CatalogObject, keyOf, type ObjectKey, tableOf } from '../../catalog/catalog.ts';
import type { RepairStatement } from '../difference.ts';
import { quoted } from './change.ts';
import type { Sides } from './sides.ts';

/** Returns the missing columns that get no value in rows that exist: no default, no identity. */
export function columnsWithoutValues(sides: Sides, keys: ReadonlySet<ObjectKey>): readonly CatalogObject[] {
  return [...keys].flatMap((key) => {
    const column = key.startsWith('column ') ? sides.expected.objects.get(key) : undefined;
    if (column === undefined || column.parent === null || keys.has(column.parent)) return [];
    const { default: fallback, identity, generated } = column.attributes;
    return fallback || identity || generated ? [] : [column];
  });
}

/** Returns whether a row with nulls can violate a constraint, or whether it needs such a constraint. */
function mayBeViolated(
  { kind, needs, references }: CatalogObject,
  columns: readonly CatalogObject[],
): boolean {
  if (kind === 'primary key' || kind === 'check') return columns.some((one) => needs.includes(keyOf(one)));
  const target = kind === 'foreign key' ? `table ${references?.table}` : null;
  return columns.some((one) => one.parent === target && one.attributes['not null'] === 'yes');
}

/**
 * Returns statements that also run if the table has rows, in which new columns have no value: NOT NULL and constraints
 * are added only if the rows allow it, and a warning names them otherwise.
 * @param columns the columns without a value
 */
export function asRowsAllow(
  object: CatalogObject,
  created: readonly RepairStatement[],
  columns: readonly CatalogObject[],
): RepairStatement[] {
  if (mayBeViolated(object, columns)) {
    const remark = `-- ${object.kind} ${object.name}: added only if the rows that exist allow it`;
    return created.flatMap((one) => [
      { ...one, sql: remark.replace(/\s+/g, ' ') },
      { ...one, sql: ifRowsAllow(one.sql, object) },
    ]);
  }
  const isRequired = object.attributes['not null'] === 'yes';
  if (!isRequired || !columns.some((one) => keyOf(one) === keyOf(object))) return [...created];
  const required = `alter table ${tableOf(object)} alter column ${object.part} set not null`;
  return created.flatMap((one) =>
    one.sql !== object.definition
      ? [one]
      : [
          {
            ...one,
            sql: `-- column ${object.name}: rows that exist get no value; set one, then: ${required}`.replace(
              /\s+/g,
              ' ',
            ),
          },
          { ...one, sql: object.definition.replace(/ not null$/, '') },
          { ...one, sql: ifRowsAllow(required, object) },
        ],
  );
}

function ifRowsAllow(sql: string, { kind, name }: CatalogObject): string {
  const text = `erp-deploy: the rows do not allow this ${kind} yet: ${name}`.replaceAll('%', '%%');
  return `do ${dollarQuoted(`begin ${sql}; exception
  when integrity_constraint_violation or not_null_violation or unique_violation or foreign_key_violation
    or check_violation or exclusion_violation or invalid_foreign_key then raise warning ${quoted(text)}; end`)}`;
}

/** A name can contain any tag, so the tag is made longer until the text does not contain it. */
function dollarQuoted(text: string): string {
  let tag = '$repair$';
  while (text.includes(tag)) tag = tag.replace(/\$$/, '_$');
  return `${tag} ${text} ${tag}`;
}
