import { expect, it } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import { initialState, reduce } from '../../src/domain/reducer.ts';
import { summaryLines } from '../../src/headless/summary.ts';
import { diskFull, finishedStep, stamped, started, step01, step23 } from '../support/program/events.ts';

const step04 = { phase: 'prepare', step: '0.4' } as const;
const counts = { done: 0, already: 0, skipped: 0, failed: 0, stopped: 0, open: 1 };

function summaryOf(exit: number, ...events: readonly Reported[]): string {
  const finished: Reported = {
    type: 'rollout.finished',
    counts,
    exit,
    milliseconds: 1200,
    journal: 'j.jsonl',
  };
  const state = [...events, finished].map((told) => stamped(told)).reduce(reduce, initialState);
  return summaryLines(state, (argv) => argv).join('\n');
}

it('shows the outcome, the skipped steps with reasons, the paths of the results, and the next command', () => {
  const text = summaryOf(
    0,
    { type: 'log.opened', path: '/srv/log' },
    started,
    finishedStep(step01, 'done', ''),
    finishedStep(step04, 'skipped', 'not mine'),
    finishedStep(step23, 'done', '', [{ item: '2.3#1', reason: 'needs a container' }]),
  );
  expect(text).toMatch(/^erp-deploy 0\.1\.0: done in 1\.2 s, in \/srv\/portfolio$/m);
  expect(text).toContain('✔ 2 done, 1 skipped');
  expect(text).toContain('– 0.4 skipped: not mine');
  expect(text).toContain('○ 1 item left. To list them with reasons: erp-deploy checklist');
  expect(text).toContain('Journal: /srv/portfolio/j.jsonl\n  Log: /srv/log\n  Next: erp-deploy validate');
});

it('lists what a rollback did not undo, with reasons', () => {
  const kept = {
    ...finishedStep(step01, 'already', 'kept: .env is never touched'),
    kept: ['.env is never touched'],
  };
  const text = summaryOf(
    0,
    { ...started, command: 'rollback' },
    kept,
    finishedStep(step04, 'done', 'kept: it'),
  );
  expect(text).toContain('  – 0.1 kept: .env is never touched');
  expect(text).not.toContain('0.4');
});

it('shows the problem that ended the run, and none that was fixed meanwhile', () => {
  const problem: Reported = {
    type: 'problem',
    ...step01,
    problem: { ...diskFull, todo: [...diskFull.todo] },
  };
  const failed = summaryOf(4, started, problem, finishedStep(step01, 'failed', diskFull.what));
  expect(failed).toContain('✖ 0.1 infrastructure failed');
  expect(failed).toContain('ERP-0402  Could not write compose.yml.');
  expect(failed).toMatch(/Next: erp-deploy$/m);
  expect(summaryOf(0, started, problem, finishedStep(step01, 'done', ''))).not.toContain('ERP-0402');
});

it('reports that nothing was changed if the operator quit', () => {
  const left = summaryOf(
    0,
    started,
    finishedStep(step01, 'stopped', ''),
    finishedStep(step04, 'skipped', 'x'),
  );
  expect(left).toContain('quit, nothing was changed');
  expect(left).toMatch(/Next: erp-deploy$/m);
  expect(summaryOf(130)).toContain('nothing was changed');
});
