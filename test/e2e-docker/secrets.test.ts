import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askDatabase, dockerMachine, erpDeployIn, programWords } from '../support/production/on-docker.ts';
import { programFolder } from '../support/program/erp-deploy.ts';
import { shellExamples } from '../support/program/shell-examples.ts';
import { sharedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

/** Script that prints the arguments of every process again and again until it is killed. */
const watch =
  'while :; do for f in /proc/[0-9]*/cmdline; do tr "\\0" " " < "$f"; echo; done 2>/dev/null; done';

describe('the secrets of a rollout on Docker', () => {
  let machine: Machine;
  let workspace: string;
  let said: string;
  let seen: string;
  let secrets: Readonly<Record<string, string>>;
  beforeAll(async () => {
    machine = await dockerMachine();
    workspace = sharedWorkspace();
    const watcher = machine.start(['sh', '-c', watch]);
    const ran = await machine.exec(programWords(['run', '--json', '--engine', 'docker', '--verbose']), {
      cwd: workspace,
    });
    watcher.signal('SIGTERM');
    said = ran.stdout + ran.stderr;
    seen = (await watcher.running).stdout;
    const lines = textOf(workspace, `${stack}/.env`).trim().split('\n');
    secrets = Object.fromEntries(lines.map((line) => line.split('=', 2)));
  });
  afterAll(() => machine.remove());

  const names = ['POSTGRES_PASSWORD', 'POSTGREST_JWT_SECRET', 'POSTGREST_DB_PASSWORD'];

  test('leave the log of the container, which is shown while it starts, readable', () => {
    const told = said
      .split('\n')
      .filter((line) => line.includes('"type":"output"') && line.includes('"2.1"'));
    expect(told.join('\n')).toContain('database system is ready to accept connections');
  });

  test('appear in no argument list during the rollout', () => {
    expect(seen).toMatch(/docker compose .* up /);
    for (const name of names) expect(seen, name).not.toContain(secrets[name]);
  });

  test('appear in no output and no stored file', async () => {
    const kept = await machine.run(['sh', '-c', 'cat .erp-deploy/journal.jsonl .erp-deploy/logs/*'], {
      cwd: workspace,
    });
    for (const name of names) expect(said + kept, name).not.toContain(secrets[name]);
  });

  test('appear in no log of a container', async () => {
    for (const container of ['postgres-erp', 'postgrest-erp']) {
      const { stdout, stderr } = await machine.exec(['docker', 'logs', container]);
      for (const name of names)
        expect(stdout + stderr, `${name} in ${container}`).not.toContain(secrets[name]);
    }
  });

  test.each([
    ['postgres-erp', ['POSTGRES_PASSWORD']],
    ['postgrest-erp', ['POSTGREST_JWT_SECRET', 'POSTGREST_DB_PASSWORD']],
  ])('appear in the configuration of %s only as far as it needs them', async (container, needed) => {
    const shown = await machine.docker('inspect', container);
    expect(names.filter((name) => shown.includes(secrets[name] ?? ''))).toEqual(needed);
  });

  test('sign tokens that the API accepts; requests without a token are refused', async () => {
    const { stdout: token } = await erpDeployIn(machine, workspace, ['token', '--ttl', '60s']);
    expect(await statusOf(`authorization: Bearer ${token.trim()}`)).toBe('200');
    expect(await statusOf('x-nothing: here')).toBe('401');
  });

  test('sign the tokens of the examples in the guide, which work as printed', async () => {
    const guide = textOf(workspace, 'docs/system/architecture/SERVICE_DATABASE_INTEGRATION.md');
    const [stranger = '', ...withToken] = shellExamples(guide, 'Over HTTP: PostgREST');
    expect(withToken).toHaveLength(2);
    await askDatabase(machine, "insert into erp.people (full_name) values ('Ada')");
    const how = { cwd: workspace, env: { PATH: `${programFolder()}:${process.env.PATH}` } };
    const refused = await machine.onNetwork(['bash', '-ec', stranger], how);
    expect(refused.stdout).toMatch(/^HTTP\/1\.1 401 /);
    const { exit, stdout } = await machine.onNetwork(['bash', '-ec', withToken.join('')], how);
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: expect.stringMatching(/^\[\{.*"full_name":"Ada"/),
    });
    expect(await askDatabase(machine, 'select plan_title from agent.plans')).toBe('Plan');
  });

  async function statusOf(header: string): Promise<string> {
    const port = await machine.forward(3000);
    const [name = '', value = ''] = header.split(': ', 2);
    const headers = { [name]: value, 'accept-profile': 'agent' };
    return `${(await fetch(`http://127.0.0.1:${port}/sessions`, { headers })).status}`;
  }
});
