/** What a catalog holds, in the order in which a person reads it and in which a script creates it. */
export const objectKinds = [
  'extension',
  'role',
  'schema',
  'collation',
  'type',
  'domain',
  'sequence',
  'function',
  'procedure',
  'aggregate',
  'cast',
  'table',
  'column',
  'primary key',
  'unique',
  'check',
  'exclusion',
  'index',
  'foreign key',
  'view',
  'materialized view',
  'trigger',
  'rule',
  'policy',
  'statistics',
  'publication',
  'event trigger',
  'default privilege',
  'grant',
] as const;

export type ObjectKind = (typeof objectKinds)[number];

/** Names one object among all: its kind and its name. */
export type ObjectKey = `${ObjectKind} ${string}`;

export interface CatalogObject {
  readonly kind: ObjectKind;
  /**
   * Its identity, qualified, and quoted where SQL needs that: `erp.people`, `erp.people.email`,
   * `people_pkey on erp.people`, `agent.search(text, integer)`. Of a grant it is the tail of the
   * statement: `on table erp.people to erp_api`.
   */
  readonly name: string;
  /** The schema it lies in, not quoted; null for roles and extensions, which lie in none. */
  readonly schema: string | null;
  /** What it is a part of and vanishes with: a column's table, a grant's function. */
  readonly parent: ObjectKey | null;
  /** Its own name within the parent, quoted where SQL needs that; of a grant, who was granted. */
  readonly part: string;
  /** Columns that a constraint, an index or a grant is made of, not quoted; `(expression)` for no column. */
  readonly columns: readonly string[];
  /** Where a foreign key points. */
  readonly references: { readonly table: string; readonly columns: readonly string[] } | null;
  /** What there is to compare, in words that a person reads; null for none. */
  readonly attributes: Readonly<Record<string, string | null>>;
  /** SQL that creates it. A table's creates its columns too, and nothing else that is part of it. */
  readonly definition: string;
  /** Objects of the same catalog that it cannot be without; its parent is among them. */
  readonly needs: readonly ObjectKey[];
}

/** Everything there is to know about the shape of a database: a plain value, good for JSON. */
export interface Catalog {
  /** Such as `17.11`. */
  readonly serverVersion: string;
  /** The role that owns most relations: objects name their owner only if it is another one. */
  readonly usualOwner?: string;
  /** Kind and name of objects of which nothing is compared: `conversion erp.latin`. */
  readonly notCompared?: readonly string[];
  readonly objects: readonly CatalogObject[];
}

export function keyOf(object: Pick<CatalogObject, 'kind' | 'name'>): ObjectKey {
  return `${object.kind} ${object.name}`;
}

/** The qualified name in a key: `erp.people` of `table erp.people`. */
export function nameOf(key: ObjectKey): string {
  // No kind and a space begin another kind, so the first that fits is the one.
  const kind = objectKinds.find((one) => key.startsWith(`${one} `));
  return kind === undefined ? key : key.slice(kind.length + 1);
}

/** The qualified name of the table (or view) that an object is part of; null for one that stands alone. */
export function tableOf(object: CatalogObject): string | null {
  return /^(?:table|view|materialized view) (.*)$/s.exec(object.parent ?? '')?.[1] ?? null;
}
