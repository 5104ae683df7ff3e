import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { starterText } from '../database/starter-schema/starter-text.ts';
import { pathsIn, treeOf } from '../support/disk/tree.ts';
import { boxesProven } from '../support/kill/journal.ts';
import { eventsIn } from '../support/program/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, stack, starter, textOf } from '../support/workspace/workspace.ts';

/** Leaves the migrations out, because verifying them takes seconds. */
const prepare = ['--until', '0.5'];
const faulty = 'profile_id BIGINT REFERENCES agent.profiles(id) --';
const repaired = starterText.replace(faulty, 'profile_id BIGINT REFERENCES agent.profiles(id), --');

describe('a starter schema with the missing comma', () => {
  test('is not changed without approval; the problem names --fix-starter', async () => {
    const workspace = emptyWorkspace({ [starter]: starterText });
    const before = treeOf(workspace);
    const { exit, stderr } = await rollOut(workspace, prepare);
    expect(exit).toBe(2);
    const { what, todo } = problemIn(stderr);
    expect(what).toContain(starter);
    expect(stderr).toMatch(/^ +> 124 \| {3}session_type TEXT NOT NULL,\n +\| {3}\^$/m);
    expect(todo.join('\n')).toContain('--fix-starter');
    expect(todo.join('\n')).toContain('--skip 0.4');
    expect(treeOf(workspace)).toEqual(before);
  });

  test('is shown in the plan with the line that would be changed', async () => {
    const workspace = emptyWorkspace({ [starter]: starterText });
    const { exit, stdout } = await erpDeploy(workspace, ['plan', ...prepare, '--verbose']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^ +- {2}profile_id BIGINT REFERENCES agent\.profiles\(id\) --/m);
    expect(stdout).toMatch(/^ +\+ {2}profile_id BIGINT REFERENCES agent\.profiles\(id\), --/m);
  });

  test('is reported with its line if the stack folder, where the note is written, exists', async () => {
    const workspace = emptyWorkspace({ [starter]: starterText, [`${stack}/mine.txt`]: '' });
    const { stdout } = await erpDeploy(workspace, ['plan', ...prepare, '--json']);
    const planned = eventsIn(stdout).find((event) => event.type === 'step.planned' && event.step === '0.4');
    expect(planned).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ what: `${starter}, line 123, column 50` }),
      ]),
    });
  });

  test('is left as it is with --skip 0.4, and the other steps are done', async () => {
    const workspace = emptyWorkspace({ [starter]: starterText });
    const { exit, stdout } = await rollOut(workspace, [...prepare, '--skip', '0.4']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/0\.4 +starter schema +skipped +left out by --skip/);
    expect(textOf(workspace, starter)).toBe(starterText);
  });

  test('gets its comma with --fix-starter, and both texts are kept as backups', async () => {
    const workspace = emptyWorkspace({ [starter]: starterText });
    const { exit, stderr } = await rollOut(workspace, [...prepare, '--fix-starter']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(textOf(workspace, starter)).toBe(repaired);
    const backups = pathsIn(join(workspace, '.erp-deploy/backups'));
    // The new text is kept as well: a rollback needs it if the user has changed the file since.
    const kept = backups.map((name) => textOf(workspace, `.erp-deploy/backups/${name}`));
    expect(kept.toSorted()).toEqual([starterText, repaired].toSorted());
    expect(textOf(workspace, `${stack}/STARTER_SCHEMA_FIX.md`)).toContain(
      'Line 123, column 50: a comma was missing',
    );
    expect(textOf(workspace, `${stack}/STARTER_SCHEMA_FIX.md`)).toContain('erp-deploy made this change');
    expect([...boxesProven(workspace).keys()]).toEqual(expect.arrayContaining(['0.4#1', '0.4#2', '0.4#3']));
  });

  test('is listed under the fixes in the record of the local test, with the name of the note that shows the change', async () => {
    const workspace = emptyWorkspace({ [starter]: starterText });
    expect((await rollOut(workspace, ['--until', '2.6', '--fix-starter'])).exit).toBe(0);
    const record = textOf(workspace, `${stack}/LOCAL_TEST_RECORD.md`);
    expect(record.split('## Fixes applied')[1]).toMatch(
      /^- Step 0\.4 added the comma that was missing in .*starter.*; .*STARTER_SCHEMA_FIX\.md shows the change\.$/m,
    );
  });

  test('is not touched again by the next run', async () => {
    const workspace = emptyWorkspace({ [starter]: starterText });
    await rollOut(workspace, [...prepare, '--fix-starter']);
    const before = treeOf(workspace);
    const { exit, stdout, stderr } = await rollOut(workspace, prepare);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^done: 0 done, /m);
    expect(treeOf(workspace)).toEqual(before);
  });
});

describe('a starter schema with Windows line ends', () => {
  test('gets its comma and no other change', async () => {
    const windows = starterText.replaceAll('\n', '\r\n');
    const workspace = emptyWorkspace({ [starter]: windows });
    expect(await rollOut(workspace, [...prepare, '--fix-starter'])).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, starter)).toBe(repaired.replaceAll('\n', '\r\n'));
  });
});

describe('a valid starter schema', () => {
  test('with an index that the migrations do not create leaves its item open, and the reason is the SQL that creates it', async () => {
    const workspace = emptyWorkspace({
      [starter]: `${repaired}CREATE INDEX mine ON erp.people (notes, handle);\n`,
    });
    const { exit, stdout } = await rollOut(workspace, ['--until', '1.1', '--json']);
    expect(exit).toBe(0);
    const finished = eventsIn(stdout).find((event) => event.type === 'step.finished' && event.step === '1.1');
    expect(finished).toMatchObject({
      open: expect.arrayContaining([
        {
          item: '1.1#20',
          reason: expect.stringMatching(/CREATE INDEX "mine" ON "erp"\."people"\s+\(notes, handle\)/),
        },
      ]),
    });
    expect(boxesProven(workspace).has('1.1#20')).toBe(false);
  });
});
