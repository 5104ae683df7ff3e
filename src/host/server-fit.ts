import { administratorSql, type Fitness, serverFitness } from '../database/fitness.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { productionOf } from '../targets/production.ts';
import type { ManagedServer, ServerAddress } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { soundMigrations } from '../workspace/migrations.ts';

/** The oldest major version that the bundled migrations support. */
const oldest = 15;

/** Returns the server if it can take the migrations, or the problem if it cannot. */
export async function serverFit(
  context: Context,
  server: ManagedServer,
): Promise<{ readonly address: ServerAddress; readonly fitness: Fitness } | Problem> {
  const address = await server.address();
  const session = await productionOf(context).database.session();
  const expected = await context.catalogs.after(await soundMigrations(context));
  const fitness = await serverFitness(session, expected);
  const { standby, readOnly, number } = fitness;
  if (standby) return isStandby(address);
  if (readOnly) return isReadOnly(address);
  if (number < oldest * 10_000) return tooOld(address, fitness);
  const lacking = fitness.extensions.find(({ available }) => !available);
  if (lacking !== undefined) return noExtension(address, lacking.name);
  const sql = administratorSql(fitness, expected, address);
  return sql.length > 0 ? rightsMissing(address, sql) : { address, fitness };
}

function isStandby({ name }: ServerAddress): Problem {
  return {
    code: 'ERP-0680',
    what: `${name} is a standby.`,
    why: 'It replicates another server and accepts no writes; migrations have to be applied to the primary.',
    todo: [
      {
        text: 'Use the address of the primary in --database-url (clusters have an address for writers: Patroni, CloudNativePG "-rw", RDS the cluster endpoint).',
      },
      { text: 'A standby can be validated', command: ['erp-deploy', 'validate', '--database-url', 'URL'] },
    ],
    exit: exitCodes.prerequisite,
  };
}

function isReadOnly({ name, user }: ServerAddress): Problem {
  return {
    code: 'ERP-0681',
    what: `${name} accepts no writes from ${user}.`,
    why: 'Its transactions are read-only by default (default_transaction_read_only): some providers set this if the disk is full.',
    todo: [{ text: 'Check the server and its disk, and enable writes; then run again.' }],
    exit: exitCodes.prerequisite,
  };
}

function tooOld({ name }: ServerAddress, { version }: Fitness): Problem {
  return {
    code: 'ERP-0682',
    what: `${name} runs PostgreSQL ${version}.`,
    why: `The migrations need ${oldest} or newer.`,
    todo: [{ text: 'Upgrade the server, or use another one.' }],
    exit: exitCodes.prerequisite,
  };
}

function noExtension({ name }: ServerAddress, extension: string): Problem {
  return {
    code: 'ERP-0683',
    what: `${name} does not have the extension ${extension}.`,
    why: 'The migrations create it, but it is not installed on the server.',
    todo: [
      extension === 'vector'
        ? {
            text: 'Let an administrator install pgvector on the server (managed services offer it in a list of extensions).',
          }
        : { text: `Let an administrator install ${extension} on the server.` },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

function rightsMissing({ name, user, database }: ServerAddress, sql: readonly string[]): Problem {
  return {
    code: 'ERP-0684',
    what: `${user} lacks privileges on ${name} that the migrations need.`,
    why: 'The SQL below does everything that it may not do itself.',
    todo: [{ text: `Let an administrator run this in the database ${database}, then run again.` }],
    exit: exitCodes.prerequisite,
    excerpt: sql,
  };
}
