import { beforeAll, describe, expect, test } from 'vitest';
import { inDatabaseRun } from '../support/database/embedded-folder.ts';
import type { Ended } from '../support/program/erp-deploy.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn, problemsIn, type ShownProblem } from '../support/program/problems.ts';
import { sharedFinishedWorkspace } from '../support/workspace/workspace.ts';

/** One manual change of each kind: title, SQL, and the line that reports it. */
const changes: readonly (readonly [what: string, sql: string, line: string | RegExp])[] = [
  ['a table that is gone', 'drop table agent.prompt_templates', 'table agent.prompt_templates: missing'],
  [
    'a column of another type',
    'alter table erp.ventures alter description type varchar(99)',
    /^column erp\.ventures\.description: type: expected text, actual character varying\(99\)$/,
  ],
  [
    'a column that may be null',
    'alter table erp.people alter full_name drop not null',
    /^column erp\.people\.full_name: not null: expected yes, actual no$/,
  ],
  [
    'a primary key that is gone',
    'alter table agent.profile_tools drop constraint profile_tools_pkey',
    'primary key profile_tools_pkey on agent.profile_tools: missing',
  ],
  [
    'a foreign key that is gone',
    'alter table erp.tasks drop constraint tasks_assignee_id_fkey',
    'foreign key tasks_assignee_id_fkey on erp.tasks: missing',
  ],
  [
    'a unique constraint that is gone',
    'alter table erp.execution_runs drop constraint execution_runs_run_identifier_key',
    'unique execution_runs_run_identifier_key on erp.execution_runs: missing',
  ],
  [
    'a check that no migration creates',
    "alter table erp.people add constraint mine check (full_name <> 'x')",
    'check mine on erp.people: unexpected object',
  ],
  [
    'an index that is gone',
    'drop index agent.blocks_vector_key_idx',
    'index agent.blocks_vector_key_idx: missing',
  ],
  [
    'a trigger that is off',
    'alter table agent.events disable trigger events_set_updated_at',
    /^trigger events_set_updated_at on agent\.events: enabled: expected \w+, actual \w+$/,
  ],
  [
    'a function with another body',
    'create or replace function agent.update_updated_at_column() returns trigger language plpgsql as $$begin return new; end$$',
    /^function agent\.update_updated_at_column\(\): /,
  ],
  [
    'a right that was taken away',
    'revoke insert on erp.people from erp_api',
    /^grant on table erp\.people to erp_api: INSERT: /,
  ],
  [
    'another generated expression',
    'alter table erp.execution_runs drop column variance_pct; alter table erp.execution_runs add column variance_pct numeric generated always as (actual_hours) stored',
    /^column erp\.execution_runs\.variance_pct: generated: /,
  ],
  [
    'a sequence that no migration creates',
    'create sequence erp.mine',
    'sequence erp.mine: unexpected object',
  ],
  [
    'a policy that no migration creates',
    'create policy mine on erp.people for select using (true)',
    'policy mine on erp.people: unexpected object',
  ],
  [
    'row security that was turned on',
    'alter table erp.people enable row level security',
    /^table erp\.people: row security: expected no, actual yes$/,
  ],
  ['a role that may log in', 'alter role erp_api login', /^role erp_api: login: expected no, actual yes$/],
];

describe('validate notices', () => {
  let workspace: string;
  let ended: Ended;
  let problem: ShownProblem;

  beforeAll(async () => {
    workspace = await sharedFinishedWorkspace();
    await inDatabaseRun(workspace, changes.map(([, sql]) => sql).join(';\n'));
    ended = await erpDeploy(workspace, ['validate', '--no-behaviour', '--repair-sql']);
    const [differs, ...others] = problemsIn(ended.stderr.slice(ended.stderr.indexOf('ERP-')));
    if (differs === undefined) throw new Error('no problem was shown');
    problem = differs;
    // A login role also has more rights than allowed.
    expect(others).toMatchObject([{ code: 'ERP-0544' }]);
  });

  test.each(changes)('%s, and reports it by name', (_, __, line) => {
    expect(problem.excerpt).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line));
  });

  test('nothing else, and exits with 5', () => {
    expect(ended.exit).toBe(5);
    expect(problem).toMatchObject({
      code: 'ERP-0530',
      what: `The database differs from the migrations in ${changes.length} places.`,
    });
  });

  test('only the changed type after its SQL was run, in which that repair is a comment', async () => {
    expect(ended.stdout).toContain(
      '-- Can lose rows of table erp.ventures (0 rows); --include-destructive includes it:\n-- alter table erp.ventures alter column description type text ',
    );
    await inDatabaseRun(workspace, ended.stdout);
    ended = await erpDeploy(workspace, [
      'validate',
      '--no-behaviour',
      '--repair-sql',
      '--include-destructive',
    ]);
    expect(problemIn(ended.stderr.slice(ended.stderr.indexOf('ERP-'))).excerpt).toEqual([
      expect.stringMatching(/^column erp\.ventures\.description: type: /),
    ]);
  });

  test('nothing after the SQL that includes the repair was run', async () => {
    await inDatabaseRun(workspace, ended.stdout);
    const { exit, stdout, stderr } = await erpDeploy(workspace, ['validate', '--repair-sql']);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: '' });
    expect(stderr).toContain('0 failed');
    expect(stderr).toContain('The database matches its migrations.');
  });
});
