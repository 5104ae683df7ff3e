import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { treeOf } from '../support/disk/tree.ts';
import { journalFile, journalOf } from '../support/kill/journal.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, put, sharedWorkspace, textOf } from '../support/workspace/workspace.ts';

describe('a journal', () => {
  let whole: string;
  const upTo = ['--until', '0.3'];

  beforeAll(async () => {
    const workspace = sharedWorkspace();
    expect(await rollOut(workspace, upTo)).toMatchObject({ exit: 0, stderr: '' });
    whole = textOf(workspace, journalFile);
  });

  /** Returns a workspace with this journal in which no step has been done. */
  const withJournal = (text: string) => emptyWorkspace({ [journalFile]: text });
  const linesOf = (text: string) => text.split('\n').slice(0, -1);

  test.each([1, 2, 20, 40])('that lost its last %i bytes is repaired, and the run resumes', async (lost) => {
    const torn = whole.slice(0, -lost);
    const workspace = withJournal(torn);
    const kept = lost === 1 ? linesOf(whole) : linesOf(whole).slice(0, -1);
    const { exit, stderr } = await rollOut(workspace, upTo);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(linesOf(textOf(workspace, journalFile)).slice(0, kept.length)).toEqual(kept);
    expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'finished', exit: 0 });
  });

  test('with a torn end is read and not changed by a command that changes nothing', async () => {
    const torn = whole.slice(0, -30);
    const workspace = withJournal(torn);
    const { exit, stdout } = await erpDeploy(workspace, ['status', '--recorded']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/is unfinished/);
    expect(textOf(workspace, journalFile)).toBe(torn);
  });

  test.each([['run', '--non-interactive'], ['plan'], ['status'], ['status', '--recorded'], ['validate']])(
    'of a newer format is refused by "%s %s", and stays as it is',
    async (...words) => {
      const newer = `${whole}${JSON.stringify({ v: 99, at: '2030-01-01T00:00:00Z', type: 'teleported' })}\n`;
      const workspace = withJournal(newer);
      const before = treeOf(workspace);
      const { exit, stderr } = await erpDeploy(workspace, words);
      expect(exit).toBe(3);
      expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0221' });
      expect(textOf(workspace, journalFile)).toBe(newer);
      expect(treeOf(workspace)).toEqual(before);
    },
  );

  test('with a damaged line in the middle is refused with the line, and is not changed', async () => {
    const lines = linesOf(whole);
    const damaged = `${[lines[0], lines[1]?.slice(0, 50), ...lines.slice(2)].join('\n')}\n`;
    const workspace = withJournal(damaged);
    const { exit, stderr } = await rollOut(workspace);
    expect(exit).toBe(3);
    const { code, what, todo } = problemIn(stderr);
    expect({ code, what }).toEqual({ code: 'ERP-0220', what: 'Line 2 of the journal cannot be read.' });
    expect(todo).toContain(
      `Or set it aside and start a new one: mv ${join(workspace, journalFile)} ${join(workspace, journalFile)}.damaged`,
    );
    expect(textOf(workspace, journalFile)).toBe(damaged);
  });

  test('may be removed: the actual state is checked, and nothing is done twice', async () => {
    const workspace = sharedWorkspace();
    await rollOut(workspace, upTo);
    const before = treeOf(workspace);
    put(workspace, journalFile, '');
    const { exit, stderr } = await rollOut(workspace, upTo);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(treeOf(workspace)).toEqual(before);
  });

  test('that is a folder is reported as a problem', async () => {
    const workspace = emptyWorkspace({ [`${journalFile}/inside`]: '' });
    const { exit, stderr } = await rollOut(workspace, upTo);
    expect(exit).toBe(4);
    expect(problemIn(stderr).what).toContain(journalFile);
  });
});
