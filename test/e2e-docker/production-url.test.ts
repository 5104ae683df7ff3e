import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { startPooler } from '../support/database/pooler.ts';
import { treeOf } from '../support/disk/tree.ts';
import { type ManagedServer, managedServer } from '../support/production/on-server.ts';
import { erpDeploy } from '../support/program/erp-deploy.ts';
import { problemIn } from '../support/program/problems.ts';
import { startWebhook, type Webhook } from '../support/program/webhook.ts';
import {
  copyOf,
  finishedWorkspace,
  migrations,
  put,
  sharedWorkspace,
  stack,
  textOf,
} from '../support/workspace/workspace.ts';

const watched = ({ url }: Webhook) => ({ env: { ERP_DEPLOY_NOTIFY_ROLLOUT_URL: url } });

describe('a rollout to a database URL', () => {
  let there: ManagedServer;
  let workspace: string;
  beforeAll(async () => {
    there = await managedServer();
    workspace = sharedWorkspace();
  });
  afterAll(() => there.machine.remove());

  test('brings an empty database to a verified schema, and skips the container steps with the reason', async () => {
    const webhook = await startWebhook(200);
    const { exit, stdout, stderr } = await there.rollOut(workspace, [], watched(webhook));
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(
      /^production +3\.1 +pre-deployment +done +PostgreSQL 17\.\d+ at 127\.0\.0\.1:\d+\/portfolio/m,
    );
    for (const step of ['3\\.2 +container', '3\\.5 +PostgREST']) {
      expect(stdout).toMatch(new RegExp(`^production +${step} +skipped +production is a database URL`, 'm'));
    }
    expect(stdout).toMatch(
      /^production +3\.4 +validation +done +38 tables \(14 erp, 24 agent\), 34 foreign keys/m,
    );
    expect(await there.ask('select string_agg(name, $$ $$ order by name) from erp_deploy.migrations')).toBe(
      '001_erp_schema.sql 002_agent_schema.sql',
    );
    const texts = webhook.messages.map((message) => JSON.parse(message).text);
    expect(texts).toEqual([
      expect.stringMatching(/: the rollout to 127\.0\.0\.1:\d+\/portfolio started \(/),
      expect.stringMatching(/: the rollout to 127\.0\.0\.1:\d+\/portfolio succeeded \(/),
    ]);
    expect(stdout + stderr).not.toContain(webhook.secret);
  });

  test('writes the record and the documents from that database, without its user and password', async () => {
    const place = there.url.replace(/^.*@/, '');
    expect(textOf(workspace, `${stack}/DEPLOYMENT_RECORD.md`)).toContain(`On \`${place}\`. Completed`);
    expect(textOf(workspace, 'SERVICE_INVENTORY.md')).toContain(
      'the live catalog of the production database',
    );
    expect(textOf(workspace, 'SERVICE_INVENTORY.md')).toContain('Production: deployed');
    const guide = textOf(workspace, 'docs/system/architecture/SERVICE_DATABASE_INTEGRATION.md');
    expect(guide).toContain(`the production database \`${place}\``);
    expect(guide).toContain(`psql -h 127.0.0.1 -p ${there.port} -d portfolio`);
    expect(guide).not.toContain('docker exec');
    expect(guide).not.toContain(there.user);
  });

  test('is completed without the local test database', async () => {
    const elsewhere = copyOf(workspace);
    rmSync(join(elsewhere, '.erp-deploy/embedded'), { recursive: true });
    const words = ['run', '--non-interactive', '--engine', 'embedded', '--phase', 'finalize'];
    expect(await there.run(elsewhere, words)).toMatchObject({ exit: 0, stderr: '' });
  });

  test('changes no file and no row when it is repeated', async () => {
    const everything = async () => ({
      here: treeOf(workspace).filter((line) => !line.startsWith('.erp-deploy')),
      ledger: await there.ask('select * from erp_deploy.migrations order by name'),
    });
    const before = await everything();
    const webhook = await startWebhook(200);
    const { exit, stdout } = await there.rollOut(workspace, [], watched(webhook));
    expect(webhook.messages, 'nothing was changed').toEqual([]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^done: 0 done, \d+ unchanged, /m);
    expect(await everything()).toEqual(before);
  });

  test('is confirmed by status and validate', async () => {
    const status = await there.run(workspace, ['status']);
    expect(status.stdout).toMatch(/^production +3\.4 +validation +done /m);
    expect(status.exit).toBe(0);
    expect(await there.run(workspace, ['validate'])).toMatchObject({ exit: 0, stderr: '' });
  });

  test('is monitored: a scheduled status prints and posts only when something changes', async () => {
    const webhook = await startWebhook(200);
    const look = () => there.run(workspace, ['status', '--quiet', '--notify-on-change'], watched(webhook));
    expect(await look()).toMatchObject({ exit: 0, stdout: '', stderr: '' });
    await there.ask('drop index agent.blocks_vector_key_idx');
    const drifted = await look();
    expect({ exit: drifted.exit, stderr: drifted.stderr }).toEqual({ exit: 5, stderr: '' });
    expect(drifted.stdout).toMatch(/^warning: 3\.4 validation has drifted: .*\n$/);
    expect(await look()).toMatchObject({ exit: 5, stdout: '', stderr: '' });
    await there.ask('create index blocks_vector_key_idx on agent.blocks (vector_key)');
    const again = await look();
    expect(again).toMatchObject({ exit: 0, stderr: '' });
    expect(again.stdout).toBe(drifted.stdout.replace('warning:', 'info: no longer:'));
    const texts = webhook.messages.map((message) => JSON.parse(message).text);
    expect(texts).toEqual([
      expect.stringContaining('\n- 3.4 validation has drifted: '),
      expect.stringContaining('\n- no longer: 3.4 validation has drifted: '),
    ]);
  });

  test('is drawn by a report that names it; otherwise the report gives the reason why it draws the local database', async () => {
    expect(await there.run(workspace, ['report'])).toMatchObject({ exit: 0, stderr: '' });
    const page = () => textOf(workspace, '.erp-deploy/report.html');
    expect(page()).toContain('Schema of the production database.');
    expect(page()).toContain('<h3>Production</h3>');
    expect(page().match(/<g class="table">/g)).toHaveLength(38);
    expect(await erpDeploy(workspace, ['report'])).toMatchObject({ exit: 0, stderr: '' });
    expect(page()).toMatch(
      /Production was validated, but it is not configured now[\s\S]*Schema of the embedded/,
    );
  });

  test('with rows requires a pg_dump that is not older than the server, before anything is changed', async () => {
    await there.ask("insert into erp.people (full_name) values ('Ada')");
    put(workspace, `${migrations}/100_nick.sql`, 'alter table erp.people add column nick text;\n');
    const old = sharedWorkspace();
    writeFileSync(join(old, 'pg_dump'), "#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.9'\n", { mode: 0o755 });
    const path = `${old}:${process.env.PATH}`;
    const words = ['run', '--non-interactive', '--allow-populated'];
    const { exit, stderr } = await there.run(workspace, words, { path });
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0685' });
    expect(problemIn(stderr).what).toContain(
      'pg_dump on this machine has version 15, and the server has version 17',
    );
    expect(await there.ask('select count(*) from erp_deploy.migrations')).toBe('2');
  });

  test('with rows needs approval, and dumps the database with its roles to this machine before the migration', async () => {
    const webhook = await startWebhook(200);
    const refused = await there.rollOut(workspace, [], watched(webhook));
    expect(webhook.messages.join()).toMatch(/ failed in step 3\.3 \(exit 2\): ERP-0302 /);
    expect({ exit: refused.exit, code: problemIn(refused.stderr).code }).toEqual({
      exit: 2,
      code: 'ERP-0302',
    });
    expect(refused.stderr).toContain('--allow-populated');

    expect(await there.rollOut(workspace, ['--allow-populated'])).toMatchObject({ exit: 0, stderr: '' });
    expect(await there.ask('select full_name, nick is null from erp.people')).toBe('Ada|t');
    const folder = dumpFolder(workspace);
    expect(readdirSync(folder)).toEqual([
      expect.stringMatching(/^\d{8}T\d{6}Z\.dump$/),
      expect.stringMatching(/^\d{8}T\d{6}Z\.roles\.sql$/),
    ]);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('restore lists the dumps, and restores nothing without separate approval', async () => {
    const listed = await there.run(workspace, ['restore']);
    expect(listed).toMatchObject({ exit: 0, stderr: '' });
    expect(listed.stdout).toMatch(/^info: \d{8}T\d{6}Z\.dump +\d+ kB$/m);
    const { exit, stdout, stderr } = await there.run(workspace, ['restore', dumpsIn(workspace)[0] ?? '']);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0694' });
    expect(stdout).toMatch(
      /the last migration is 100_nick\.sql; 1 tables contain rows \(such as erp\.people\)/,
    );
    expect(await there.ask('select full_name from erp.people')).toBe('Ada');
  });

  test('restore refuses a file that is no dump, truncated, of another database, or missing', async () => {
    const [good = ''] = dumpsIn(workspace);
    const whole = readFileSync(join(dumpFolder(workspace), good));
    const other = await there.machine.docker('exec', 'managed', 'sh', '-c', otherDump);
    const bad = {
      'text.dump': Buffer.from('select 1;'),
      'cut.dump': whole.subarray(0, whole.length - 200),
      'other.dump': Buffer.from(other, 'base64'),
    };
    for (const [name, bytes] of Object.entries(bad)) writeFileSync(join(dumpFolder(workspace), name), bytes);
    const codes = { text: 'ERP-0691', cut: 'ERP-0691', other: 'ERP-0692', nowhere: 'ERP-0690' };
    for (const [name, code] of Object.entries(codes)) {
      const { stderr } = await there.run(workspace, ['restore', name, '--force']);
      expect(problemIn(stderr), name).toMatchObject({ code });
    }
    for (const name of Object.keys(bad)) rmSync(join(dumpFolder(workspace), name));
    expect(await there.ask('select full_name from erp.people')).toBe('Ada');
  });

  test('restore does not drop objects of others that depend on the tables', async () => {
    await there.ask('create view public.theirs as select full_name from erp.people');
    const { exit, stderr } = await there.run(workspace, ['restore', dumpsIn(workspace)[0] ?? '', '--force']);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0693' });
    expect(problemIn(stderr).excerpt).toEqual(['view theirs']);
    await there.ask('drop view public.theirs');
  });

  test('a killed restore leaves the database unchanged', async () => {
    const holder =
      "select pid from pg_stat_activity where query like 'begin; lock%' and pid <> pg_backend_pid()";
    // The run is ended below with an error. The handler is attached here, so that the rejection is never unhandled.
    const holding = Promise.allSettled([
      there.ask('begin; lock table erp.tasks in access share mode; select pg_sleep(120)'),
    ]);
    await expect.poll(() => there.ask(`select count(*) from (${holder}) h`)).toBe('1');
    const restoring = there.start(workspace, ['restore', dumpsIn(workspace)[0] ?? '', '--force']);
    const dropping = "select pid from pg_locks where relation = 'erp.tasks'::regclass and not granted";
    await expect.poll(() => there.ask(`select count(*) from (${dropping}) d`), { timeout: 60_000 }).toBe('1');
    restoring.kill('SIGKILL');
    await there.ask(`select pg_terminate_backend(pid) from (${dropping}) d`);
    await there.ask(`select pg_terminate_backend(pid) from (${holder}) h`);
    await Promise.allSettled([restoring]);
    await holding;
    expect(await there.ask('select full_name, nick is null from erp.people')).toBe('Ada|t');
    expect(await there.ask('select count(*) from erp_deploy.migrations')).toBe('3');
  });

  test('restore brings the dumped database back in one transaction, and validates it', async () => {
    await there.ask(
      "insert into erp.people (full_name) values ('Bob'); create table erp.later (of bigint references erp.people (id))",
    );
    const oldest = dumpsIn(workspace)[0] ?? '';
    const { exit, stdout, stderr } = await there.run(workspace, ['restore', oldest, '--force']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('The database matches its migrations.');
    expect(stdout).toContain('No longer applied: 100_nick.sql.');
    expect(await there.ask("select string_agg(full_name, ',') from erp.people")).toBe('Ada');
    expect(await there.ask("select to_regclass('erp.later') is null")).toBe('t');
    expect(await there.ask('select count(*) from erp_deploy.migrations')).toBe('2');
    expect(dumpsIn(workspace).length, 'what was there before is kept too').toBeGreaterThan(1);
    expect(dumpsIn(workspace)).toContain(oldest);
    expect(await there.rollOut(workspace, ['--allow-populated'])).toMatchObject({ exit: 0, stderr: '' });
  });

  test('works through a pooler in transaction mode, except for the dump', async () => {
    await there.ask('create database pooled');
    const { port, user, password } = there;
    const pooler = await startPooler({ config: { host: '127.0.0.1', port, user, password } });
    const pooled = await finishedWorkspace();
    const url = `postgres://${user}@127.0.0.1:${pooler.config.port}/pooled`;
    const roll = (...flags: readonly string[]) =>
      there.run(pooled, ['run', '--non-interactive', '--phase', 'production', ...flags], { url });
    expect(await roll()).toMatchObject({ exit: 0, stderr: '' });
    expect((await roll()).stdout).toMatch(/^done: 0 done, \d+ unchanged, /m);
    const session = await openPostgres({ ...pooler.config, database: 'pooled' });
    await session.script("insert into erp.people (full_name) values ('Ada')");
    await session.close();
    put(pooled, `${migrations}/100_nick.sql`, 'alter table erp.people add column nick text;\n');
    const { exit, stderr } = await roll('--allow-populated', '--without-local-test', 'the pooler is tested');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0686' });
    await pooler.stop();
  });

  test('by a role that may not create roles prints the SQL for the administrator, and continues after it was run', async () => {
    // Roles belong to the whole server, so the roles of earlier rollouts are renamed.
    const aside = await there.ask(
      "select coalesce(string_agg(format('alter role %I rename to %I', rolname, 'aside_' || rolname), ';'), 'select 1') from pg_roles where rolname ~ '^erp_'",
    );
    await there.ask(aside);
    await there.ask(`create role modest login password '${there.password}'`);
    await there.ask('create database modest owner modest');
    const own = await finishedWorkspace();
    const url = `postgres://modest@127.0.0.1:${there.port}/modest`;
    const roll = () => there.run(own, ['run', '--non-interactive', '--phase', 'production'], { url });
    const refused = await roll();
    const { code, excerpt } = problemIn(refused.stderr);
    expect({ exit: refused.exit, code }).toEqual({ exit: 3, code: 'ERP-0684' });
    expect(excerpt.join('\n')).toMatch(/create role erp_anon/i);
    const psql = [
      'psql',
      '-U',
      there.user,
      '-d',
      'modest',
      '-v',
      'ON_ERROR_STOP=1',
      '-c',
      excerpt.join('\n'),
    ];
    await there.machine.docker('exec', 'managed', ...psql);
    expect(await roll()).toMatchObject({ exit: 0, stderr: '' });
    await there.ask('alter role modest set default_transaction_read_only to on');
    const { exit, stderr } = await roll();
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0681' });
  });

  test('writes the password into no file of the workspace', () => {
    const files = readdirSync(workspace, { recursive: true, encoding: 'utf8' })
      .map((name) => join(workspace, name))
      .filter((path) => statSync(path).isFile());
    const forms = [
      there.password,
      encodeURIComponent(there.password),
      JSON.stringify(there.password).slice(1, -1),
    ];
    for (const path of files) {
      const text = readFileSync(path, 'latin1');
      for (const form of forms) expect(text.includes(form), path).toBe(false);
    }
  });

  const otherDump = 'pg_dump -U keeper --format=custom postgres | base64';

  function dumpFolder(of: string): string {
    return join(of, '.erp-deploy/dumps', there.url.replace(/^.*@/, '').replaceAll(/[:/]/g, '_'));
  }

  /** Returns the dumps, the oldest first. */
  function dumpsIn(of: string): readonly string[] {
    return readdirSync(dumpFolder(of)).filter((name) => name.endsWith('.dump'));
  }
});
