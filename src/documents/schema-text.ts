import type {
  ColumnDescription,
  ForeignKey,
  SchemaDescription,
  TableDescription,
} from '../database/documentation/describe.ts';
import { tableCountText } from '../database/validation/text.ts';
import { crossSchemaDiagram, schemaDiagram } from './er-diagram.ts';
import { exampleQueries } from './example-queries.ts';
import { blocks, code, escapeText, fenced, list, table } from './markdown.ts';
import type { DocumentSource } from './source.ts';

/** Returns the managed section of the document. The same database gives the same bytes. */
export function schemaText(source: DocumentSource): string {
  const { schemas, counts } = source;
  return blocks(
    source.description,
    `Tables: ${tableCountText(counts)}. Always qualify a table with its schema.`,
    ...schemas.map(schemaPart),
    crossSchemaPart(schemas),
    globalIdPart(schemas),
    clientsPart(schemas),
    queriesPart(),
  );
}

function schemaPart(schema: SchemaDescription): string {
  const { name, comment, tables } = schema;
  return blocks(
    `## Schema ${escapeText(name)}`,
    escapeText(comment),
    fenced('mermaid', schemaDiagram(schema)),
    table(
      ['Table', 'Description'],
      tables.map((one) => [`[${escapeText(one.name)}](#${anchor(one.name)})`, escapeText(one.comment)]),
    ),
    ...tables.map(tablePart),
  );
}

/** Returns the anchor that GitHub generates for a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{Nd}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function tablePart({ name, comment, columns, foreignKeys, rules }: TableDescription): string {
  const lines = [
    ...foreignKeys.map((key) => `foreign key ${code(key.columns.join(', '))}: ${code(key.definition)}`),
    ...rules.map(({ kind, name: rule, text }) => `${kind} ${code(rule)}: ${code(text)}`),
  ];
  return blocks(
    `### ${escapeText(name)}`,
    escapeText(comment),
    table(['Column', 'Type', 'Required', 'Default', 'Keys', 'Description'], columns.map(columnRow)),
    list(lines),
  );
}

function columnRow({ name, type, required, filled, keys, comment }: ColumnDescription): readonly string[] {
  return [
    code(name),
    code(type),
    required ? 'yes' : 'no',
    code(filled),
    keys.join(', '),
    escapeText(comment),
  ];
}

export function crossSchemaKeys(schemas: readonly SchemaDescription[]): readonly ForeignKey[] {
  return schemas
    .flatMap(({ tables }) => tables)
    .flatMap(({ foreignKeys }) => foreignKeys.filter(({ crossSchema }) => crossSchema));
}

function crossSchemaPart(schemas: readonly SchemaDescription[]): string {
  const keys = crossSchemaKeys(schemas);
  const diagram = crossSchemaDiagram(schemas);
  if (diagram === null) return blocks('## Cross-schema foreign keys', 'None.');
  return blocks(
    '## Cross-schema foreign keys',
    fenced('mermaid', diagram),
    table(
      ['From', 'To', 'Definition'],
      keys.map(({ table: from, columns, target, targetColumns, definition }) => [
        code(`${from}.${columns.join(', ')}`),
        code(`${target}.${targetColumns.join(', ')}`),
        code(definition),
      ]),
    ),
    keys.some(({ table: from, target }) => from === 'erp.execution_runs' && target === 'agent.sessions')
      ? ''
      : `The checklist names ${code('erp.execution_runs → agent.sessions')} as an example, but the database has no such foreign key.`,
  );
}

export function tablesWithGlobalId(schemas: readonly SchemaDescription[]): readonly TableDescription[] {
  return schemas
    .flatMap(({ tables }) => tables)
    .filter(({ columns }) => columns.some(({ name }) => name === 'global_id'));
}

function globalIdPart(schemas: readonly SchemaDescription[]): string {
  const holders = tablesWithGlobalId(schemas);
  const column = ({ columns }: TableDescription) => columns.find(({ name }) => name === 'global_id');
  return blocks(
    '## global_id',
    `${code('id')} is short, is referenced by foreign keys, and is valid only in this database. ${code('global_id')} identifies the same row everywhere: use it in other systems, URLs and messages, and to look up a row that they refer to. The database generates it; an insert may supply its own, for example for a row that is copied from another system.`,
    table(
      ['Table', 'Type', 'Default', 'Unique'],
      holders.map((one) => [
        code(one.name),
        code(column(one)?.type ?? ''),
        code(column(one)?.filled ?? ''),
        column(one)?.keys.includes('UK') === true ? 'yes' : 'no',
      ]),
    ),
  );
}

/** Warns of unique columns in tables whose rows belong to clients. */
function clientsPart(schemas: readonly SchemaDescription[]): string {
  const shared = schemas
    .flatMap(({ tables }) => tables)
    .filter(({ columns }) => columns.some(({ name }) => name === 'client_id'))
    .flatMap(({ name, columns }) =>
      columns
        .filter((one) => one.keys.includes('UK') && one.name !== 'client_id' && one.name !== 'global_id')
        .map((one) => `${name}.${one.name}`),
    );
  if (shared.length === 0) return '';
  return blocks(
    '## Several clients in one table',
    `These columns are unique in the whole table, not for each client: ${shared.map(code).join(', ')}. Two clients cannot both use the key ${code('plan')}. Include the client in the key, for example ${code('acme/plan')}.`,
  );
}

function queriesPart(): string {
  return blocks(
    '## Example queries',
    'Each query was run against the database named above.',
    ...exampleQueries.map(({ title, sql }) => blocks(`### ${title}`, fenced('sql', sql))),
  );
}
