import { allItems, anywhere, evidenceFor } from '../../checklist/items.ts';
import { documentStep } from '../../documents/document-step.ts';
import { exampleQueries } from '../../documents/example-queries.ts';
import { crossSchemaKeys, schemaText, tablesWithGlobalId } from '../../documents/schema-text.ts';
import { documentSource } from '../../documents/source.ts';
import type { Item } from '../../domain/evidence.ts';
import { inspectedIn } from '../../schema/inspected-in.ts';
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

/** Documents every table from the catalog, the foreign keys between the schemas, and tested example queries. */
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
    // A query that fails ends the step with PostgreSQL's message.
    await inspectedIn(described.database, 'example queries', () =>
      Promise.all(exampleQueries.map(({ sql }) => source.session.query(sql))),
    );
    const evidence = (item: Item | undefined, summary: string) => evidenceFor(item, { target, summary });
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
        evidence(items.file, layout.schemaDocument),
        evidence(items.erp, documented('erp')),
        evidence(items.agent, documented('agent')),
        evidence(items.tried, `${exampleQueries.length} queries, each run before it was written`),
        ...exampleQueries.map(({ title }, index) =>
          evidence(items.queries[index], `${title}: ran without an error`),
        ),
        evidence(
          items.crossSchema,
          across
            .map(({ table, columns, target: to }) => `${table}.${columns.join(', ')} to ${to}`)
            .join('; '),
        ),
        evidence(items.globalIds, `global_id of ${tablesWithGlobalId(schemas).length} tables`),
      ],
      open: [],
    };
  },
});
