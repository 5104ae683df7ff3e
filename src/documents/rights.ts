import type { Catalog } from '../database/catalog/catalog.ts';

const verbs = { SELECT: 'reads', INSERT: 'inserts', UPDATE: 'updates', DELETE: 'deletes' } as const;
type Privilege = keyof typeof verbs;
const privileges: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** The rights of a role, from the live catalog. */
export interface Rights {
  readonly login: boolean;
  /** Whether it needs no grants: a superuser, or the owner of the database or of a schema. */
  readonly boundless: boolean;
  /** Whether it may create objects in a schema. */
  readonly creates: boolean;
  /** How many tables there are. */
  readonly tables: number;
  /** The number of tables on which it has each right, for whole rows. */
  readonly may: Readonly<Record<Privilege, number>>;
  /** Returns a setting of the role, such as `statement_timeout`; null if it has none. */
  setting(name: string): string | null;
}

/** Returns a role's rights, from its own grants, those to PUBLIC and inherited ones; null if the role does not exist. */
export function rightsOf(catalog: Catalog, role: string): Rights | null {
  const attributes = attributesOf(catalog, role);
  if (attributes === undefined) return null;
  const holders = granteesOf(catalog, role);
  const granted = catalog.objects.filter(
    ({ kind, part, columns }) => kind === 'grant' && columns.length === 0 && holders.has(part),
  );
  const has = (parent: string, privilege: string) =>
    granted.some((grant) => grant.parent === parent && grant.attributes[privilege] !== undefined);
  const schemas = catalog.objects.filter(({ kind }) => kind === 'schema').map(({ name }) => name);
  const tables = catalog.objects.filter(({ kind }) => kind === 'table');
  const count = (privilege: Privilege) =>
    tables.filter(
      ({ name, parent }) => parent !== null && has(parent, 'USAGE') && has(`table ${name}`, privilege),
    ).length;
  return {
    login: attributes.login === 'yes',
    boundless: attributes.superuser === 'yes' || attributes.owner === 'yes',
    creates: schemas.some((schema) => has(`schema ${schema}`, 'CREATE')),
    tables: tables.length,
    may: {
      SELECT: count('SELECT'),
      INSERT: count('INSERT'),
      UPDATE: count('UPDATE'),
      DELETE: count('DELETE'),
    },
    // A setting of the role in this database has precedence.
    setting: (name) =>
      attributes[`setting ${name} in this database`] ?? attributes[`setting ${name}`] ?? null,
  };
}

function attributesOf(catalog: Catalog, role: string) {
  return catalog.objects.find(({ kind, name }) => kind === 'role' && name === role)?.attributes;
}

/** Returns the roles whose grants a role has: itself, PUBLIC, and the roles that it inherits from. */
function granteesOf(catalog: Catalog, role: string): ReadonlySet<string> {
  const holders = new Set(['public', role]);
  // Iterating a Set includes the elements that are added meanwhile.
  for (const one of holders) {
    for (const [name, options] of Object.entries(attributesOf(catalog, one) ?? {})) {
      if (name.startsWith('member of ') && options?.includes('inherit')) holders.add(name.slice(10));
    }
  }
  return holders;
}

/** Describes what a role may do with rows: `reads and inserts rows of all 38 tables; deletes rows of 2 of the 38 tables; updates none`. */
export function rowWords({ boundless, tables, may }: Rights): string {
  if (boundless) return 'has all rights, as an owner or a superuser';
  const those = (matches: (count: number) => boolean) => privileges.filter((one) => matches(may[one]));
  const all = those((count) => count === tables);
  const none = those((count) => count === 0 && tables > 0);
  if (none.length === privileges.length) return 'has no rights on rows';
  return [
    ...(all.length === 0 ? [] : [`${listed(all)} rows of all ${tables} tables`]),
    ...those((count) => count > 0 && count < tables).map(
      (one) => `${verbs[one]} rows of ${may[one]} of the ${tables} tables`,
    ),
    ...(none.length === 0 ? [] : [`${listed(none)} none`]),
  ].join('; ');
}

function listed(some: readonly Privilege[]): string {
  return some
    .map((one) => verbs[one])
    .join(', ')
    .replace(/, (\w+)$/, ' and $1');
}
