import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { Database } from '../../src/domain/ports/database.ts';
import type { Host, ProcessResult } from '../../src/domain/ports/host.ts';
import { inspectOtherPostgres, sizeText } from '../../src/host/other-postgres.ts';
import { neighbourDatabase } from '../../src/tasks/finalize/5.2-neighbour-database.ts';
import type { Context } from '../../src/workspace/context.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { containersOn, contextWith } from '../support/program/step-context.ts';

const settings = { container: 'postgres', user: 'n8n', database: 'n8n' };

interface Engine {
  readonly inspect?: string | null;
  /** The log; null if the engine cannot return it. */
  readonly log?: string | null;
  readonly psql?: string | null;
}

/** Returns a container as `docker container inspect` shows it. */
function inspected(status: string, health: string | null): string {
  const State = {
    Status: status,
    Running: status === 'running',
    Restarting: false,
    OOMKilled: false,
    ExitCode: 0,
    StartedAt: '2026-11-22T21:04:00Z',
    ...(health === null ? {} : { Health: { Status: health } }),
  };
  const rest = {
    Image: 'sha256:an-image',
    RestartCount: 0,
    Config: { Image: 'postgres:17' },
    HostConfig: { Memory: 0, NanoCpus: 0 },
  };
  return JSON.stringify([{ Id: 'c1', State, NetworkSettings: {}, ...rest }]);
}

function hostWith({ inspect = inspected('running', 'healthy'), log = '', psql = '' }: Engine): Host {
  const ended = (stdout: string, exitCode = 0): ProcessResult => ({
    exitCode,
    stdout,
    stderr: '',
    notFound: false,
  });
  return {
    id: 'here',
    name: 'this machine',
    files: new MemoryFiles(() => undefined),
    processes: {
      run: async ([, , verb, ...rest]) => {
        if (verb === 'ls') return ended(inspect === null ? '' : 'c1\n');
        if (verb === 'inspect') return ended(inspect ?? '', inspect === null ? 1 : 0);
        if (verb === 'logs') return ended(log ?? '', log === null ? 1 : 0);
        if (verb === 'exec' && rest[1] === 'psql') return psql === null ? ended('', 2) : ended(psql);
        throw new Error(`docker ${verb} was not expected`);
      },
    },
    listens: async () => false,
    openServer: () => Promise.reject(new Error('no server is opened')),
    localAddress: () => Promise.reject(new Error('no server is reached')),
    renew: async () => undefined,
    get: () => Promise.reject(new Error('nothing is asked over HTTP')),
  };
}

const ask = (engine: Engine) =>
  inspectOtherPostgres(hostWith(engine), settings, new AbortController().signal);
const answer = JSON.stringify({ bytes: 44_040_192, schemas: ['public', 'n8n'] });

test('a healthy database is reported with its size and its schemas', async () => {
  expect(await ask({ psql: `${answer}\n`, log: 'LOG:  ready\n' })).toEqual({
    health: 'healthy',
    isHealthy: true,
    lines: 1000,
    errors: 0,
    answer: { bytes: 44_040_192, schemas: ['public', 'n8n'] },
  });
});

test('errors in its log are counted, but not other lines that mention errors', async () => {
  const log = 'ERROR:  relation "x" does not exist\nLOG:  no error here\nFATAL:  the end\n';
  expect((await ask({ psql: answer, log }))?.errors).toBe(2);
});

test('a log that cannot be read has an unknown number of errors, not zero', async () => {
  expect(await ask({ psql: answer, log: null })).toMatchObject({ isHealthy: true, errors: null });
});

test.each([
  ['exited', null, 'exited', false],
  ['running', 'unhealthy', 'unhealthy', false],
  ['running', 'starting', 'starting', false],
  ['running', null, 'running, without a health check', true],
] as const)(
  'a container with status %s and health %s is reported as %s',
  async (status, health, words, isHealthy) => {
    expect(await ask({ inspect: inspected(status, health), psql: answer })).toMatchObject({
      health: words,
      isHealthy,
    });
  },
);

test('a database that does not answer psql is reported; a missing container results in null', async () => {
  expect((await ask({ psql: null }))?.answer).toBeNull();
  expect((await ask({ inspect: inspected('exited', null), psql: answer }))?.answer).toBeNull();
  expect(await ask({ inspect: null })).toBeNull();
});

/** Runs step 5.2 of a rollout that ends at the local containers. */
function stepContext(engine: Engine): Context {
  const parsed = parseConfig('', 'erp-deploy.config.yaml');
  if ('faults' in parsed) throw new Error('the empty configuration is valid');
  const { signal } = new AbortController();
  // Only the name of the database is used.
  const local = containersOn(hostWith(engine), { target: 'docker' } as Database);
  return contextWith({ config: parsed.config, production: null, local, signal });
}

describe('step 5.2', () => {
  test('is done if the other database is healthy', async () => {
    const look = await neighbourDatabase.check(stepContext({ psql: answer }));
    expect(look).toMatchObject({ state: 'satisfied', summary: 'postgres: healthy', open: [] });
  });

  test.each([
    ['exited', null],
    ['running', 'unhealthy'],
  ])('is not done if the other database is %s (%s), and fails with the reason', async (status, health) => {
    const context = stepContext({ inspect: inspected(status, health), psql: answer });
    const found = health ?? status;
    expect(await neighbourDatabase.check(context)).toMatchObject({
      state: 'missing',
      findings: [{ actual: found }],
    });
    const verified = await neighbourDatabase.verify?.(context);
    expect(verified).toMatchObject({ state: 'blocked', problem: { code: 'ERP-0306', exit: 4 } });
    expect(JSON.stringify(verified)).toContain(`container postgres on this machine is ${found}`);
  });
});

test.each([
  [0, '0 bytes'],
  [8192, '8 kB'],
  [44_040_192, '42 MB'],
  [11 * 1024 ** 3, '11 GB'],
])('%d bytes are displayed as %s', (bytes, words) => {
  expect(sizeText(bytes)).toBe(words);
});
