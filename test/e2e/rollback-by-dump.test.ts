import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksumOf } from '../../src/database/checksum.ts';
import { notes, type PopulatedServer, populatedServer } from '../support/production/populated-server.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { migrations, put, sharedFinishedWorkspace } from '../support/workspace/workspace.ts';

const later = `alter table erp.notes add column author text default 'unknown';
create table erp.later (id int primary key);
`;

describe('a rollback of migrations of a production database that contains rows', () => {
  let production: PopulatedServer;
  let workspace: string;
  beforeAll(async () => {
    production = await populatedServer();
    workspace = await sharedFinishedWorkspace();
    put(workspace, `${migrations}/${notes.name}`, notes.text);
    put(workspace, `${migrations}/101_later.sql`, later);
    expect((await rollOut(workspace, ['--only', '2.2', '2.3'])).exit).toBe(0);
    const { exit, stderr } = await inProduction('run', '--non-interactive', '--allow-populated');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.not.stringContaining('ERP-') });
    await production.ask("insert into erp.notes (title) values ('since 1'), ('since 2')");
    await production.ask("update erp.tags set tag = 'changed' where id = 1");
    await production.ask('delete from erp.tags where id = 2');
    await production.ask('insert into erp.later values (1)');
  });
  afterAll(() => production.stop());

  const inProduction = (...words: readonly string[]) =>
    erpDeploy(workspace, [
      ...words,
      '--engine',
      'embedded',
      '--only',
      '3.3',
      '--database-url',
      production.url,
      // The server has no pgvector, which the bundled migrations need.
      ...(words[0] === 'run' ? ['--without-rehearsal', 'no pgvector'] : []),
    ]);
  const rollback = (...words: readonly string[]) => inProduction('rollback', '--non-interactive', ...words);

  const restore = (...words: readonly string[]) =>
    erpDeploy(workspace, ['restore', ...words, '--database-url', production.url]);

  const state = () =>
    production.ask(
      `select (select count(*)::int from erp.notes) as notes, (select count(*)::int from erp.tags) as tags,
              (select tag from erp.tags where id = 1) as tag, to_regclass('erp.later') is not null as later,
              (select count(*)::int from erp_deploy.migrations) as applied,
              (select count(*)::int from pg_database where datname like 'erp_deploy_scratch%') as scratch`,
    );
  const now = { notes: 502, tags: 499, tag: 'changed', later: true, applied: 4, scratch: 0 };

  test('shows the age and size of the dump, the rows written since by table, and the connected sessions, and changes nothing without --force', async () => {
    const other = await production.open('nightly report');
    const { exit, stderr } = await rollback();
    await other.query('select 1');
    expect(exit).toBe(2);
    const { what, excerpt } = problemIn(stderr);
    expect(what).toMatch(/\d{8}T\d{6}Z\.dump \(made \d+ min ago, \d+ kB\) replaces the database\./);
    expect(what).toContain('4 rows written since would be lost: erp.later (1), erp.notes (2), erp.tags (1).');
    expect(excerpt).toEqual(
      expect.arrayContaining([
        'erp.notes: 2 rows written since would be lost',
        'erp.tags: 2 rows changed or deleted since would come back',
        expect.stringMatching(/^connected now: nightly report as postgres from 127\.0\.0\.1, idle/),
      ]),
    );
    expect(stderr).toContain('--force');
    expect(await state()).toEqual(now);
  });

  test('is refused if the dump does not match the state before the migrations', async () => {
    await production.ask("update erp_deploy.migrations set checksum = 'edited' where name = '100_notes.sql'");
    const { exit, stderr } = await rollback('--force');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0837' });
    const row = "select checksum from erp_deploy.migrations where name = '100_notes.sql'";
    expect(await production.ask(row)).toEqual({ checksum: 'edited' });
  });

  test('restores the dump with --force, after it dumped the rows that get lost', async () => {
    const checksum = checksumOf(notes.text);
    await production.ask(
      `update erp_deploy.migrations set checksum = '${checksum}' where name = '100_notes.sql'`,
    );
    const { exit, stdout, stderr } = await rollback('--force');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('dump the present state into');
    expect(await state()).toEqual({
      notes: 500,
      tags: 500,
      tag: 'tag 1',
      later: false,
      applied: 3,
      scratch: 0,
    });
    const [, newest = ''] = /(\d{8}T\d{6}Z\.dump) {2}/.exec((await restore()).stdout) ?? [];
    // The validation afterwards fails, because this server has no pgvector.
    expect((await restore(newest, '--force')).stdout).toContain(`${newest} was restored`);
    expect(await state()).toEqual(now);
  });
});
