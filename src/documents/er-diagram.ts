import type { ForeignKey, SchemaDescription, TableDescription } from '../database/documentation/describe.ts';
import { unquoted } from '../database/sql/quoted-name.ts';

/** Names that PostgreSQL spells in several words. */
const shortTypes: Readonly<Record<string, string>> = {
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  'character varying': 'varchar',
  'double precision': 'float8',
};

/** Returns the Mermaid diagram of a schema's tables and the foreign keys within it. */
export function schemaDiagram({ tables }: SchemaDescription): string {
  const within = tables.flatMap(({ foreignKeys }) => foreignKeys.filter(({ crossSchema }) => !crossSchema));
  return diagram(tables, within);
}

/** Returns the Mermaid diagram of the cross-schema foreign keys and their tables; null if there are none. */
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
  const ids = entityIds(tables.map(({ name }) => name));
  const idOf = (name: string) => ids.get(name) ?? word(name);
  const entities = tables.flatMap((table) => entityLines(table, idOf(table.name)));
  return ['erDiagram', ...entities, ...keys.map((key) => relationLine(key, idOf))].join('\n');
}

/** A name that is more than ASCII letters, digits and underscores gets a number, so that no two names are one entity. */
function entityIds(names: readonly string[]): ReadonlyMap<string, string> {
  const plain = new Set(names.filter((name) => /^[a-z_]\w*\.\w+$/i.test(name)).map(word));
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const isPlain = /^[a-z_]\w*\.\w+$/i.test(name);
      const numbered = (number: number): string => {
        const id = `${word(name)}_${number}`;
        return taken.has(id) || plain.has(id) ? numbered(number + 1) : id;
      };
      const id = isPlain && !taken.has(word(name)) ? word(name) : numbered(1);
      taken.add(id);
      return [name, id];
    }),
  );
}

/** Draws only the columns in keys: the document lists all columns in tables. */
function entityLines({ name, columns }: TableDescription, id: string): readonly string[] {
  const drawn = columns.filter(({ keys }) => keys.length > 0);
  const lines = drawn.map(({ name: column, type, keys }) => {
    const shown = attributeWord(unquoted(column));
    const own = shown === unquoted(column) ? '' : ` "${label(unquoted(column))}"`;
    return `    ${typeWord(type)} ${shown} ${keys.join(', ')}${own}`;
  });
  return [`  ${id}["${label(name.replaceAll('"', ''))}"] {`, ...lines, '  }'];
}

/** A row of the table references exactly one row of the target, or at most one if the key is optional. */
function relationLine(
  { table, target, columns, optional, unique }: ForeignKey,
  idOf: (name: string) => string,
): string {
  const names = columns.map((column) => label(unquoted(column))).join(', ');
  return `  ${idOf(target)} ${optional ? '|o' : '||'}--${unique ? 'o|' : 'o{'} ${idOf(table)} : "${names}"`;
}

function typeWord(type: string): string {
  return attributeWord(shortTypes[type] ?? type.replace('[]', '_array'));
}

/** Returns a word that Mermaid reads as an attribute, not as a key marker. */
function attributeWord(name: string): string {
  const plain = word(name) || '_';
  return /^(?:pk|fk|uk)$/i.test(plain) ? `${plain}_` : plain;
}

/**
 * Escapes text between quotes with entity codes: characters that would end it, and keywords. Mermaid reads `direction TB`
 * as a keyword even between quotes.
 */
function label(text: string): string {
  const plain = /direction\s/i.test(text) ? /[^\p{L}\p{N}_.,()-]/gu : /[^\p{L}\p{N}_.,() -]/gu;
  return text.replaceAll(plain, (character) =>
    /\p{Cc}/u.test(character) ? ' ' : `#${character.codePointAt(0)};`,
  );
}

/** Returns a Mermaid identifier: ASCII letters, digits and underscores. */
function word(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replace(/_$/, '')
    .replace(/^(?=\d)/, '_');
}
