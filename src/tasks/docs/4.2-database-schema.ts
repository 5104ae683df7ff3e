import { documentStep } from '../../documents/document-step.ts';
import { exampleQueries } from '../../documents/example-queries.ts';
import { crossSchemaKeys, schemaText, tablesWithGlobalId } from '../../documents/schema-text.ts';
import { documentSource } from '../../documents/source.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { BoxId } from '../../domain/phase.ts';
import { layout } from '../../workspace/layout.ts';

/** Every table as the catalog has it, how the schemas hang together, and queries that were tried. */
export const databaseSchema = documentStep({
  id: '4.2',
  title: 'schema document',
  path: layout.schemaDocument,
  name: 'schema',
  heading: 'Database schema',
  async compose(context, described) {
    const source = await documentSource(context, described);
    const { target, schemas } = source;
    // A query that does not run any more ends the step: PostgreSQL says why.
    for (const { sql } of exampleQueries) await source.session.query(sql);
    const told = (box: BoxId, summary: string): Evidence => ({ box, target, summary });
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
        told('4.2#1', layout.schemaDocument),
        told('4.2#2', documented('erp')),
        told('4.2#3', documented('agent')),
        told('4.2#4', `${exampleQueries.length} queries, each run before it was printed`),
        ...exampleQueries.map(({ box, title }) => told(box, `${title}: ran without an error`)),
        told(
          '4.2#8',
          across
            .map(({ table, columns, target: to }) => `${table}.${columns.join(', ')} to ${to}`)
            .join('; '),
        ),
        told('4.2#9', `global_id of ${tablesWithGlobalId(schemas).length} tables`),
      ],
      open: [],
    };
  },
});
