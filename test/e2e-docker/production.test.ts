import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { readonlyPassword } from '../../src/database/readonly.ts';
import { Secret } from '../../src/domain/secret.ts';
import { treeOf } from '../support/disk/tree.ts';
import { faultProxy } from '../support/production/fault-proxy.ts';
import { containersIn } from '../support/production/on-docker.ts';
import { type Operator, operator } from '../support/production/operator.ts';
import { problemIn } from '../support/program/problems.ts';
import { watchArguments } from '../support/program/process-arguments.ts';
import { shellExamples } from '../support/program/shell-examples.ts';
import {
  emptyWorkspace,
  migrations,
  put,
  sharedWorkspace,
  stack,
  textOf,
} from '../support/workspace/workspace.ts';

const folder = '/home/david/services/postgres-erp';
const guide = 'docs/system/architecture/SERVICE_DATABASE_INTEGRATION.md';
const overHttp = 'Over HTTP: PostgREST';

describe('a rollout to a production host', () => {
  let there: Operator;
  let workspace: string;
  /** Every command line of the production host during the first rollout. */
  let processes = '';
  beforeAll(async () => {
    there = await operator({ name: 'production', fresh: true });
    workspace = sharedWorkspace();
  });

  test('creates no .env there without separate approval, and names the flag', async () => {
    const doctor = await there.run(workspace, ['doctor', '--production-host', 'droplet']);
    expect(doctor.stdout).toMatch(
      /^ok +production host +droplet: its host key is known, and the login works$/m,
    );
    expect(doctor.stdout).toMatch(/^ok +Docker on the host +engine \S+, Compose v2 \(2\.\S+\)$/m);
    const { exit, stderr } = await there.rollOut(workspace);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0302' });
    expect(stderr).toContain('--create-env');
    expect(await onServer(`ls -A ${folder}`)).toBe('.erp-deploy');
  });

  test('results in a verified schema and a working API', async () => {
    const samples = there.server.machine.start(['sh', '-c', sampleProcesses]);
    const { exit, stdout, stderr } = await there.rollOut(workspace, ['--create-env']);
    await onServer('touch /tmp/enough');
    processes = (await samples.running).stdout;
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(
      /^production +3\.4 +validation +done +38 tables \(14 erp, 24 agent\), 34 foreign keys/m,
    );
    expect(stdout).toMatch(
      /^production +3\.5 +PostgREST +done +postgrest-erp healthy, both endpoints answer$/m,
    );
    expect(stdout).toMatch(
      /^cloudflare +3\.7 +verification +done +both containers healthy, the database reached/m,
    );
    expect(await there.ask('select count(*) from erp_deploy.migrations')).toBe('2');
    const journal = textOf(workspace, '.erp-deploy/journal.jsonl');
    expect(journal).toContain('"way":"forwarding"');
    expect(journal).toMatch(/"diskFreeMB":\d+.*"memoryMB":\d+,"memoryFreeMB":\d+/);
    expect(textOf(workspace, `${stack}/DEPLOYMENT_RECORD.md`)).toMatch(
      /Completed and verified \d{4}-\d\d-\d\dT/,
    );
  });

  test('is confirmed by validate', async () => {
    const { exit, stdout } = await there.run(workspace, ['validate', '--production-host', 'droplet']);
    expect(stdout).toContain('validating the database on droplet');
    expect(stdout).toContain('The database matches its migrations.');
    expect(exit).toBe(0);
  });

  test('has a log there, which the command logs prints', async () => {
    const { exit, stdout } = await there.run(workspace, ['logs', '--production-host', 'droplet']);
    expect(exit).toBe(0);
    expect(stdout).toContain('database system is ready to accept connections');
  });

  test('can be queried with psql over the same SSH connection, as a read-only role', async () => {
    const psql = (sql: string, ...more: readonly string[]) =>
      there.run(workspace, ['psql', sql, '--production-host', 'droplet', ...more]);
    const asked = await psql('select current_user, session_user, count(*) from erp.people');
    expect(asked).toMatchObject({ exit: 0, stderr: '' });
    expect(asked.stdout).toMatch(/^ erp_readonly \| erp_readonly \| +\d+$/m);
    const attempts = [
      "set transaction_read_only = off; insert into erp.people (full_name) values ('Eve')",
      "set default_transaction_read_only = off; update erp.people set full_name = 'Eve'",
      "reset role; insert into erp.people (full_name) values ('Eve')",
      'reset session authorization; delete from erp.people',
      'set role erp_api',
      'set role erp_admin',
      'create table erp.mine ()',
      'alter role erp_readonly superuser',
      'select rolpassword from pg_authid',
      "copy erp.people to program 'true'",
    ];
    for (const sql of attempts) {
      const { exit, stderr } = await psql(sql);
      expect(exit, sql).toBe(4);
      expect(stderr, sql).toMatch(/^ERROR: +(permission denied|must be)/m);
      expect(stderr).toContain('ERP-0143');
    }
    expect(await there.ask("select count(*) from erp.people where full_name = 'Eve'")).toBe('0');
    const refused = await psql('select 1', '--role', 'erp_admin');
    expect({ exit: refused.exit, code: problemIn(refused.stderr).code }).toEqual({
      exit: 2,
      code: 'ERP-0140',
    });
    const service = await psql('select current_user', '--role', 'erp_service', '--force');
    expect(service.stdout).toMatch(/^ erp_service$/m);
    const admin = await psql(
      'create table erp.later (); drop table erp.later',
      '--role',
      'erp_admin',
      '--force',
    );
    expect(admin).toMatchObject({ exit: 0, stderr: '' });
  });

  test('shows no password in an argument list while psql runs', async () => {
    const running = there.start(workspace, ['psql', 'select pg_sleep(1)', '--production-host', 'droplet']);
    const watch = watchArguments(running.pid ?? 0);
    expect(await running).toMatchObject({ exitCode: 0 });
    const seen = watch.seen();
    expect(seen).toContain('psql --no-password --no-psqlrc');
    const own = await psqlPassword();
    for (const secret of [own, ...(await secretsThere())]) expect(seen.includes(secret)).toBe(false);
  });

  test('copies neither data/ nor .env: the production host generates its own secrets, with mode 0600', async () => {
    const [here, remote] = [textOf(workspace, `${stack}/.env`), await onServer(`cat ${folder}/.env`)];
    expect(remote.match(/^\w+=/gm)).toEqual(here.match(/^\w+=/gm));
    for (const [secret] of here.matchAll(/(?<==).+$/gm)) expect(remote).not.toContain(secret);
    expect(await onServer(`stat -c '%a %U' ${folder}/.env`)).toBe('600 david');
  });

  test('accepts a token that was signed for it, and none of the local API; the command names the target of the token', async () => {
    const local = await there.run(workspace, ['token', '--ttl', '60s']);
    const words = ['token', '--ttl', '60s', '--production-host', 'droplet'];
    const own = await there.run(workspace, words);
    expect(local.stderr).toContain('role erp_api, for the local API (127.0.0.1:3000 on this machine;');
    expect(own.stderr).toContain('role erp_api, for the API of droplet, valid for 60s');
    const port = await there.server.machine.forward(3000);
    const statusWith = async ({ stdout }: typeof own) => {
      const headers = { authorization: `Bearer ${stdout.trim()}`, 'accept-profile': 'erp' };
      return (await fetch(`http://127.0.0.1:${port}/people?limit=0`, { headers })).status;
    };
    expect([await statusWith(own), await statusWith(local)]).toEqual([200, 401]);
    const [key = ''] = (await onServer(`cat ${folder}/.env`)).match(/(?<=^POSTGREST_JWT_SECRET=).+$/m) ?? [];
    expect(key).not.toBe('');
    expect(own.stdout + own.stderr).not.toContain(key);
  });

  test('writes a guide whose examples of the API work as printed', async () => {
    const [stranger = '', signs = '', asks = '', ...more] = shellExamples(textOf(workspace, guide), overHttp);
    expect(more, 'no public name was seen to answer').toEqual([]);
    const { machine } = there.server;
    await there.ask("insert into erp.people (full_name) values ('Ada')");
    const refused = await machine.onNetwork(['bash', '-ec', stranger]);
    expect(refused.stdout).toMatch(/^HTTP\/1\.1 401 /);
    const token = await there.shell(workspace, `${signs}echo "$TOKEN"`);
    const asked = (TOKEN: string) => machine.onNetwork(['bash', '-ec', asks], { env: { TOKEN } });
    expect(await asked('none')).toMatchObject({ exit: 22, stdout: expect.not.stringContaining('Ada') });
    expect(await asked(token.trim())).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^\[\{.*"full_name":"Ada"/),
    });
    expect(await there.ask('select plan_title from agent.plans')).toBe('Plan');
    await there.ask('delete from erp.people; delete from agent.plans');
  });

  test('changes no file, no container and no row when it is repeated, and uses one connection', async () => {
    const before = await everything();
    const link = await faultProxy(there.server.port);
    const ssh = [`Port ${link.port}`, `HostKeyAlias [127.0.0.1]:${there.server.port}`];
    const { exit, stdout, stderr } = await (await operator({ name: 'production', ssh })).rollOut(workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^done: 0 done, \d+ unchanged, /m);
    expect(await everything()).toEqual(before);
    expect(link.connections).toBe(1);
  });

  test('releases the lock, and leaves no secret in an argument list, a log or the journal', async () => {
    expect(await onServer(`ls ${folder}/.erp-deploy`)).not.toMatch(/^lock$/m);
    const secrets = [...(await onServer(`cat ${folder}/.env`)).matchAll(/(?<==).+$/gm)].map(
      ([secret]) => secret,
    );
    const here = await everyText(workspace, '.erp-deploy');
    const remote = await onServer(everyOtherText);
    expect(processes).toMatch(/docker compose .* up --detach postgrest-erp/);
    expect(secrets).toHaveLength(3);
    for (const secret of secrets) {
      for (const text of [processes, here, remote]) expect(text.includes(secret)).toBe(false);
    }
  });

  test('needs approval to migrate a database with rows, ends a leftover session, and dumps the database first', async () => {
    await there.ask("insert into erp.people (full_name) values ('Ada')");
    put(workspace, `${migrations}/100_nick.sql`, 'alter table erp.people add column nick text;\n');
    const refused = await there.rollOut(workspace);
    expect({ exit: refused.exit, code: problemIn(refused.stderr).code }).toEqual({
      exit: 2,
      code: 'ERP-0302',
    });
    expect(refused.stderr).toContain('--allow-populated');

    const left = await leaveSession();
    const words = [
      'plan',
      '--production-host',
      'droplet',
      '--phase',
      'production',
      '--without-local-test',
      'a look',
    ];
    const { stdout } = await there.run(workspace, words);
    expect(stdout).toMatch(
      /end session \d+ on the production database, which an earlier rollout left behind/,
    );
    const done = await there.rollOut(workspace, ['--allow-populated']);
    expect(done).toMatchObject({ exit: 0, stderr: '' });
    expect((await left.running).exitCode, 'it was ended').not.toBe(0);
    expect(await there.ask('select full_name, nick is null from erp.people')).toBe('Ada|t');
    const dumps = await onServer(`ls -l ${folder}/.erp-deploy/dumps`);
    expect(dumps).toMatch(/^-rw------- .* david .*\.dump$/m);
    expect(dumps).toMatch(/^-rw------- .* david .*\.roles\.sql$/m);
  });

  test('does not deploy files that have not passed a local test', async () => {
    put(workspace, `${migrations}/101_more.sql`, 'alter table erp.people add column more text;\n');
    const { exit, stderr } = await there.rollOut(workspace, ['--phase', 'production', '--allow-populated']);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0301' });
    expect(stderr).toContain('--without-local-test');
    const flags = [
      '--phase',
      'production',
      '--allow-populated',
      '--without-local-test',
      'the embedded engine is broken',
    ];
    expect(await there.rollOut(workspace, flags)).toMatchObject({ exit: 0, stderr: '' });
  });

  test('shows a file that a user changed there, and replaces it only with approval', async () => {
    await onServer(`echo '# by hand' >>${folder}/docker-compose.yml`);
    const doctor = await there.run(workspace, ['doctor', '--production-host', 'droplet']);
    expect(doctor.stdout).toMatch(
      /^ok +production host +droplet: its host key is known, and the login works$/m,
    );
    expect(doctor.stdout).toMatch(/^ok +Docker on the host +engine \S+, Compose v2 \(2\.\S+\)$/m);
    const { exit, stderr } = await there.rollOut(workspace);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0302' });
    expect(stderr).toContain('--overwrite docker-compose.yml');
    expect(await onServer(`tail -1 ${folder}/docker-compose.yml`)).toBe('# by hand');
    expect(await there.rollOut(workspace, ['--overwrite', 'docker-compose.yml'])).toMatchObject({ exit: 0 });
    expect(await onServer(`tail -1 ${folder}/docker-compose.yml`)).not.toBe('# by hand');
  });

  test('rehearses a file on the production server, and leaves nothing behind if its major version rejects it', async () => {
    put(
      workspace,
      `${migrations}/102_key.sql`,
      'alter table erp.people add column key uuid default uuidv7();\n',
    );
    const { exit, stderr } = await there.rollOut(workspace, ['--allow-populated']);
    const { code, what } = problemIn(stderr);
    expect({ exit, code }).toEqual({ exit: 4, code: 'ERP-0546' });
    expect(what).toContain('102_key.sql, line 1: function uuidv7() does not exist');
    expect(await there.ask("select count(*) from pg_database where datname like 'erp_deploy%'")).toBe('0');
    expect(await there.ask('select max(name) from erp_deploy.migrations')).toBe('101_more.sql');
  });

  /** Returns the values of the .env on the production host. */
  async function secretsThere(): Promise<readonly string[]> {
    return [...(await onServer(`cat ${folder}/.env`)).matchAll(/(?<==).+$/gm)].map(([secret]) => secret);
  }

  async function psqlPassword(): Promise<string> {
    return readonlyPassword(new Secret((await secretsThere())[2] ?? '')).reveal();
  }

  /** Opens a session like one that a frozen link leaves: in a transaction, with locks. */
  async function leaveSession() {
    const held = 'begin; lock table erp.people; select pg_sleep(300)';
    const psql = ['env', 'PGAPPNAME=erp-deploy', 'psql', '-U', 'erp_admin', '-d', 'portfolio', '-c', held];
    const left = there.server.machine.start(['docker', 'exec', 'postgres-erp', ...psql]);
    const asleep = "select exists (select from pg_stat_activity where wait_event = 'PgSleep')";
    await vi.waitFor(async () => expect(await there.ask(asleep)).toBe('t'), { timeout: 60_000 });
    return left;
  }

  async function onServer(script: string): Promise<string> {
    return (await there.server.machine.run(['sh', '-c', script])).trim();
  }

  async function everything() {
    const { machine } = there.server;
    return {
      here: treeOf(workspace).filter((line) => !line.startsWith('.erp-deploy')),
      there: await onServer(
        `cd ${folder} && find . -path ./data -prune -o -path ./.erp-deploy -prune -o -printf '%p %m %T@\\n' | sort`,
      ),
      containers: await containersIn(machine),
      rows: await there.ask('select count(*) from erp.people'),
    };
  }
});

