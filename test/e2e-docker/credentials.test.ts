import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEnvFile } from '../../src/config/env-file.ts';
import { keysIn } from '../../src/config/jwt-keys.ts';
import { Secret } from '../../src/domain/secret.ts';
import { askDatabase, dockerMachine, erpDeployIn, rollOutIn } from '../support/production/on-docker.ts';
import { problemIn } from '../support/program/problems.ts';
import { put, sharedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

const names = ['POSTGRES_PASSWORD', 'POSTGREST_JWT_SECRET', 'POSTGREST_DB_PASSWORD'];

describe('credentials on Docker', () => {
  let machine: Machine;
  let workspace: string;
  beforeAll(async () => {
    machine = await dockerMachine();
    workspace = sharedWorkspace();
    expect(await rollOutIn(machine, workspace)).toMatchObject({ exit: 0, stderr: '' });
  });
  afterAll(() => machine.remove());

  const credentials = (...words: readonly string[]) =>
    erpDeployIn(machine, workspace, ['credentials', ...words, '--engine', 'docker']);
  const token = async () => (await erpDeployIn(machine, workspace, ['token'])).stdout.trim();

  function env(): ReadonlyMap<string, string> {
    const { entries, faults } = parseEnvFile(textOf(workspace, `${stack}/.env`), names);
    expect(faults).toEqual([]);
    return new Map(entries.map(({ key, value }) => [key, value?.reveal() ?? '']));
  }

  /** Returns the status of a request with a token. */
  async function statusWith(bearer: string): Promise<string> {
    const script = `const headers = { authorization: 'Bearer ${bearer}', 'accept-profile': 'erp' };
      console.log((await fetch('http://127.0.0.1:3000/people?limit=0', { headers })).status);`;
    const { stdout } = await machine.exec([process.execPath, '--input-type=module', '--eval', script]);
    return stdout.trim();
  }

  async function logsIn(user: string, password: string): Promise<boolean> {
    const host = (await machine.docker('inspect', '--format', '{{.Config.Hostname}}', 'postgres-erp')).trim();
    // Connects by the container's name, because the image accepts any password from 127.0.0.1.
    const psql = ['psql', '-h', host, '-U', user, '-d', 'portfolio', '-Atc', 'select 1'];
    const { exit } = await machine.exec([
      ...['docker', 'exec', '-e', `PGPASSWORD=${password}`, 'postgres-erp'],
      ...psql,
    ]);
    return exit === 0;
  }

  async function isUnchanged(): Promise<void> {
    const { exit, stdout } = await rollOutIn(machine, workspace);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^done: 0 done, \d+ unchanged, /m);
  }

  test('lists the users of a role, and changes nothing without separate approval', async () => {
    await askDatabase(machine, 'create database other');
    await machine.docker(
      ...['exec', 'postgres-erp', 'psql', '-U', 'erp_admin', '-d', 'other'],
      ...['-c', 'create table t (); grant select on t to erp_service'],
    );
    const before = textOf(workspace, `${stack}/.env`);
    const { exit, stdout, stderr } = await credentials('service');
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('No session uses erp_service now.');
    expect(stderr).toContain('use erp_service, with the same password: other.');
    expect(stderr).toContain('ERP-0850');
    expect((await credentials('postgrest')).stderr).toMatch(
      /\d+ sessions? of .* as erp_authenticator on portfolio/,
    );
    expect(textOf(workspace, `${stack}/.env`)).toBe(before);
    expect(
      await askDatabase(machine, "select rolpassword is null from pg_authid where rolname = 'erp_service'"),
    ).toBe('t');
  });

  test('sets the password of erp_service, and prints only it or writes it into a file', async () => {
    const { exit, stdout } = await credentials('service', '--force');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^[\w-]{43}\n$/);
    expect(await logsIn('erp_service', stdout.trim())).toBe(true);
    expect(await credentials('service', '--force', '--password-file', 'new.password')).toMatchObject({
      exit: 0,
      stdout: '',
    });
    const mode = await machine.exec(['stat', '-c', '%a', `${workspace}/new.password`]);
    expect(mode.stdout.trim()).toBe('600');
    expect(await logsIn('erp_service', textOf(workspace, 'new.password').trim())).toBe(true);
    expect(await logsIn('erp_service', stdout.trim()), 'the first password').toBe(false);
    const again = await credentials('service', '--force', '--password-file', 'new.password');
    expect({ exit: again.exit, code: problemIn(again.stderr).code }).toEqual({ exit: 2, code: 'ERP-0851' });
    expect([...env().keys()]).toEqual(names);
  });

  test('rotates the login of PostgREST: the API still answers, and a run has nothing to change', async () => {
    const before = env();
    expect(await credentials('postgrest', '--force')).toMatchObject({ exit: 0 });
    const after = env();
    expect(after.get('POSTGREST_DB_PASSWORD')).not.toBe(before.get('POSTGREST_DB_PASSWORD'));
    expect([...after.keys()]).toEqual(names);
    expect(await statusWith(await token())).toBe('200');
    expect(await logsIn('erp_authenticator', before.get('POSTGREST_DB_PASSWORD') ?? '')).toBe(false);
    expect((await erpDeployIn(machine, workspace, ['psql', 'select current_user'])).stdout).toContain(
      'erp_readonly',
    );
    await isUnchanged();
  });

  test('accepts tokens of both keys until the rotation is finished, and then only of the new one', async () => {
    const old = await token();
    expect(await credentials('jwt', '--force')).toMatchObject({ exit: 0 });
    const fresh = await token();
    expect([await statusWith(old), await statusWith(fresh)]).toEqual(['200', '200']);
    expect((await credentials()).stderr).toContain(
      'jwt: two keys are accepted until credentials jwt --finish',
    );
    await isUnchanged();
    expect(await credentials('jwt', '--finish', '--force')).toMatchObject({ exit: 0 });
    expect([await statusWith(old), await statusWith(fresh)]).toEqual(['401', '200']);
    const last = await token();
    expect(await credentials('jwt', '--compromised', '--force')).toMatchObject({ exit: 0 });
    expect([await statusWith(last), await statusWith(await token())]).toEqual(['401', '200']);
    expect([...env().keys()]).toEqual(names);
    expect(keysIn(new Secret(env().get('POSTGREST_JWT_SECRET') ?? ''))).toHaveLength(1);
    await isUnchanged();
  });

  test('resumes from .env a rotation that was interrupted before the database was changed', async () => {
    put(
      workspace,
      `${stack}/.env`,
      `${textOf(workspace, `${stack}/.env`)}POSTGREST_DB_PASSWORD_PENDING=from-before\n`,
    );
    expect((await credentials()).stderr).toContain('postgrest: a rotation was interrupted');
    const { exit, stderr } = await credentials('postgrest', '--force');
    expect(exit).toBe(0);
    expect(stderr).toContain('resuming an interrupted rotation: POSTGREST_DB_PASSWORD_PENDING is in .env');
    expect(env().get('POSTGREST_DB_PASSWORD')).toBe('from-before');
    expect(await logsIn('erp_authenticator', 'from-before')).toBe(true);
  });

  test('keeps no value in the journal, the log or the server log', async () => {
    const journal = textOf(workspace, '.erp-deploy/journal.jsonl');
    const log = await machine.docker('logs', 'postgres-erp');
    const password = textOf(workspace, 'new.password').trim();
    for (const secret of [...env().values(), password]) {
      expect(journal.includes(secret)).toBe(false);
      expect(log.includes(secret)).toBe(false);
    }
  });
});
