import { expect, test } from 'vitest';
import { sampleOf } from '../run/sample.ts';
import { journalOf } from '../support/kill/journal.ts';
import { rollOut } from '../support/program/in-process.ts';
import { putJournalOfVersion1 } from '../support/workspace/earlier-journal.ts';
import { finishedWorkspace } from '../support/workspace/workspace.ts';

const phases = ['prepare', 'local-test', 'docs', 'finalize'] as const;

// Resuming in production needs a production host: test/engine/earlier-journals.test.ts tests which steps are left
// there.
test.each(sampleOf('local phases of a rollout of version 1', phases, { usual: 2 }))(
  'resumes a rollout that version 1 began and ended after the phase %s',
  async (phase) => {
    const workspace = await finishedWorkspace();
    putJournalOfVersion1(workspace, phase);
    const begun = journalOf(workspace).length;
    const { exit, stderr } = await rollOut(workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const records = journalOf(workspace);
    expect(records.filter(({ type }) => type === 'rollout')).toHaveLength(1);
    expect(records.at(-1)).toMatchObject({ type: 'finished', exit: 0 });
    // The database and the files of the workspace are those that the rollout of version 1 left.
    const again = records.slice(begun).filter((one) => one.type === 'applied' && one.step < '3');
    expect(again).toEqual([]);
  },
);
