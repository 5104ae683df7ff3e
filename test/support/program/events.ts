import { eventVersion } from '../../../src/domain/event-version.ts';
import type { Reported, RolloutEvent } from '../../../src/domain/events.ts';
import type { Problem } from '../../../src/domain/problem.ts';

/** Returns an event with the version and time that the engine would add. */
export function stamped(told: Reported, at = '2026-11-22T21:04:00.000Z'): RolloutEvent {
  return { v: eventVersion, at, ...told };
}

export const step01 = { phase: 'prepare', step: '0.1' } as const;
export const step23 = { phase: 'local-test', step: '2.3' } as const;

export const started: Extract<Reported, { type: 'rollout.started' }> = {
  type: 'rollout.started',
  command: 'run',
  program: '0.1.0',
  workspace: '/srv/portfolio',
  engine: 'embedded',
  engineReason: 'as asked',
  resumes: false,
  steps: [
    { ...step01, title: 'infrastructure' },
    { phase: 'prepare', step: '0.4', title: 'starter schema' },
    { ...step23, title: 'validation' },
  ],
};

export function finishedStep(
  place: Pick<Extract<RolloutEvent, { type: 'step.finished' }>, 'phase' | 'step'>,
  outcome: Extract<RolloutEvent, { type: 'step.finished' }>['outcome'],
  summary: string,
  open: Extract<RolloutEvent, { type: 'step.finished' }>['open'] = [],
): Reported {
  return { type: 'step.finished', ...place, outcome, summary, milliseconds: 12, open };
}

export const diskFull: Problem = {
  code: 'ERP-0402',
  what: 'Could not write compose.yml.',
  why: 'In the workspace, the disk is full (ENOSPC).',
  todo: [{ text: 'Free space in the workspace', command: ['df', '-h', '.'] }, { text: 'Run again.' }],
  exit: 4,
};
