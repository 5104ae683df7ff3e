import * as z from 'zod';
import { holdsCredentials } from '../domain/credentials.ts';
import { backup, s3 } from './backup-schema.ts';
import { apiContainer, containers, databaseContainer } from './containers-schema.ts';
import { readDatabaseUrl } from './database-url.ts';
import { defaultConfig } from './default-config.ts';
import { containerName, mapping, text } from './setting-parts.ts';

/** The number of a section of the checklist: phase 0 to 5, then the section. */
const stepId = /^[0-5]\.[1-9]$/;

const hostName = /^(?=.{1,253}$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)+$/i;
/** A name, an address or an alias of ~/.ssh/config, or user@ and one. ssh would read a leading dash as an option. */
const sshHost = /^(?:[\w.-]+@)?(?!-)[\w.:[\]%-]+$/;
const absolutePath = /^\/[^\p{Cc}]*$/u;
const roleName = /^(?!pg_)[a-z_][a-z\d_]{0,62}$/;
const oneLine = /^(?=.*\S)[^\p{Cc}]{1,200}$/u;

const databaseUrl = z.string({ error: 'a postgres:// URL' }).superRefine((value, context) => {
  if (holdsCredentials(value))
    context.addIssue('a URL without a password; put the password into PGPASSWORD or ~/.pgpass');
  else if ('fault' in readDatabaseUrl(value))
    context.addIssue('a URL such as postgres://user@host:5432/portfolio');
});

const production = z.strictObject(
  {
    host: text(sshHost, 'a host name, an address or an alias of ~/.ssh/config')
      .optional()
      .describe('SSH destination of the production host. Without it or database-url, production is skipped.'),
    directory: text(absolutePath, 'an absolute path')
      .default(defaultConfig.production.directory)
      .describe('Directory of the deployment on the production host.'),
    'database-url': databaseUrl
      .optional()
      .describe('URL of a managed production database, instead of a host. Do not include the password.'),
    ssh: z
      .enum(['auto', 'openssh', 'ssh2'], { error: 'one of auto, openssh, ssh2' })
      .default(defaultConfig.production.ssh)
      .describe(
        "What carries the SSH connection: the library ssh2, or this machine's ssh. auto is ssh2 unless the SSH configuration, the keys or the server need OpenSSH.",
      ),
  },
  mapping,
);

const database = z.strictObject(
  {
    name: text(roleName, 'a name of lower-case letters, digits and _')
      .default(defaultConfig.database.name)
      .describe('The database.'),
    user: text(roleName, 'a name of lower-case letters, digits and _, not starting with pg_')
      .default(defaultConfig.database.user)
      .describe('The role that owns it.'),
  },
  mapping,
);

/** HOST:PORT. */
const endpoint = /^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i;
const originUrl = /^https?:\/\/[\w.-]+(?::\d{1,5})?$/;

const cloudflare = z.strictObject(
  {
    container: text(/^[a-zA-Z\d][\w.-]{0,127}$/, 'the name of a container')
      .optional()
      .describe('The container on the production host that runs cloudflared. Without it, 3.6 is skipped.'),
    service: text(originUrl, 'a URL such as http://traefik:80')
      .default(defaultConfig.cloudflare.service)
      .describe(
        "URL to which the tunnel forwards requests: Traefik, under its name in cloudflared's network.",
      ),
    traefik: text(/^[a-zA-Z\d][\w.-]{0,127}$/, 'the name of a container')
      .default(defaultConfig.cloudflare.traefik)
      .describe('The container on the production host that runs Traefik.'),
    'api-token-file': text(oneLine, 'a path')
      .optional()
      .describe('A file with a Cloudflare API token, relative to the workspace.'),
    'connect-to': text(endpoint, 'an address with a port, such as 192.0.2.7:443')
      .optional()
      .describe('Address to connect to for the public host name, instead of the one from DNS.'),
  },
  mapping,
);

/** openspec would read a leading dash as an option. */
const changeName = /^[a-z\d][a-z\d-]{0,99}$/;

