import { administratorSql, type Fitness, serverFitness } from '../database/fitness.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { productionOf } from '../targets/production.ts';
import type { ManagedServer, ServerAddress } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { soundMigrations } from '../workspace/migrations.ts';

/** What the bundled migrations need. */
const oldest = 15;

/** A server that takes the migrations, or why it does not. */
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
    why: 'It follows another server, and takes no writes; migrations go to the primary.',
    todo: [
      'Give the address of the primary in --database-url (a cluster has one for writers: Patroni, CloudNativePG "-rw", RDS the cluster endpoint).',
      'Checking a standby is fine: erp-deploy validate --database-url URL',
    ],
    exit: exitCodes.prerequisite,
  };
}

function isReadOnly({ name, user }: ServerAddress): Problem {
  return {
    code: 'ERP-0681',
    what: `${name} takes no writes from ${user}.`,
    why: 'Its transactions are read-only by default (default_transaction_read_only): some providers set that where the disk is full.',
    todo: ['Look at the server and its disk, let it take writes again, and start again.'],
    exit: exitCodes.prerequisite,
  };
}

function tooOld({ name }: ServerAddress, { version }: Fitness): Problem {
  return {
    code: 'ERP-0682',
    what: `${name} is PostgreSQL ${version}.`,
    why: `The migrations need ${oldest} or newer.`,
    todo: ['Upgrade the server, or name another one.'],
    exit: exitCodes.prerequisite,
  };
}

function noExtension({ name }: ServerAddress, extension: string): Problem {
  return {
    code: 'ERP-0683',
    what: `${name} does not have the extension ${extension}.`,
    why: 'The migrations make it, and the server has no files of it.',
    todo: [
      extension === 'vector'
        ? 'Let an administrator install pgvector on the server (managed ones have it in a list to choose from).'
        : `Let an administrator install ${extension} on the server.`,
      'Then start again.',
    ],
    exit: exitCodes.prerequisite,
  };
}

function rightsMissing({ name, user, database }: ServerAddress, sql: readonly string[]): Problem {
  return {
    code: 'ERP-0684',
    what: `${user} may not make on ${name} all that the migrations make.`,
    why: 'What it may not make itself is below, as SQL; it is all that is lacking.',
    todo: [`Let an administrator run this in the database ${database}, and start again.`],
    exit: exitCodes.prerequisite,
    excerpt: sql,
  };
}
