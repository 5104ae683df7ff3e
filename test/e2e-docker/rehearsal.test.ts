import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startPooler } from '../support/database/pooler.ts';
import { type ManagedServer, managedServer } from '../support/production/on-server.ts';
import { rollOut as localRollOut } from '../support/program/erp-deploy.ts';
import { problemIn } from '../support/program/problems.ts';
import {
  copyOf,
  emptyWorkspace,
  migrations,
  sharedWorkspace,
  textOf,
} from '../support/workspace/workspace.ts';

describe('a migration that PostgreSQL 18 supports, but PostgreSQL 17 of production does not', () => {
  let there: ManagedServer;
  let tested: string;
  beforeAll(async () => {
    there = await managedServer();
    tested = await locallyTested(sharedWorkspace, {
      [`${migrations}/100_key.sql`]:
        'create table erp.tagged (id bigint);\nalter table erp.tagged add column key uuid default uuidv7();\n',
    });
  });
  afterAll(() => there.machine.remove());

  const rollOut = (workspace: string, ...flags: readonly string[]) =>
    there.run(workspace, ['run', '--non-interactive', '--phase', 'production', ...flags]);
  /** A workspace whose files passed the local test on the embedded engine. */
  async function locallyTested(make: typeof emptyWorkspace, files: Readonly<Record<string, string>>) {
    const workspace = make(files);
    expect(await localRollOut(workspace, ['--engine', 'embedded'])).toMatchObject({ exit: 0 });
    return workspace;
  }
  const leftThere = () =>
    there.ask(
      `select coalesce(string_agg(name, ' ' order by name), '') from (
         select datname::text from pg_database where datname like 'erp_deploy%'
         union all select rolname from pg_roles where rolname like 'erp%'
         union all select nspname from pg_namespace where nspname in ('erp', 'agent', 'erp_deploy')) found (name)`,
    );

  test('is shown in the plan with a rehearsal, which the plan does not run', async () => {
    const { exit, stdout } = await there.run(tested, ['plan', '--phase', 'production', '--verbose']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(
      /rehearse 3 migrations in the scratch database erp_deploy_rehearsal_\w{16} on the production server \(PostgreSQL 17; the local test ran on 18\)/,
    );
    expect(stdout).toContain('proves their syntax and the resulting schema, not what they do to rows');
    expect(await leftThere()).toBe('');
  });

  test('fails in the rehearsal with its file and line, and production is unchanged', async () => {
    const { exit, stderr } = await rollOut(tested);
    const { code, what, todo } = problemIn(stderr);
    expect({ exit, code }).toEqual({ exit: 4, code: 'ERP-0546' });
    expect(what).toContain('(PostgreSQL 17) failed: 100_key.sql, line 2: function uuidv7() does not exist');
    expect(todo.join('\n')).toContain('--without-rehearsal REASON');
    expect(await leftThere()).toBe('');
  });

  test('is applied without a rehearsal only with a reason, which the journal keeps', async () => {
    const workspace = copyOf(tested);
    const { exit, stderr } = await rollOut(workspace, '--without-rehearsal', 'the server is upgraded today');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0510' });
    expect(textOf(workspace, '.erp-deploy/journal.jsonl')).toContain(
      '--without-rehearsal the server is upgraded today',
    );
    expect(await there.ask('select max(name) from erp_deploy.migrations')).toBe('002_agent_schema.sql');
  });

  test('is rehearsed and applied after it was changed; the plan names what the rehearsal leaves out', async () => {
    const workspace = await locallyTested(emptyWorkspace, {
      [`${migrations}/100_key.sql`]:
        'create table erp.tagged (id bigint, key uuid default gen_random_uuid());\n',
      [`${migrations}/101_reader.sql`]: '\ncreate role reporting nologin;\n',
    });
    const plan = await there.run(workspace, ['plan', '--phase', 'production', '--verbose']);
    expect(plan.stdout).toContain('not rehearsed: 101_reader.sql, line 2: create role reporting nologin');
    expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
    expect(await there.ask('select max(name) from erp_deploy.migrations')).toBe('101_reader.sql');
    expect(await leftThere()).not.toContain('rehearsal');
  });

  test('has the leftovers of a killed rehearsal removed by the next run', async () => {
    await there.ask('create database slow');
    const url = there.url.replace(/portfolio$/, 'slow');
    const workspace = await locallyTested(emptyWorkspace, {
      [`${migrations}/100_slow.sql`]: 'create table erp.slow (id int);\nselect pg_sleep(3);\n',
    });
    const words = ['run', '--non-interactive', '--phase', 'production'];
    const running = there.start(workspace, words, url);
    const sleeps =
      "select count(*) from pg_stat_activity where query like '%pg_sleep(3)%' and datname like 'erp_deploy%'";
    await vi.waitFor(async () => expect(await there.ask(sleeps)).toBe('1'), {
      timeout: 120_000,
      interval: 50,
    });
    running.kill('SIGKILL');
    await running;
    expect(await leftThere()).toContain('erp_deploy_rehearsal_');
    const ended = "select count(*) from pg_stat_activity where datname like 'erp_deploy%'";
    await vi.waitFor(async () => expect(await there.ask(ended)).toBe('0'), {
      timeout: 120_000,
      interval: 200,
    });
    expect(await there.run(workspace, words, { url })).toMatchObject({ exit: 0, stderr: '' });
    expect(await leftThere()).not.toContain('rehearsal');
  });

  test('cannot be rehearsed through a pooler, or by a role without CREATEDB, and each is named', async () => {
    const { port, user, password } = there;
    const pooler = await startPooler({ config: { host: '127.0.0.1', port, user, password } });
    await there.ask('create database pooled');
    const pooled = await rollOutTo(`postgres://${user}@127.0.0.1:${pooler.config.port}/pooled`);
    await pooler.stop();
    expect(pooled).toMatchObject({ exit: 3, code: 'ERP-0549', what: expect.stringContaining('pooler') });
    await there.ask(`create role modest login createrole password '${password}'`);
    await there.ask('create database modest owner modest');
    const psql = ['psql', '-U', user, '-d', 'modest', '-c', 'create extension vector'];
    await there.machine.docker('exec', 'managed', ...psql);
    const modest = await rollOutTo(`postgres://modest@127.0.0.1:${port}/modest`);
    expect(modest).toMatchObject({
      exit: 3,
      code: 'ERP-0549',
      what: expect.stringContaining('create a database'),
    });
  });

  async function rollOutTo(url: string) {
    const words = ['run', '--non-interactive', '--phase', 'production'];
    await there.run(await locallyTested(emptyWorkspace, {}), words, { url });
    const { exit, stderr } = await there.run(copyOf(tested), words, { url });
    const { code, what } = problemIn(stderr);
    return { exit, code, what };
  }
});
