import { quoted } from '../domain/show-change.ts';
import type { ReadExample } from './examples.ts';
import { apiPart } from './guide-api.ts';
import { policiesPart } from './guide-policies.ts';
import { type DatabaseLocation, machineWords, psqlAt } from './location.ts';
import { blocks, code, fenced, list, table } from './markdown.ts';
import { type Rights, rightsOf, rowWords } from './rights.ts';
import type { DocumentSource } from './source.ts';

/** The role that services log in with. */
const role = 'erp_service';

/** The environment variables of a service; the examples read them. */
export const variables = [
  'POSTGRES_HOST',
  'POSTGRES_PORT',
  'POSTGRES_DB',
  'POSTGRES_USER',
  'POSTGRES_PASSWORD',
] as const;

/** Returns the managed section of the guide. */
export function guideText(source: DocumentSource, examples: readonly ReadExample[]): string {
  const rights = rightsOf(source.catalog, role);
  return blocks(
    source.description,
    logInPart(source.location, rights),
    variablesPart(source.location),
    qualifiedPart(rights),
    ...examplesPart(examples),
    transactionsPart(),
    policiesPart(source.catalog),
    apiPart(source),
  );
}

function logInPart(location: DatabaseLocation, rights: Rights | null): string {
  const owner = location.is === 'container' ? code(location.owner) : 'The role that the migrations run as';
  const timeout = rights?.setting('statement_timeout') ?? null;
  return blocks(
    '## Logging in',
    `${serviceWords(rights)} ${owner} owns the tables and is for migrations only.`,
    ...passwordPart(location),
    timeout === null
      ? ''
      : `A statement of ${code(role)} ends after ${code(timeout)} (${code('statement_timeout')}); a service that needs longer sets it for that transaction.`,
  );
}

/** Describes the rights of the services' role, from the catalog. */
function serviceWords(rights: Rights | null): string {
  if (rights === null) return `A service logs in as ${code(role)}, **which this database does not have**.`;
  const login = rights.login ? '' : ' **It cannot log in (NOLOGIN).**';
  const alters = rights.boundless || rights.creates ? '' : ', and cannot create objects';
  return `A service logs in as ${code(role)}. It ${rowWords(rights)}${alters}.${login}`;
}

function passwordPart(location: DatabaseLocation): readonly string[] {
  const text = `erp-deploy sets no password for ${code(role)}: set one once. psql prompts for it, and sends it to the server only as a hash`;
  if (location.is === 'embedded')
    return [
      `${text} (${code(`\\password ${role}`)}, as the owner). The embedded database accepts no connections.`,
    ];
  const asOwner = location.is === 'server' ? ` (as the role that owns the tables: ${code('PGUSER')})` : '';
  return [`${text}${asOwner}:`, fenced('sh', passwordCommand(location))];
}

function passwordCommand(location: Exclude<DatabaseLocation, { is: 'embedded' }>): string {
  const ask = `-c '\\password ${role}'`;
  if (location.is === 'server') return `${psqlAt(location)} ${ask}`;
  const { owner, database, production } = location;
  const psql = `docker exec -it ${location.containers.database.name} psql -U ${owner} -d ${database} ${ask}`;
  return production === null ? psql : `ssh -t ${quoted(production)} "${psql}"`;
}

function variablesPart(location: DatabaseLocation): string {
  const { host, port, database } = addresses(location);
  const values: Readonly<Record<(typeof variables)[number], string>> = {
    POSTGRES_HOST: host,
    POSTGRES_PORT: port,
    POSTGRES_DB: database,
    POSTGRES_USER: `${role}, not the owner`,
    POSTGRES_PASSWORD: `the password of ${role}, from your secrets; it is not the one in the .env of the database`,
  };
  return blocks(
    '## Environment variables',
    table(
      ['Variable', 'Value'],
      variables.map((name) => [code(name), values[name]]),
    ),
  );
}

function addresses(location: DatabaseLocation): Readonly<Record<'host' | 'port' | 'database', string>> {
  const unknown = 'of the server (the embedded database has none)';
  switch (location.is) {
    case 'embedded':
      return { host: unknown, port: unknown, database: unknown };
    case 'server':
      return {
        host: code(location.host),
        port: code(String(location.port)),
        database: code(location.database),
      };
    case 'container':
      return {
        host: `${code(location.containers.database.name)} in the network ${code(location.containers.network)}, ${code('127.0.0.1')} on ${machineWords(location)}`,
        port: code(String(location.containers.database.port)),
        database: code(location.database),
      };
  }
}

function qualifiedPart(rights: Rights | null): string {
  const path = rights?.setting('search_path') ?? null;
  const why =
    path === null
      ? `The search path contains neither schema: an unqualified name fails (42P01), and a table that is later created in the schema ${code('public')} cannot be mistaken for one of these.`
      : `The search path of ${code(role)} is set to ${code(path)}: an unqualified name means the first table of that name in it.`;
  return blocks(
    '## Schemas in every query',
    `Write ${code('erp.tasks')} and ${code('agent.plans')}, never ${code('tasks')}. ${why}`,
  );
}

function examplesPart(examples: readonly ReadExample[]): readonly string[] {
  return [
    '## Python with asyncpg',
    'The tests of erp-deploy run each of these files against a real PostgreSQL.',
    ...examples.flatMap(({ title, file, text, lacking }) => [
      `### ${title}`,
      lacking.length === 0
        ? `${code(file)}:`
        : `${code(file)}. **Does not match this database**, in which these are missing: ${lacking.map(code).join(', ')}.`,
      fenced('python', text),
    ]),
    `With a connection pooler in transaction mode, pass ${code('statement_cache_size=0')} to ${code('create_pool')}.`,
  ];
}

function transactionsPart(): string {
  return blocks(
    '## Transactions across both schemas',
    list([
      'Both schemas are in one database: a single transaction covers both, without two-phase commit.',
      `Within ${code('connection.transaction()')}, use only that connection: the pool would use another one, outside the transaction.`,
      'Insert the referenced row first, then the row that references it.',
      'Keep it short. Do slow work (a model call, a web request) before or after it: locks are held until it ends, and if two services change the same row, the second one waits.',
      'After a serialization failure (40001) or a deadlock (40P01), retry the whole transaction.',
    ]),
  );
}
