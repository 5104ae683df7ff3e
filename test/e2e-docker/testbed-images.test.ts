import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { sharedWorkspace } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';
import { nestedMachine } from '../testbed/nested-machine.ts';
import { checkout } from '../testbed/places.ts';

const { images } = inject('testbed');
let machine: Machine;
let workspace: string;

beforeAll(async () => {
  machine = await nestedMachine({ compose: 'both', folders: [inject('testRun')] });
  workspace = sharedWorkspace();
});
afterAll(() => machine?.remove());

describe('the image of PostgreSQL', () => {
  test('answers only on the socket until its first start is complete, and then also over TCP', async () => {
    const init = join(workspace, 'init');
    mkdirSync(init);
    writeFileSync(
      join(init, 'wait.sh'),
      'until [ -e /docker-entrypoint-initdb.d/go ]; do sleep 0.05; done\n',
    );
    await server('slow', 'one', '--volume', `${init}:/docker-entrypoint-initdb.d`);
    await expect.poll(() => ready('slow'), eventually).toBe(true);
    expect(await ready('slow', '-h', '127.0.0.1')).toBe(false);
    writeFileSync(join(init, 'go'), '');
    await expect.poll(() => ready('slow', '-h', '127.0.0.1'), eventually).toBe(true);
  });

  test('uses the given password only if its data is empty', async () => {
    const data = ['--volume', 'kept:/var/lib/postgresql/data'];
    await server('first', 'one', ...data);
    await expect.poll(() => ready('first', '-h', '127.0.0.1'), eventually).toBe(true);
    await machine.docker('stop', 'first');

    await server('second', 'two', ...data, '--publish', '127.0.0.1:5433:5432');
    await expect.poll(() => ready('second', '-h', '127.0.0.1'), eventually).toBe(true);
    const port = await machine.forward(5433);
    await expect(userAt(port, 'two')).rejects.toMatchObject({ code: '28P01' });
    expect(await userAt(port, 'one')).toBe('erp_admin');
  });

  test('does not start on empty data without a password', async () => {
    const { exit, stderr } = await machine.exec(['docker', 'run', '--rm', images.postgres]);
    expect(exit).toBe(1);
    expect(stderr).toContain('superuser password is not specified');
  });

  test.each(['docker-compose', 'docker compose'])(
    'gets healthy with our compose file and %s',
    async (words) => {
      const stack = sharedWorkspace();
      copyFileSync(join(checkout, 'assets/compose/docker-compose.yml'), join(stack, 'docker-compose.yml'));
      const names = ['POSTGRES_PASSWORD', 'POSTGREST_DB_PASSWORD', 'POSTGREST_JWT_SECRET'];
      writeFileSync(join(stack, '.env'), names.map((name) => `${name}=for-this-test\n`).join(''));
      await machine.docker('network', 'create', 'portfolio-network');

      await machine.run([...words.split(' '), 'up', '-d', 'postgres-erp'], { cwd: stack });
      const health = () => machine.docker('inspect', '--format', '{{.State.Health.Status}}', 'postgres-erp');
      await expect.poll(health, eventually).toBe('healthy');

      await machine.run([...words.split(' '), 'down'], { cwd: stack });
      await machine.docker('network', 'rm', 'portfolio-network');
    },
  );
});

test.each([images.postgrest, images.cloudflared])(
  '%s has no shell that a health check could use',
  async (image) => {
    const shell = ['docker', 'run', '--rm', '--entrypoint', '/bin/sh', image, '-c', 'true'];
    const { exit, stderr } = await machine.exec(shell);
    expect({ exit, stderr }).toEqual({ exit: 127, stderr: expect.stringContaining('/bin/sh') });
  },
);

const eventually = { timeout: 30_000, interval: 100 };

async function server(name: string, password: string, ...options: readonly string[]): Promise<void> {
  const env = ['--env', 'POSTGRES_USER=erp_admin', '--env', `POSTGRES_PASSWORD=${password}`];
  await machine.docker('run', '--detach', '--name', name, ...env, ...options, images.postgres);
}

async function ready(name: string, ...where: readonly string[]): Promise<boolean> {
  const { exit } = await machine.exec(['docker', 'exec', name, 'pg_isready', '-U', 'erp_admin', ...where]);
  return exit === 0;
}

async function userAt(port: number, password: string): Promise<string> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'erp_admin',
    password,
    database: 'erp_admin',
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ user: string }>('SELECT current_user AS user');
    return rows[0]?.user ?? '';
  } finally {
    await client.end();
  }
}
