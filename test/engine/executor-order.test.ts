import { expect, it } from 'vitest';
import { ProblemError } from '../../src/domain/problem.ts';
import { applyChange } from '../../src/engine/executor.ts';
import type { Lock } from '../../src/engine/lock.ts';
import { bench, held } from '../support/report/bench.ts';
import { writeOf } from '../support/workspace/changes.ts';

const signal = new AbortController().signal;

it('writes the intent to the journal, makes the change, and writes the result to the journal', async () => {
  const { parts, files, order } = await bench();
  files.put('compose.yml', 'old');
  await applyChange(parts, '0.2', writeOf('compose.yml', 'new', { was: 'old' }), signal);
  const [folder, copy, kept, ...rest] = order;
  expect([folder, copy?.slice(0, 16), kept?.slice(0, 26)]).toEqual([
    'folder .erp-deploy/backups',
    'copy compose.yml',
    'write .erp-deploy/backups/',
  ]);
  expect(rest).toEqual(['intended write:compose.yml', 'write compose.yml', 'applied write:compose.yml']);
});

it('backs up the same bytes once, even if they are overwritten in two files', async () => {
  const { parts, files, order } = await bench();
  for (const path of ['a', 'b']) {
    files.put(path, 'old');
    await applyChange(parts, '0.2', writeOf(path, 'new', { was: 'old' }), signal);
  }
  expect(order.filter((what) => what.startsWith('copy'))).toHaveLength(1);
});

it('changes nothing once another process took over the lock', async () => {
  const lost: Lock = {
    ...held,
    assertHeld: () =>
      Promise.reject(new ProblemError({ code: 'ERP-0211', what: 'taken over', why: '', todo: [], exit: 6 })),
  };
  const { parts, files, order } = await bench({ lock: lost });
  await expect(applyChange(parts, '0.2', writeOf('a', 'text'), signal)).rejects.toMatchObject({
    problems: [{ exit: 6 }],
  });
  expect(files.paths()).toEqual([]);
  expect(order).toEqual([]);
});

it('changes nothing if the intent cannot be written to the journal', async () => {
  const { parts, files, journalFile } = await bench();
  journalFile.room = 10;
  await expect(applyChange(parts, '0.2', writeOf('a', 'text'), signal)).rejects.toThrow('ENOSPC');
  expect(files.paths()).toEqual([]);
});

it('leaves a change in doubt if its result could not be written to the journal', async () => {
  const { parts, files, journalFile } = await bench();
  files.write = async () => {
    journalFile.room = 10;
    files.put('a', 'text');
  };
  await expect(applyChange(parts, '0.2', writeOf('a', 'text'), signal)).rejects.toThrow('ENOSPC');
  expect(parts.journal.recorded.inDoubt('write:a')).toBe(true);
});
