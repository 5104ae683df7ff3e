import { networkName, services } from '../containers/stack.ts';
import { quoted } from '../domain/show-change.ts';
import type { ReadExample } from './examples.ts';
import { apiPart } from './guide-api.ts';
import { type DatabaseLocation, machineWords, psqlAt } from './location.ts';
import { blocks, code, fenced, list, table } from './markdown.ts';
import { type Rights, rightsOf, rowWords } from './rights.ts';
import type { DocumentSource } from './source.ts';

/** What a service logs in as. */
const role = 'erp_service';

/** What a service is configured with; the examples read these. */
export const variables = [
  'POSTGRES_HOST',
  'POSTGRES_PORT',
  'POSTGRES_DB',
  'POSTGRES_USER',
  'POSTGRES_PASSWORD',
] as const;

/** The whole guide between its marks. */
export function guideText(source: DocumentSource, examples: readonly ReadExample[]): string {
  const rights = rightsOf(source.catalog, role);
  return blocks(
    source.words,
    logInPart(source.location, rights),
    variablesPart(source.location),
    qualifiedPart(rights),
    ...examplesPart(examples),
    transactionsPart(),
    apiPart(source),
  );
}

function logInPart(location: DatabaseLocation, rights: Rights | null): string {
  const owner = location.is === 'container' ? code(location.owner) : 'The role that the migrations run as';
  const timeout = rights?.setting('statement_timeout') ?? null;
  return blocks(
    '## Logging in',
    `${serviceWords(rights)} ${owner} owns the tables and is for migrations alone.`,
    ...passwordPart(location),
    timeout === null
      ? ''
      : `A statement of ${code(role)} ends after ${code(timeout)} (${code('statement_timeout')}); a service that needs longer sets it for that transaction.`,
  );
}

/** As the catalog has it. */
function serviceWords(rights: Rights | null): string {
  if (rights === null) return `A service logs in as ${code(role)}, **which this database does not have**.`;
  const login = rights.login ? '' : ' **It may not log in (NOLOGIN).**';
  const alters = rights.boundless || rights.creates ? '' : ', and creates nothing in a schema';
  return `A service logs in as ${code(role)}. It ${rowWords(rights)}${alters}.${login}`;
}

function passwordPart(location: DatabaseLocation): readonly string[] {
  const words = `erp-deploy gives ${code(role)} no password; somebody has to, once. psql asks for it, and sends the server only what it compares with`;
  if (location.is === 'embedded')
    return [`${words} (${code(`\\password ${role}`)}, as the owner). The embedded database lets nobody in.`];
  const asOwner = location.is === 'server' ? ` (as the role that owns the tables: ${code('PGUSER')})` : '';
  return [`${words}${asOwner}:`, fenced('sh', passwordCommand(location))];
}

function passwordCommand(location: Exclude<DatabaseLocation, { is: 'embedded' }>): string {
  const ask = `-c '\\password ${role}'`;
  if (location.is === 'server') return `${psqlAt(location)} ${ask}`;
  const { owner, database, droplet } = location;
  const psql = `docker exec -it ${services.database.name} psql -U ${owner} -d ${database} ${ask}`;
  return droplet === null ? psql : `ssh -t ${quoted(droplet)} "${psql}"`;
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
  const unknown = 'of the server; the embedded database has none';
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
        host: `${code(services.database.name)} in the network ${code(networkName)}, ${code('127.0.0.1')} on ${machineWords(location)}`,
        port: code(String(services.database.port)),
        database: code(location.database),
      };
  }
}

function qualifiedPart(rights: Rights | null): string {
  const path = rights?.setting('search_path') ?? null;
  const why =
    path === null
      ? `PostgreSQL's own search path has neither schema, and ${code(role)} has no other: a name without its schema is refused (42P01), and one that came into the schema ${code('public')} later cannot be taken for ours.`
      : `The search path of ${code(role)} is set to ${code(path)}: a name without its schema means whatever comes first there.`;
  return blocks(
    '## Schemas in every query',
    `Write ${code('erp.tasks')} and ${code('agent.plans')}, never ${code('tasks')}. ${why}`,
  );
}

function examplesPart(examples: readonly ReadExample[]): readonly string[] {
  return [
    '## Python with asyncpg',
    'Each of these is a file that the tests of erp-deploy run against a real PostgreSQL.',
    ...examples.flatMap(({ title, file, text, lacking }) => [
      `### ${title}`,
      lacking.length === 0
        ? `As ${code(file)}:`
        : `As ${code(file)}. **It does not fit this database**, which lacks ${lacking.map(code).join(', ')}:`,
      fenced('python', text),
    ]),
    `Behind a pooler that hands out connections by transaction, give ${code('create_pool')} the argument ${code('statement_cache_size=0')}.`,
  ];
}

function transactionsPart(): string {
  return blocks(
    '## Transactions over both schemas',
    list([
      'Both schemas lie in one database: one transaction over both is enough, and two-phase commit is not needed.',
      `Within ${code('connection.transaction()')} use that connection alone: the pool would take another one, which is outside of it.`,
      'Write the row that is pointed at first, then the one that points at it.',
      'Keep it short. Do what takes time (a model, a web request) before or after it: locks are held until it ends, and a row that two services change makes the second one wait.',
      'A serialization failure (40001) or a deadlock (40P01) means: begin the whole transaction again.',
    ]),
  );
}
