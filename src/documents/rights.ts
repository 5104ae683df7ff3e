import type { Catalog } from '../database/catalog/catalog.ts';

const verbs = { SELECT: 'reads', INSERT: 'inserts', UPDATE: 'updates', DELETE: 'deletes' } as const;
type Privilege = keyof typeof verbs;
const privileges: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** What the live catalog lets a role do. */
export interface Rights {
  readonly login: boolean;
  /** Whether no grant decides: a superuser, or the owner of the database or of a schema. */
  readonly boundless: boolean;
  /** Whether it may create objects in a schema. */
  readonly creates: boolean;
  /** How many tables there are. */
  readonly tables: number;
  /** In how many of them it has a right on whole rows. */
  readonly may: Readonly<Record<Privilege, number>>;
  /** What is set for the role, by name: `statement_timeout`. */
  setting(name: string): string | null;
}

/** A role's rights by its own grants, those to PUBLIC and those that it inherits; null where there is no such role. */
export function rightsOf(catalog: Catalog, role: string): Rights | null {
  const attributes = attributesOf(catalog, role);
  if (attributes === undefined) return null;
  const holders = heirOf(catalog, role);
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
    // What is set for the role in this database counts before what is set for it everywhere.
    setting: (name) =>
      attributes[`setting ${name} in this database`] ?? attributes[`setting ${name}`] ?? null,
  };
}

function attributesOf(catalog: Catalog, role: string) {
  return catalog.objects.find(({ kind, name }) => kind === 'role' && name === role)?.attributes;
}

/** Whose grants count for a role: its own, PUBLIC's, and those of roles that it inherits from. */
function heirOf(catalog: Catalog, role: string): ReadonlySet<string> {
  const holders = new Set(['public', role]);
  // A set is walked to its end, and what is added on the way is walked too.
  for (const one of holders) {
    for (const [name, options] of Object.entries(attributesOf(catalog, one) ?? {})) {
      if (name.startsWith('member of ') && options?.includes('inherit')) holders.add(name.slice(10));
    }
  }
  return holders;
}

/** What it does with rows: `reads and inserts rows of all 38 tables; deletes rows of 2 of the 38 tables; updates none`. */
export function rowWords({ boundless, tables, may }: Rights): string {
  if (boundless) return 'is an owner or a superuser, whom no grant bounds';
  const those = (wanted: (count: number) => boolean) => privileges.filter((one) => wanted(may[one]));
  const all = those((count) => count === tables);
  const none = those((count) => count === 0 && tables > 0);
  if (none.length === privileges.length) return 'may do nothing with any row';
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