const neighbour = z.strictObject(
  {
    container: text(containerName, 'the name of a container')
      .default(defaultConfig.neighbour.container)
      .describe('The container of the other PostgreSQL.'),
    database: text(roleName, 'a name of lower-case letters, digits and _')
      .default(defaultConfig.neighbour.database)
      .describe('Its database.'),
    user: text(roleName, 'a name of lower-case letters, digits and _, not starting with pg_')
      .default(defaultConfig.neighbour.user)
      .describe('The role that queries it.'),
  },
  mapping,
);

/** From 100 ms to 60 s. */
const lockTimeout = /^(?:[1-9]\d{2,3}ms|(?:[1-9]|[1-5]\d|60)s)$/;

const migrations = z.strictObject(
  {
    'lock-timeout': text(lockTimeout, 'a time such as 2s or 500ms, from 100ms to 60s')
      .default(`${defaultConfig.migrations.milliseconds / 1000}s`)
      .describe('How long a migration waits for a lock before it is rolled back and tried again.'),
    'lock-attempts': z
      .int({ error: 'a number from 1 to 100' })
      .min(1, { error: 'a number from 1 to 100' })
      .max(100, { error: 'a number from 1 to 100' })
      .default(defaultConfig.migrations.attempts)
      .describe('How often it is tried in all.'),
  },
  mapping,
);

/** The configuration file as it is written: kebab-case keys, all of them optional. */
export const settingsSchema = z.strictObject(
  {
    engine: z
      .enum(['auto', 'docker', 'embedded'], { error: 'one of auto, docker, embedded' })
      .default(defaultConfig.engine)
      .describe(
        'The engine of the local test. auto means docker if a Docker engine answers, otherwise embedded.',
      ),
    project: text(oneLine, 'a title of one line, up to 200 characters')
      .default(defaultConfig.project)
      .describe('The title on screens and in reports.'),
    production: production.prefault({}).describe('The target of the rollout.'),
    'public-host': text(hostName, 'a host name such as erp-db.bestviable.com')
      .default(defaultConfig.publicHost)
      .describe('The public host name of the API.'),
    cloudflare: cloudflare.prefault({}).describe('The Cloudflare tunnel to the API.'),
    database: database.prefault({}).describe('The database and its owner.'),
    containers: containers
      .prefault({})
      .describe('The containers. What is left out keeps its value in docker-compose.yml, if that exists.'),
    neighbour: neighbour
      .prefault({})
      .describe('The other PostgreSQL on the production host, which 5.2 checks.'),
    migrations: migrations
      .prefault({})
      .describe('How migrations wait while other sessions use the same tables.'),
    backup: backup
      .optional()
      .describe(
        'Backups of the database, which erp-deploy backup makes. With it, status and doctor report missed ones.',
      ),
    'openspec-change': text(changeName, 'the name of an OpenSpec change: lower-case words with dashes')
      .optional()
      .describe('The OpenSpec change that this rollout completes. 5.3 archives it when its tasks are done.'),
    skip: z
      .record(z.string().regex(stepId), text(oneLine, 'the reason, in one line'), mapping)
      .default({})
      .describe('Steps to skip: their number and the reason.'),
    'allowed-rights': z
      .array(text(oneLine, 'a right, such as erp_anon: SELECT on erp.notices'), { error: 'a list of rights' })
      .optional()
      .describe(
        'Rights that a migration may give the roles of erp-deploy beyond their bounds, as ERP-0543 lists them.',
      ),
    'starter-schema': text(oneLine, 'a path')
      .default(defaultConfig.starterSchema)
      .describe('The starter schema, relative to the workspace.'),
  },
  mapping,
);

export type Settings = z.output<typeof settingsSchema>;

/** Returns the valid names in the mapping at a path; undefined if any name is valid. */
export function namesAt(path: readonly PropertyKey[]): readonly string[] | undefined {
  if (path.length === 0) return Object.keys(settingsSchema.shape);
  const nested: Readonly<Record<string, z.ZodObject>> = {
    production,
    cloudflare,
    database,
    containers,
    'containers.database': databaseContainer,
    'containers.api': apiContainer,
    neighbour,
    migrations,
    backup,
    'backup.s3': s3,
  };
  const shape = nested[path.map(String).join('.')]?.shape;
  return shape && Object.keys(shape);
}
