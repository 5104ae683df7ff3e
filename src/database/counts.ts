import type { Catalog, CatalogObject } from './catalog/catalog.ts';
import { updatedAtTriggers } from './updated-at.ts';

/** Numbers of objects in the schemas erp and agent that the checklist counts. */
export interface ObjectCounts {
  readonly tablesErp: number;
  readonly tablesAgent: number;
  readonly columns: number;
  readonly foreignKeys: number;
  readonly foreignKeysErp: number;
  readonly foreignKeysAgent: number;
  /** Foreign keys of either schema that reference another schema. */
  readonly foreignKeysCrossSchema: number;
  readonly updatedAtTriggers: number;
  readonly generatedColumns: number;
  readonly vectorColumns: number;
}

export function countObjects(catalog: Catalog): ObjectCounts {
  const objects = catalog.objects.filter(({ schema }) => schema === 'erp' || schema === 'agent');
  const ofKind = (kind: CatalogObject['kind']) => objects.filter((object) => object.kind === kind);
  const within = (schema: string, list: readonly CatalogObject[]) =>
    list.filter((one) => one.schema === schema).length;
  const [tables, columns, keys] = [ofKind('table'), ofKind('column'), ofKind('foreign key')];
  const schemaOf = new Map(
    catalog.objects.filter(({ kind }) => kind === 'table').map(({ name, schema }) => [name, schema]),
  );
  const triggers = new Set(updatedAtTriggers(catalog));
  return {
    tablesErp: within('erp', tables),
    tablesAgent: within('agent', tables),
    columns: columns.length,
    foreignKeys: keys.length,
    foreignKeysErp: within('erp', keys),
    foreignKeysAgent: within('agent', keys),
    foreignKeysCrossSchema: keys.filter(
      ({ schema, references }) => schemaOf.get(references?.table ?? '') !== schema,
    ).length,
    updatedAtTriggers: objects.filter((object) => triggers.has(object)).length,
    generatedColumns: columns.filter(({ attributes }) => attributes.generated != null).length,
    vectorColumns: columns.filter(({ attributes }) => attributes.type?.startsWith('vector')).length,
  };
}
