import type {
  ColumnDescription,
  ForeignKey,
  SchemaDescription,
  TableDescription,
} from '../database/documentation/describe.ts';
import { tableCountText } from '../database/validation/text.ts';
import { crossSchemaDiagram, schemaDiagram } from './er-diagram.ts';
import { exampleQueries } from './example-queries.ts';
import { blocks, code, fenced, list, table, words } from './markdown.ts';
import type { DocumentSource } from './source.ts';

/** The whole document between its marks. The same database gives the same bytes. */
export function schemaText(source: DocumentSource): string {
  const { schemas, counts } = source;
  return blocks(
    source.words,
    `Tables: ${tableCountText(counts)}. Always name a table with its schema.`,
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
    `## Schema ${words(name)}`,
    words(comment),
    fenced('mermaid', schemaDiagram(schema)),
    table(
      ['Table', 'What it holds'],
      tables.map((one) => [`[${words(one.name)}](#${anchor(one.name)})`, words(one.comment)]),
    ),
    ...tables.map(tablePart),
  );
}

/** As GitHub makes it of a heading. */
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
    `### ${words(name)}`,
    words(comment),
    table(['Column', 'Type', 'Required', 'Filled with', 'Keys', 'Meaning'], columns.map(columnRow)),
    list(lines),
  );
}

function columnRow({ name, type, required, filled, keys, comment }: ColumnDescription): readonly string[] {
  return [code(name), code(type), required ? 'yes' : 'no', code(filled), keys.join(', '), words(comment)];
}

export function crossSchemaKeys(schemas: readonly SchemaDescription[]): readonly ForeignKey[] {
  return schemas
    .flatMap(({ tables }) => tables)
    .flatMap(({ foreignKeys }) => foreignKeys.filter(({ crossSchema }) => crossSchema));
}

function crossSchemaPart(schemas: readonly SchemaDescription[]): string {
  const keys = crossSchemaKeys(schemas);
  const diagram = crossSchemaDiagram(schemas);
  if (diagram === null) return blocks('## Keys across schemas', 'There are none.');
  return blocks(
    '## Keys across schemas',
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
      : `The checklist names ${code('erp.execution_runs → agent.sessions')} as an example: the database has no such key.`,
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
    `${code('id')} is short, is what foreign keys point at, and means something in this database alone. ${code('global_id')} names the same row everywhere: give it to other systems, in URLs and messages, and look a row up by it when it comes back. The database fills it; a writer may bring one of its own, such as when a row is copied from another system.`,
    table(
      ['Table', 'Type', 'Filled with', 'Unique'],
      holders.map((one) => [
        code(one.name),
        code(column(one)?.type ?? ''),
        code(column(one)?.filled ?? ''),
        column(one)?.keys.includes('UK') === true ? 'yes' : 'no',
      ]),
    ),
  );
}

/** What a key that is unique on its own means where rows belong to clients. */
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
    `These columns are unique on their own, not for each client: ${shared.map(code).join(', ')}. Two clients cannot both have the key ${code('plan')}. Put the client into the key, such as ${code('acme/plan')}.`,
  );
}

function queriesPart(): string {
  return blocks(
    '## Example queries',
    'Each was run against the database that this was written from.',
    ...exampleQueries.map(({ title, sql }) => blocks(`### ${title}`, fenced('sql', sql))),
  );
}
