import { expect, it } from 'vitest';
import { Reporter } from '../../src/engine/reporter.ts';
import { scripted } from '../support/program/scripted-front-end.ts';
import { tickingClock } from '../support/report/bench.ts';

const first = { id: '0.1', phase: 'prepare' } as const;
const second = { id: '0.2', phase: 'prepare' } as const;

it('counts a step once, by its last outcome, where a rollout is begun again with other answers', () => {
  const reporter = new Reporter(scripted(), tickingClock());
  reporter.finished(first, 'stopped', 'not begun', 0);
  reporter.finished(second, 'skipped', 'no such file', 0, [{ box: '0.2#1', reason: 'by hand' }]);
  reporter.finished(first, 'done', 'there', 5);
  reporter.finished(second, 'done', 'there', 5, [{ box: '0.2#2', reason: 'no droplet' }]);
  expect(reporter.counts).toEqual({ done: 2, already: 0, skipped: 0, failed: 0, stopped: 0, open: 1 });
});
