import { type CatalogObject, tableOf } from '../../catalog/catalog.ts';
import { attachmentOf } from '../partitions.ts';
import type { Sides } from './sides.ts';

/**
 * Returns the statements that restore the partitions' own defaults, which SET DEFAULT on the partitioned table
 * replaces.
 */
export function defaultsOfPartitions({ expected }: Sides, column: CatalogObject, aspect: string): string[] {
  const table = tableOf(column);
  if (column.kind !== 'column' || !/^(type|default)$/.test(aspect) || table === null) return [];
  const own = `column ${column.part} default`;
  return partitionsOf([...expected.objects.values()], table).flatMap(({ name, attributes }) => {
    const value = attributes[own];
    if (value == null) return [];
    const clause = value === 'none' ? 'drop default' : `set default ${value}`;
    return [`alter table ${name} alter column ${column.part} ${clause}`];
  });
}

/** Returns the partitions of a table, also those of its partitions. */
function partitionsOf(objects: readonly CatalogObject[], table: string): readonly CatalogObject[] {
  const direct = objects.filter(
    ({ kind, attributes }) => kind === 'table' && parentOf(attributes['partition of']) === table,
  );
  return direct.flatMap((one) => [one, ...partitionsOf(objects, one.name)]);
}

const parentOf = (text: string | null | undefined) => attachmentOf(text ?? '')?.parent;
