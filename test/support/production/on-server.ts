import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { pins } from '../../testbed/images/pins.ts';
import type { Machine } from '../../testbed/machine/machine.ts';
import { nestedMachine } from '../../testbed/nested-machine.ts';
import { type Ended, erpDeploy, startErpDeploy } from '../program/erp-deploy.ts';

interface HowToReach {
  readonly path?: string;
  /** A URL to use instead of that of the server. */
  readonly url?: string;
  /** Additional environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A PostgreSQL 17 with pgvector that others run; the operator has only its URL. */
export interface ManagedServer {
  readonly machine: Machine;
  readonly url: string;
  readonly password: string;
  readonly port: number;
  readonly user: string;
  /** Folder with client programs of the version of the server. */
  readonly path: string;
  run(workspace: string, words: readonly string[], how?: HowToReach): Promise<Ended>;
  /** @param url URL to use instead of that of the server */
  start(workspace: string, words: readonly string[], url?: string): ReturnType<typeof startErpDeploy>;
  /** Runs a rollout without questions to the server, with the local test on the embedded engine. */
  rollOut(workspace: string, flags?: readonly string[], how?: HowToReach): Promise<Ended>;
  ask(sql: string): Promise<string>;
}

const container = 'managed';
const user = 'keeper';
const password = 'kept: a\\b@c/d?e#f%';

/** Starts the server; `machine.remove` removes it. */
export async function managedServer(): Promise<ManagedServer> {
  const machine = await nestedMachine();
  const env = { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: 'portfolio' };
  const words = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  await machine.docker(
    'run',
    '-d',
    '--name',
    container,
    ...words,
    '-p',
    '127.0.0.1:5432:5432',
    pins.postgres,
  );
  const ready = `until pg_isready -q -h 127.0.0.1 -U ${user} -d portfolio; do sleep 0.1; done`;
  await machine.docker('exec', container, 'timeout', '60', 'sh', '-c', ready);
  const port = await machine.forward(5432);
  const url = `postgres://${user}@127.0.0.1:${port}/portfolio`;
  const path = `${clientPrograms(machine)}:${process.env.PATH}`;
  const run: ManagedServer['run'] = (workspace, all, how = {}) =>
    erpDeploy(workspace, [...all, '--database-url', how.url ?? url], {
      env: { PGPASSWORD: password, PATH: how.path ?? path, ...how.env },
    });
  return {
    machine,
    url,
    password,
    port,
    user,
    path,
    run,
    start: (workspace, all, other = url) =>
      startErpDeploy(workspace, [...all, '--database-url', other], {
        env: { PGPASSWORD: password, PATH: path },
      }),
    rollOut: (workspace, flags = [], how = {}) =>
      run(workspace, ['run', '--non-interactive', '--engine', 'embedded', ...flags], how),
    ask: async (sql) => {
      const psql = ['psql', '-U', user, '-d', 'portfolio', '-v', 'ON_ERROR_STOP=1', '-Atc', sql];
      return (await machine.docker('exec', container, ...psql)).trim();
    },
  };
}

/** Makes fakes of PostgreSQL's programs, which run the real ones in the container of the server. */
function clientPrograms({ socket }: Machine): string {
  const folder = join(mkdtempSync(join(inject('testRun'), 'clients-')), 'bin');
  mkdirSync(folder);
  const passed = ['PGUSER', 'PGDATABASE', 'PGPASSWORD', 'PGSSLMODE'].map((name) => `-e ${name}`).join(' ');
  for (const program of ['psql', 'pg_dump', 'pg_dumpall', 'pg_restore']) {
    const exec = `docker -H unix://${socket} exec -i`;
    const line = `exec ${exec} ${passed} -e PGHOST=127.0.0.1 ${container} ${program} "$@"`;
    // The input file is on this machine, and the program runs in the container.
    const sent = `case $a in --use-list=*) ${exec} ${container} sh -c 'mkdir -p "\${0%/*}" && cat >"$0"' "\${a#*=}" <"\${a#*=}";; esac`;
    const text = `#!/bin/sh\nfor a in "$@"; do ${sent}; done\n${line}\n`;
    writeFileSync(join(folder, program), text, { mode: 0o755 });
  }
  return folder;
}
