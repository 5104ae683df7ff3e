import type { ForeignKey, SchemaDescription, TableDescription } from '../database/documentation/describe.ts';

/** Names that PostgreSQL spells in several words. */
const shortTypes: Readonly<Record<string, string>> = {
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  'character varying': 'varchar',
  'double precision': 'float8',
};

/** One schema's tables with their keys, as Mermaid draws them; keys into other schemas are a diagram of their own. */
export function schemaDiagram({ tables }: SchemaDescription): string {
  const within = tables.flatMap(({ foreignKeys }) => foreignKeys.filter(({ crossSchema }) => !crossSchema));
  return diagram(tables, within);
}

/** The tables that keys across schemas join; null where there is no such key. */
export function crossSchemaDiagram(schemas: readonly SchemaDescription[]): string | null {
  const all = schemas.flatMap(({ tables }) => tables);
  const across = all.flatMap(({ foreignKeys }) => foreignKeys.filter(({ crossSchema }) => crossSchema));
  if (across.length === 0) return null;
  const ends = new Set(across.flatMap(({ table, target }) => [table, target]));
  return diagram(
    all.filter(({ name }) => ends.has(name)),
    across,
  );
}

function diagram(tables: readonly TableDescription[], keys: readonly ForeignKey[]): string {
  return ['erDiagram', ...tables.flatMap(entityLines), ...keys.map(relationLine)].join('\n');
}

/** Only what joins tables is drawn: all columns are in the tables of the document. */
function entityLines({ name, columns }: TableDescription): readonly string[] {
  const drawn = columns.filter(({ keys }) => keys.length > 0);
  const lines = drawn.map(
    ({ name: column, type, keys }) => `    ${typeWord(type)} ${word(column)} ${keys.join(', ')}`,
  );
  return [`  ${word(name)}["${name.replaceAll('"', '')}"] {`, ...lines, '  }'];
}

/** A row of the table points at one row of the target at most, or at exactly one. */
function relationLine({ table, target, columns, optional, unique }: ForeignKey): string {
  return `  ${word(target)} ${optional ? '|o' : '||'}--${unique ? 'o|' : 'o{'} ${word(table)} : "${columns.join(', ').replaceAll('"', '')}"`;
}

function typeWord(type: string): string {
  return word(shortTypes[type] ?? type.replace('[]', '_array'));
}

/** Mermaid's names are letters, digits and underscores. */
function word(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replace(/_$/, '')
    .replace(/^(?=\d)/, '_');
}
