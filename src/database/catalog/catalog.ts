/** The kinds of objects in a catalog, in the order in which they are reported and created. */
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
   * Its unique name, qualified, and quoted if SQL requires it: `erp.people`, `erp.people.email`,
   * `people_pkey on erp.people`, `agent.search(text, integer)`. For a grant, the end of the
   * statement: `on table erp.people to erp_api`.
   */
  readonly name: string;
  /** Its schema, not quoted; null for roles and extensions, which have none. */
  readonly schema: string | null;
  /** The object that it is a part of and is dropped with: the table of a column, the function of a grant. */
  readonly parent: ObjectKey | null;
  /** Its name within the parent, quoted if SQL requires it; for a grant, the grantee. */
  readonly part: string;
  /** The columns of a constraint, an index or a grant, not quoted; `(expression)` for an expression. */
  readonly columns: readonly string[];
  /** The target of a foreign key. */
  readonly references: { readonly table: string; readonly columns: readonly string[] } | null;
  /** The attributes to compare, as readable text; null for no value. */
  readonly attributes: Readonly<Record<string, string | null>>;
  /** SQL that creates it. For a table it includes the columns, but no other parts. */
  readonly definition: string;
  /** Objects of the same catalog that it depends on, including its parent. */
  readonly needs: readonly ObjectKey[];
  /** Kind and name of objects that it depends on and that are not compared, such as `operator erp.<(a,a)`. */
  readonly needsNotCompared?: readonly string[];
}

/** The schema of a database as a plain value that can be stored as JSON. */
export interface Catalog {
  /** Such as `17.11`. */
  readonly serverVersion: string;
  /** The role that owns most relations; objects have an owner attribute only if another role owns them. */
  readonly usualOwner?: string;
  /** The session's settings that decide what a migration creates, as far as they are not PostgreSQL's defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether ALTER DATABASE or ALTER ROLE … IN DATABASE stored settings for this database; absent if not. */
  readonly hasSettings?: true;
  /** Kind and name of objects that are not compared, such as `conversion erp.latin`. */
  readonly notCompared?: readonly string[];
  readonly objects: readonly CatalogObject[];
}

export function keyOf(object: Pick<CatalogObject, 'kind' | 'name'>): ObjectKey {
  return `${object.kind} ${object.name}`;
}

/** Returns the qualified name in a key: `erp.people` for `table erp.people`. */
export function nameOf(key: ObjectKey): string {
  // No kind followed by a space is a prefix of another kind, so the first match is the right one.
  const kind = objectKinds.find((one) => key.startsWith(`${one} `));
  return kind === undefined ? key : key.slice(kind.length + 1);
}

/** Returns the qualified name of the table (or view) that an object is part of; null for any other object. */
export function tableOf(object: CatalogObject): string | null {
  return /^(?:table|view|materialized view) (.*)$/s.exec(object.parent ?? '')?.[1] ?? null;
}
