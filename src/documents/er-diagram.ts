import type { ForeignKey, SchemaDescription, TableDescription } from '../database/documentation/describe.ts';
import { unquoted } from '../database/migration-rules/quoted-name.ts';

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

/** Only what joins tables is drawn: all columns are in the tables of the document. */
function entityLines({ name, columns }: TableDescription, id: string): readonly string[] {
  const drawn = columns.filter(({ keys }) => keys.length > 0);
  const lines = drawn.map(({ name: column, type, keys }) => {
    const shown = attributeWord(unquoted(column));
    const own = shown === unquoted(column) ? '' : ` "${label(unquoted(column))}"`;
    return `    ${typeWord(type)} ${shown} ${keys.join(', ')}${own}`;
  });
  return [`  ${id}["${label(name.replaceAll('"', ''))}"] {`, ...lines, '  }'];
}

/** A row of the table points at one row of the target at most, or at exactly one. */
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

/** A word that Mermaid takes for an attribute, and not for the mark of a key. */
function attributeWord(name: string): string {
  const plain = word(name) || '_';
  return /^(?:pk|fk|uk)$/i.test(plain) ? `${plain}_` : plain;
}

/**
 * Text between quotes, with entity codes for what would end it, or mean something to Mermaid: `direction TB` does wherever
 * it is.
 */
function label(text: string): string {
  const plain = /direction\s/i.test(text) ? /[^\p{L}\p{N}_.,()-]/gu : /[^\p{L}\p{N}_.,() -]/gu;
  return text.replaceAll(plain, (character) =>
    /\p{Cc}/u.test(character) ? ' ' : `#${character.codePointAt(0)};`,
  );
}

/** Mermaid's names are letters, digits and underscores. */
function word(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replace(/_$/, '')
    .replace(/^(?=\d)/, '_');
}
