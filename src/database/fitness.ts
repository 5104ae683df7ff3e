import * as z from 'zod';
import type { Session } from '../domain/session.ts';
import type { Catalog } from './catalog/catalog.ts';
import { ledgerSchema } from './ledger/ledger.ts';
import { quotedName } from './sql/quoted-name.ts';

const extensionRow = z.object({
  name: z.string(),
  available: z.boolean(),
  /** Whether only a superuser may create it; null if it is not available. */
  superuser: z.boolean().nullable(),
});

const serverRow = z.object({
  version: z.string(),
  number: z.int(),
  standby: z.boolean(),
  readOnly: z.boolean(),
  superuser: z.boolean(),
  createRole: z.boolean(),
  createSchema: z.boolean(),
  administers: z.boolean(),
  roles: z.array(z.string()),
  schemas: z.array(z.string()),
});

/** Facts about a server: its version, the privileges of the role, and what the migrations create that is missing. */
export interface Fitness extends z.infer<typeof serverRow> {
  readonly extensions: readonly z.infer<typeof extensionRow>[];
}

/**
 * Roles that hosting providers grant instead of superuser. Such a role may do things that the catalog does not show, such
 * as create extensions.
 */
export const providers: readonly string[] = [
  'rds_superuser',
  'cloudsqlsuperuser',
  'alloydbsuperuser',
  'azure_pg_admin',
  'neon_superuser',
];

/**
 * Reads the facts in two queries. Changes nothing.
 * @param expected the catalog that the migrations create
 */
export async function serverFitness(session: Session, expected: Catalog): Promise<Fitness> {
  const expectedNames = (kind: string) =>
    expected.objects.filter((one) => one.kind === kind).map(({ name }) => name);
  const [server] = await session.query(
    `select split_part(current_setting('server_version'), ' ', 1) as version, current_setting('server_version_num')::int as number,
            pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as "readOnly",
            r.rolsuper as superuser, r.rolcreaterole as "createRole",
            has_database_privilege(current_database(), 'CREATE') as "createSchema",
            exists (select from pg_roles p where p.rolname = any ($1::text[])
                     and pg_has_role(r.oid, p.oid, 'member')) as administers,
            array(select w from unnest($2::text[]) w where not exists (select from pg_roles where rolname = w)) as roles,
            array(select w from unnest($3::text[]) w where to_regnamespace(quote_ident(w)) is null) as schemas
       from pg_roles r where r.rolname = current_user`,
    [providers, expectedNames('role'), [...expectedNames('schema'), ledgerSchema]],
  );
  const extensions = await session.query(
    `select w.name, a.name is not null as available, v.superuser and not v.trusted as superuser
       from unnest($1::text[]) w(name)
       left join pg_available_extensions a on a.name = w.name
       left join pg_available_extension_versions v on v.name = a.name and v.version = a.default_version
      where not exists (select from pg_extension e where e.extname = w.name)`,
    [expectedNames('extension')],
  );
  return { ...serverRow.parse(server), extensions: extensions.map((row) => extensionRow.parse(row)) };
}

/** Returns the SQL that an administrator must run before this role can migrate; empty if nothing is missing. */
export function administratorSql(
  fitness: Fitness,
  expected: Catalog,
  { database, user }: { readonly database: string; readonly user: string },
): readonly string[] {
  const { superuser, createRole, createSchema, administers, roles, schemas, extensions } = fitness;
  if (superuser) return [];
  const creating = (kind: string, names: readonly string[]) =>
    expected.objects
      .filter((one) => one.kind === kind && names.includes(one.name))
      .flatMap(({ definition }) => `${definition};`.split('\n'));
  const barred = extensions.filter(
    (one) => one.available && !administers && (one.superuser === true || !createSchema),
  );
  return [
    ...(createRole ? [] : creating('role', roles)),
    ...(createSchema || schemas.length === 0
      ? []
      : [`grant create on database ${quotedName(database)} to ${quotedName(user)};`]),
    ...creating(
      'extension',
      barred.map(({ name }) => name),
    ),
  ];
}