const sampleProcesses = 'while [ ! -e /tmp/enough ]; do ps -ww -eo args; sleep 0.03; done';

/**
 * Everything stored on the production host besides .env and the database: history, logs, the lock, dumps. Excludes the
 * environment of health check commands, which Docker writes for a moment, readable only by root.
 */
const everyOtherText =
  'find /home/david /var/log /tmp -type f -not -name .env -not -name "runc-process*" -not -path "*/data/*" -exec cat {} +';

/** Returns the texts of all files in a folder as one text. */
async function everyText(workspace: string, below: string): Promise<string> {
  const entries = readdirSync(join(workspace, below), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n');
}

describe('a production host whose host key is unknown', () => {
  test('is refused with its fingerprint, and accepted with the flag that names the fingerprint', async () => {
    const empty = emptyWorkspace({ known: '' });
    const stranger = await operator({ name: 'production', known: `${empty}/known` });
    const workspace = emptyWorkspace();
    const { exit, stderr } = await stranger.rollOut(workspace, ['--create-env']);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0704' });
    const fingerprint = /SHA256:[\w+/]{43}/.exec(stderr)?.[0] ?? '';
    const wrong = await stranger.run(workspace, [
      'unlock',
      '--production-host',
      'droplet',
      '--host-key-fingerprint',
      `SHA256:${'A'.repeat(43)}`,
    ]);
    expect(wrong.exit).toBe(2);
    const right = await stranger.run(workspace, [
      'unlock',
      '--production-host',
      'droplet',
      '--host-key-fingerprint',
      fingerprint,
    ]);
    expect(right).toMatchObject({ exit: 0, stderr: '' });
  });
});
