import { describe, expect, test } from 'vitest';
import { inDatabase, inDatabaseRun, ledgerIn } from '../support/database/embedded-folder.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { finishedWorkspace, migrations } from '../support/workspace/workspace.ts';

const forget = 'drop schema erp_deploy cascade;';
const aPerson = "insert into erp.people (full_name) values ('Ada');";

describe('a database that was migrated by hand, and has no ledger', () => {
  test('is adopted with all its rows after it was shown', async () => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(workspace, forget + aPerson);
    const plan = await erpDeploy(workspace, ['plan', '--engine', 'embedded']);
    expect(plan.stdout).toContain(
      'record 001_erp_schema.sql, 002_agent_schema.sql in the ledger of the embedded database',
    );
    expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
    const found = await inDatabase(workspace, (session) =>
      session.query(`select string_agg(name || ' ' || adopted, ', ' order by name) as ledger,
                            (select full_name from erp.people) as person from erp_deploy.migrations`),
    );
    expect(found).toEqual([{ ledger: '001_erp_schema.sql true, 002_agent_schema.sql true', person: 'Ada' }]);
  });

  test('is adopted up to its first file, and the other files are applied with separate approval', async () => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(workspace, `${forget}${aPerson} drop schema agent cascade;`);
    const refused = await rollOut(workspace);
    expect(refused.exit).toBe(2);
    expect(problemIn(refused.stderr).todo.join('\n')).toContain('--allow-populated');

    expect(await rollOut(workspace, ['--allow-populated'])).toMatchObject({ exit: 0, stderr: '' });
    expect(await ledgerIn(workspace)).toEqual(['001_erp_schema.sql', '002_agent_schema.sql']);
  });

  test('and has an additional migration gets the missing files', async () => {
    const workspace = await finishedWorkspace({
      [`${migrations}/100_tag.sql`]: 'create table erp.tag ();\n',
    });
    await inDatabaseRun(workspace, forget);
    expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
    expect(await ledgerIn(workspace)).toEqual(['001_erp_schema.sql', '002_agent_schema.sql', '100_tag.sql']);
  });

  test.each([
    ['an index of the second file', 'agent.blocks_vector_key_idx'],
    ['an index of the first file', 'erp.people_handle_idx'],
  ])('that differs by %s is refused with the difference, and is not changed', async (_, index) => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(workspace, `${forget} drop index ${index};`);
    const before = await catalogOf(workspace);
    const { exit, stderr } = await rollOut(workspace);
    expect(exit).toBe(5);
    const { code, why, excerpt } = problemIn(stderr);
    expect(code).toBe('ERP-0518');
    expect(why).toContain('It differs from the result of 002_agent_schema.sql in 1 place');
    expect(excerpt).toEqual([`index ${index}: missing`]);
    expect(await catalogOf(workspace)).toEqual(before);
  });
});

const catalogOf = (workspace: string) =>
  inDatabase(workspace, async (session) => session.query('select count(*)::int from pg_class'));
