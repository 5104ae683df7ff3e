import { createHash } from 'node:crypto';
import { expect, vi } from 'vitest';
import type { Machine } from '../../testbed/machine/machine.ts';
import { services } from './server-faults.ts';

const deployment = `${services}/postgres-erp`;

/**
 * Returns the state that two rollouts to one production host must have in common, interrupted or not, without secrets
 * and times.
 */
export async function serverStateOf(machine: Machine) {
  const ledger = 'select name, checksum, body from erp_deploy.migrations order by name';
  return {
    files: lines(await machine.run(['sh', '-c', everyFile])),
    keys: lines(await machine.run(['sed', '-E', 's/=.+/=<secret>/', `${deployment}/.env`])),
    kept: lines(await machine.run(['sh', '-c', `cd ${deployment}/.erp-deploy && ls -A | sort`])),
    containers: await settledContainers(machine),
    ledger: createHash('sha256')
      .update(await inDatabase(machine, 'psql', '-Atc', ledger))
      .digest('hex'),
    database: await dumpOf(machine),
    sessions: (await inDatabase(machine, 'psql', '-Atc', ourSessions)).trim(),
  };
}

/**
 * Waits for the results of Docker's health checks. A rollout does not wait for them, but only until the services
 * answer.
 */
function settledContainers(machine: Machine): Promise<readonly string[]> {
  const format = '{{.Name}} {{.Config.Image}} {{.State.Status}} {{.State.Health.Status}}';
  return vi.waitFor(
    async () => {
      const found = await machine.docker('inspect', '--format', format, 'postgres-erp', 'postgrest-erp');
      expect(found).not.toContain('starting');
      return lines(found);
    },
    { timeout: 60_000, interval: 250 },
  );
}

/**
 * Returns the database in the container of the machine with its rows, except those of the ledger, which contain times.
 */
export async function dumpOf(machine: Machine): Promise<string> {
  const dump = await inDatabase(machine, 'pg_dump', '--exclude-table-data=erp_deploy.*');
  // pg_dump writes a random key into each dump.
  return dump.replaceAll(/^\\(un)?restrict .*$/gm, '');
}

function inDatabase(machine: Machine, ...words: readonly string[]): Promise<string> {
  return machine.docker('exec', 'postgres-erp', ...words, '-U', 'erp_admin', '-d', 'portfolio');
}

/** Excludes data/, which is compared through the database, and reduces the files of erp-deploy to their names. */
const everyFile = `cd ${deployment} && find . -path ./data -prune -o -path ./.erp-deploy -prune -o -name .env -prune -o \\
  -printf '%p %M %u ' \\( -type f -exec sha256sum {} \\; -o -printf '\\n' \\) | sort`;

/** After a frozen link, an idle session without locks may remain. */
const ourSessions =
  "select count(*) from pg_stat_activity where application_name = 'erp-deploy' and state <> 'idle'";

const lines = (text: string) => text.trim().split('\n');

/** Saves the present deployment while its database is stopped. */
export async function keepDeployment(machine: Machine): Promise<void> {
  await machine.docker('stop', 'postgrest-erp', 'postgres-erp');
  await machine.run(['cp', '-a', deployment, '/root/kept']);
}

/**
 * Restores the saved deployment, and recreates its containers. Then removes a key from its .env, so that every step has
 * something to change.
 */
export async function restoreDeployment(machine: Machine): Promise<void> {
  await machine.docker('rm', '--force', 'postgres-erp', 'postgrest-erp');
  await machine.run(['sh', '-c', `rm -rf ${deployment} && cp -a /root/kept ${deployment}`]);
  const asDavid = ['runuser', '-u', 'david', '--', 'env', 'HOME=/home/david'];
  await machine.run([...asDavid, 'docker', 'compose', 'up', '--detach', '--wait'], { cwd: deployment });
  await machine.run(['sed', '-i', '/^POSTGREST_DB_PASSWORD=/d', `${deployment}/.env`]);
}
