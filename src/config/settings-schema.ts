import { z } from 'zod';
import { holdsPassword, readDatabaseUrl } from './database-url.ts';

/** A step is a section of the checklist: phase 0 to 5, then its number. */
const stepId = /^[0-5]\.[1-9]$/;

const hostName = /^(?=.{1,253}$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)+$/i;
/** A name, an address or an alias of ~/.ssh/config, with a user before it; a leading dash would be an option to ssh. */
const sshHost = /^(?:[\w.-]+@)?(?!-)[\w.:[\]%-]+$/;
const absolutePath = /^\/[^\p{Cc}]*$/u;
const roleName = /^(?!pg_)[a-z_][a-z\d_]{0,62}$/;
const oneLine = /^(?=.*\S)[^\p{Cc}]{1,200}$/u;

/** A text setting; the same words say what is expected whatever is wrong with it. */
function text(pattern: RegExp, expected: string) {
  return z.string({ error: expected }).regex(pattern, { error: expected });
}

const databaseUrl = z.string({ error: 'a postgres:// URL' }).superRefine((value, context) => {
  if (holdsPassword(value))
    context.addIssue('a URL without a password; put the password into PGPASSWORD or ~/.pgpass');
  else if ('fault' in readDatabaseUrl(value))
    context.addIssue('a URL such as postgres://user@host:5432/portfolio');
});

const mapping = { error: 'a mapping of settings' };

const production = z.strictObject(
  {
    host: text(sshHost, 'a host name, an address or an alias of ~/.ssh/config')
      .optional()
      .describe('The droplet, as ssh takes it. Without it or database-url, production is skipped.'),
    directory: text(absolutePath, 'an absolute path')
      .default('/home/david/services/postgres-erp')
      .describe('Where the deployment lies on the droplet.'),
    'database-url': databaseUrl
      .optional()
      .describe('A production database reached without the droplet; never with its password.'),
  },
  mapping,
);

const database = z.strictObject(
  {
    name: text(roleName, 'a name of lower-case letters, digits and _')
      .default('portfolio')
      .describe('The database.'),
    user: text(roleName, 'a name of lower-case letters, digits and _, not starting with pg_')
      .default('erp_admin')
      .describe('The role that owns it.'),
  },
  mapping,
);

/** Where a name is asked for, as HOST:PORT. */
const endpoint = /^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i;
const originUrl = /^https?:\/\/[\w.-]+(?::\d{1,5})?$/;

const cloudflare = z.strictObject(
  {
    container: text(/^[a-zA-Z\d][\w.-]{0,127}$/, 'the name of a container')
      .optional()
      .describe('The container on the droplet that runs cloudflared. Without it, 3.6 is skipped.'),
    service: text(originUrl, 'a URL such as http://traefik:80')
      .default('http://traefik:80')
      .describe("Where the tunnel sends requests: Traefik, as cloudflared's network knows it."),
    traefik: text(/^[a-zA-Z\d][\w.-]{0,127}$/, 'the name of a container')
      .default('traefik')
      .describe('The container on the droplet that runs Traefik.'),
    'api-token-file': text(oneLine, 'a path')
      .optional()
      .describe("A file with a token for Cloudflare's API, relative to the workspace."),
    'connect-to': text(endpoint, 'an address with a port, such as 192.0.2.7:443')
      .optional()
      .describe('Where the public name is asked for, instead of at what DNS says.'),
  },
  mapping,
);

/** A leading dash would be an option to openspec. */
const changeName = /^[a-z\d][a-z\d-]{0,99}$/;
const containerName = /^[a-zA-Z\d][\w.-]{0,127}$/;

const neighbour = z.strictObject(
  {
    container: text(containerName, 'the name of a container')
      .default('postgres')
      .describe('The container of the other PostgreSQL.'),
    database: text(roleName, 'a name of lower-case letters, digits and _')
      .default('n8n')
      .describe('Its database.'),
    user: text(roleName, 'a name of lower-case letters, digits and _, not starting with pg_')
      .default('n8n')
      .describe('Who asks it.'),
  },
  mapping,
);

/** The configuration file as it is written: kebab-case keys, all of them optional. */
export const settingsSchema = z.strictObject(
  {
    engine: z
      .enum(['auto', 'docker', 'embedded'], { error: 'one of auto, docker, embedded' })
      .default('auto')
      .describe('Where the local test runs; auto takes docker where an engine answers.'),
    project: text(oneLine, 'a title of one line, up to 200 characters')
      .default('portfolio')
      .describe('The title that screens and reports show.'),
    production: production.prefault({}).describe('Where the roll-out goes.'),
    'public-host': text(hostName, 'a host name such as erp-db.bestviable.com')
      .default('erp-db.bestviable.com')
      .describe('The name under which the API is reached.'),
    cloudflare: cloudflare.prefault({}).describe('The tunnel that the API is reached by.'),
    database: database.prefault({}).describe('The database and its owner.'),
    neighbour: neighbour.prefault({}).describe('The database next door, which 5.2 looks at.'),
    'openspec-change': text(changeName, 'the name of an OpenSpec change: lower-case words with dashes')
      .optional()
      .describe('The OpenSpec change that this roll-out completes; 5.3 archives it once its tasks are done.'),
    skip: z
      .record(z.string().regex(stepId), text(oneLine, 'the reason, in one line'), mapping)
      .default({})
      .describe('Steps to leave out: their id, and why.'),
    'starter-schema': text(oneLine, 'a path')
      .default('Coda_to_Postgres/ERP_postgres_starter copy.sql')
      .describe('The starter schema, relative to the workspace.'),
  },
  mapping,
);

export type Settings = z.output<typeof settingsSchema>;

/** The names that may stand in the mapping at a path; undefined where any may. */
export function namesAt(path: readonly PropertyKey[]): readonly string[] | undefined {
  if (path.length === 0) return Object.keys(settingsSchema.shape);
  const nested: Readonly<Record<string, z.ZodObject>> = { production, cloudflare, database, neighbour };
  const shape = nested[path.map(String).join('.')]?.shape;
  return shape && Object.keys(shape);
}
