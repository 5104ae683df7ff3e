import { allItems, anywhere, evidenceFor } from '../../checklist/items.ts';
import { documentStep } from '../../documents/document-step.ts';
import { exampleQueries } from '../../documents/example-queries.ts';
import { crossSchemaKeys, schemaText, tablesWithGlobalId } from '../../documents/schema-text.ts';
import { documentSource } from '../../documents/source.ts';
import type { Item } from '../../domain/evidence.ts';
import { layout } from '../../workspace/layout.ts';

const items = {
  file: anywhere('4.2#1'),
  erp: anywhere('4.2#2'),
  agent: anywhere('4.2#3'),
  tried: anywhere('4.2#4'),
  /** In the order of the example queries. */
  queries: [anywhere('4.2#5'), anywhere('4.2#6'), anywhere('4.2#7')],
  crossSchema: anywhere('4.2#8'),
  globalIds: anywhere('4.2#9'),
};

/** Every table as the catalog has it, how the schemas hang together, and queries that were tried. */
export const databaseSchema = documentStep({
  id: '4.2',
  items: allItems(items),
  title: 'schema document',
  path: layout.schemaDocument,
  name: 'schema',
  heading: 'Database schema',
  async compose(context, described) {
    const source = await documentSource(context, described);
    const { target, schemas } = source;
    // A query that does not run any more ends the step: PostgreSQL says why.
    for (const { sql } of exampleQueries) await source.session.query(sql);
    const told = (item: Item | undefined, summary: string) => evidenceFor(item, { target, summary });
    const documented = (name: string) => {
      const tables = schemas.find((one) => one.name === name)?.tables ?? [];
      return `${name}: its purpose, and ${tables.length} tables with columns, keys, indexes and triggers`;
    };
    const across = crossSchemaKeys(schemas);
    const tables = schemas.reduce((sum, one) => sum + one.tables.length, 0);
    return {
      body: schemaText(source),
      summary: `${layout.schemaDocument}: ${tables} tables`,
      evidence: [
        told(items.file, layout.schemaDocument),
        told(items.erp, documented('erp')),
        told(items.agent, documented('agent')),
        told(items.tried, `${exampleQueries.length} queries, each run before it was printed`),
        ...exampleQueries.map(({ title }, index) =>
          told(items.queries[index], `${title}: ran without an error`),
        ),
        told(
          items.crossSchema,
          across
            .map(({ table, columns, target: to }) => `${table}.${columns.join(', ')} to ${to}`)
            .join('; '),
        ),
        told(items.globalIds, `global_id of ${tablesWithGlobalId(schemas).length} tables`),
      ],
      open: [],
    };
  },
});
