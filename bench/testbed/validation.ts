import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { docker } from '../../test/testbed/docker.ts';
import { freePort } from '../../test/testbed/free-port.ts';
import { pins } from '../../test/testbed/images/pins.ts';
import { program } from '../program.ts';

/** What one round takes, in seconds. */
interface Validation {
  readonly validate: number;
  /** psql with a query, three times. */
  readonly psql: number;
  /** The most memory that `validate` used, in MB. */
  readonly megabytes: number;
}

/**
 * Times `validate` of a database that a rollout made, on a server of its own. What a first run caches is there.
 * @param tables how many tables a migration adds to the bundled schema
 */
export async function validations(tables: number, rounds: number): Promise<readonly Validation[]> {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-bench-'));
  const port = await freePort();
  const name = `erp-deploy-bench-${process.pid}`;
  const locks = ['-c', 'max_locks_per_transaction=4096'];
  const publish = ['--publish', `127.0.0.1:${port}:5432`, '--shm-size', '256m'];
  const environment = ['-e', 'POSTGRES_HOST_AUTH_METHOD=trust'];
  await docker([
    'run',
    '--detach',
    '--name',
    name,
    ...publish,
    ...environment,
    pins.postgres,
    'postgres',
    ...locks,
  ]);
  try {
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    await reachable(url);
    if (tables > 0) addTables(folder, tables);
    const words = ['--non-interactive', '--database-url', url];
    await execa(process.execPath, [program, 'run', ...words, '--engine', 'embedded', '--until', '3.4'], {
      cwd: folder,
    });
    const validate = [process.execPath, program, 'validate', ...words];
    await execa(process.execPath, validate.slice(1), { cwd: folder });
    const measured: Validation[] = [];
    for (let round = 0; round < rounds; round++) {
      const { seconds, stderr } = await timed('/usr/bin/time', ['-q', '-f', '%M', ...validate], folder);
      let psql = 0;
      for (let start = 0; start < 3; start++)
        psql += (await timed('psql', [url, '-c', 'select 1'], folder)).seconds;
      const one = { validate: seconds, psql, megabytes: Number(stderr.trim().split('\n').at(-1)) / 1024 };
      console.log('validation', tables, one);
      measured.push(one);
    }
    return measured;
  } finally {
    await docker(['rm', '--force', '--volumes', name]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A migration of ordinary tables, half of which refer to the one before. */
function addTables(folder: string, count: number): void {
  const migrations = join(folder, 'service-builds/postgres-erp/migrations');
  mkdirSync(migrations, { recursive: true });
  const tables = Array.from(
    { length: count },
    (_, index) => `create table erp.t${index} (
  id bigint generated always as identity primary key,
  name text not null check (name <> ''),
  made timestamptz not null default now()${index % 2 === 0 ? '' : `,\n  before bigint references erp.t${index - 1}`}
);`,
  );
  writeFileSync(join(migrations, '100_tables.sql'), `${tables.join('\n')}\n`);
}

async function reachable(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const { exitCode } = await execa('psql', [url, '-c', 'select 1'], { reject: false });
    if (exitCode === 0) return;
    await pause(200);
  }
  throw new Error('the server does not answer');
}

/** @throws if it fails, since a failure is fast */
async function timed(command: string, words: readonly string[], cwd: string) {
  const since = performance.now();
  const { stderr } = await execa(command, words, { cwd });
  return { seconds: (performance.now() - since) / 1000, stderr };
}
