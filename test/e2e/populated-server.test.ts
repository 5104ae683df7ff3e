import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventSchema, type RolloutEvent } from '../../src/domain/events.ts';
import { notes, type PopulatedServer, populatedServer } from '../support/production/populated-server.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { migrations, put, sharedFinishedWorkspace } from '../support/workspace/workspace.ts';

const own = `alter table erp.notes add column author text;
alter table erp.notes drop column title;
`;

describe('migrations of a production database that contains rows', () => {
  let production: PopulatedServer;
  let workspace: string;
  beforeAll(async () => {
    production = await populatedServer();
    workspace = await sharedFinishedWorkspace();
    put(workspace, `${migrations}/${notes.name}`, notes.text);
    put(workspace, `${migrations}/101_mine.sql`, own);
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
      ...(words[0] === 'run' || words[0] === 'plan' ? ['--without-rehearsal', 'no pgvector'] : []),
    ]);

  const noted = () =>
    production.ask('select count(*)::int as rows, count(title)::int as titles from erp.notes');

  test('are shown without hazards for an empty database', async () => {
    const local = await rollOut(workspace, ['--only', '2.2', '2.3', '--json']);
    expect(local.exit).toBe(0);
    const planned = plannedIn(local.stdout, '2.2').at(-1);
    expect(planned?.summary).toBe('apply 101_mine.sql to the embedded database');
    expect(planned?.hazards).toBeUndefined();
  });

  test('are shown with the lock, the figures of the server, and the session that blocks them now, without its query', async () => {
    const report = await production.open('nightly report');
    await report.script("begin; select 'secret', count(*) from erp.notes");
    const { exit, stdout } = await inProduction('plan', '--json');
    await report.script('rollback');
    expect(exit).toBe(0);
    expect(stdout).not.toContain('secret');
    const change = plannedIn(stdout, '3.3').find(({ kind }) => kind === 'sql');
    const figures = { name: 'erp.notes', lock: 'ACCESS EXCLUSIVE', rows: 500, bytes: expect.any(Number) };
    expect(change?.hazards).toMatchObject([
      { rule: 'brief-lock', line: 1, objects: [figures], losesData: false },
      {
        rule: 'drop-column',
        line: 2,
        losesData: true,
        blockers: [{ application: 'nightly report', state: 'idle in transaction', object: 'erp.notes' }],
      },
      { rule: 'held-lock', line: 2 },
    ]);
    expect([change?.consent?.flag, change?.alsoNeeds?.map(({ flag }) => flag)]).toEqual([
      '--allow-populated',
      ['--force', "--without-rehearsal 'no pgvector'"],
    ]);
  });

  test('are shown as text, too', async () => {
    const { stdout } = await inProduction('plan');
    expect(stdout).toContain('needs --allow-populated, needs --force');
    expect(stdout).toMatch(
      /line 2: DROP COLUMN\n +ACCESS EXCLUSIVE on erp\.notes \(estimate: 500 rows, [\d.]+ kB\)/,
    );
    expect(stdout).toContain('Explicit approval needed: --allow-populated, --force');
  });

  test('need --allow-populated, and --force if they lose data', async () => {
    const neither = await inProduction('run', '--non-interactive');
    expect(neither.exit).toBe(2);
    expect(neither.stderr).toContain('--allow-populated');
    expect(neither.stderr).toContain('--force');
    const { exit, stderr } = await inProduction('run', '--non-interactive', '--allow-populated');
    expect(exit).toBe(2);
    expect(problemIn(stderr).what).toContain('101_mine.sql can lose data: DROP COLUMN (line 2)');
    expect(problemIn(stderr).excerpt.join('\n')).toContain('ACCESS EXCLUSIVE on erp.notes');
    const other = await inProduction('run', '--non-interactive', '--force');
    expect(problemIn(other.stderr).what).toContain('the migration changes a database in use');
    expect(await noted()).toEqual({ rows: 500, titles: 500 });
  });

  test('are retried as configured, and finally name the session that holds the lock', async () => {
    const settings = 'migrations:\n  lock-timeout: 100ms\n  lock-attempts: 2\n';
    put(workspace, 'erp-deploy.config.yaml', settings);
    const report = await production.open('nightly report');
    await report.script('begin; select from erp.notes');
    const { exit, stdout, stderr } = await inProduction(
      'run',
      ...['--non-interactive', '--allow-populated', '--force', '--verbose'],
    );
    await report.script('rollback');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0508' });
    expect(problemIn(stderr).what).toBe('101_mine.sql, line 1: another session holds a lock that it needs.');
    expect(stderr).toMatch(/erp\.notes: pid \d+ \(nightly report\) idle in transaction for \d+ s/);
    expect(stdout).toContain('attempt 1 of 2: no lock within 100 ms, held by pid');
    expect(await noted()).toEqual({ rows: 500, titles: 500 });
  });

  test('are applied with both flags', async () => {
    const { exit, stderr } = await inProduction('run', '--non-interactive', '--allow-populated', '--force');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.not.stringContaining('ERP-') });
    await expect(noted()).rejects.toThrow('column "title" does not exist');
  });
});

/** Returns the changes that the plan of a step shows. */
function plannedIn(stdout: string, step: string) {
  return eventsIn(stdout).flatMap((event) =>
    event.type === 'step.planned' && event.step === step ? event.changes : [],
  );
}

function eventsIn(stdout: string): readonly RolloutEvent[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => eventSchema.parse(JSON.parse(line)));
}
