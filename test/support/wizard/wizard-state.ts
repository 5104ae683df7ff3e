import fc from 'fast-check';
import type { Reported, RolloutEvent } from '../../../src/domain/events.ts';
import type { Question } from '../../../src/domain/front-end.ts';
import { phaseNames } from '../../../src/domain/phase.ts';
import { initialState, reduce } from '../../../src/domain/reducer.ts';
import type { KeyPress } from '../../../src/screens/key-press.ts';
import { asked, initialUi, type WizardState } from '../../../src/screens/state.ts';
import { diskFull, stamped } from '../program/events.ts';

/** Seven steps in three phases, like those of a rollout. */
const steps = ['0.1', '0.2', '0.3', '2.1', '2.2', '3.1', '3.2'].map((step) => ({
  step,
  phase: phaseNames[Math.max(0, Number(step[0]) - 1)] ?? 'prepare',
  title: `step ${step}`,
}));

const began: Reported = {
  type: 'rollout.started',
  command: 'run',
  program: '0.1.0',
  workspace: '/srv/portfolio',
  engine: 'embedded',
  engineReason: 'as asked',
  resumes: false,
  steps,
};

const planned: readonly Reported[] = steps.map(({ step, phase }) => ({
  type: 'step.planned',
  step,
  phase,
  state: 'change',
  summary: `what ${step} wants`,
  findings: [{ what: 'a folder', expected: 'one', actual: 'nothing' }],
  changes: [
    { status: 'exact', kind: 'write', summary: 'write a', lines: ['+one', '-two'], reversible: true },
  ],
}));

export const log: Reported = { type: 'log.opened', path: '/srv/portfolio/.erp-deploy/log' };
export const running: Reported = { type: 'step.started', phase: 'prepare', step: '0.2' };

export function stateAfter(events: readonly Reported[], question?: Question): WizardState {
  const told: readonly RolloutEvent[] = events.map((event) => stamped(event));
  return {
    rollout: told.reduce(reduce, initialState),
    ui: question === undefined ? initialUi : asked(initialUi, question),
    size: { columns: 80, rows: 24 },
    now: Date.parse('2026-11-22T21:05:00.000Z'),
    isAscii: false,
    waits: [],
  };
}

/** A rollout with a log and a plan. */
export const begun: readonly Reported[] = [log, began, ...planned];

/** One question of each type. */
export const questions: { readonly [Type in Question['type']]: Extract<Question, { type: Type }> } = {
  passphrase: { type: 'passphrase', key: '/home/ada/.ssh/id_ed25519', again: true },
  'host-key': {
    type: 'host-key',
    host: '[droplet.example]:2222',
    keyType: 'ssh-ed25519',
    fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrqXVUZUyPYHmAkJhGXfBHyE',
    file: '/home/ada/.ssh/known_hosts',
  },
  setup: {
    type: 'setup',
    intro: [],
    fields: [
      {
        name: 'public-host',
        label: 'Host',
        why: 'It is routed.',
        initial: 'a.example',
        fault: (value) => (value.includes('.') ? null : 'expected a host name'),
      },
      { name: 'starter-schema', label: 'Starter', why: 'It is read.', initial: 'a.sql', fault: () => null },
    ],
  },
  resume: { type: 'resume', startedAt: '2026-11-21T17:52:00.000Z', stoppedIn: 'in 2.1' },
  'confirm-plan': { type: 'confirm-plan', changes: 7 },
  'confirm-more': { type: 'confirm-more', step: '0.2', changes: [], beyond: false },
  consent: {
    type: 'consent',
    step: '0.2',
    consent: { flag: '--fix-starter', why: 'a comma would be added.' },
  },
  repeat: { type: 'repeat', step: '0.2', change: 'run a' },
  failure: { type: 'failure', step: '0.2', problem: diskFull, editable: true, dependents: [] },
  skipped: { type: 'skipped', steps: ['0.2', '2.1'], reason: 'by hand' },
  words: { type: 'words', step: '0.2', asked: { label: 'What was learned?', why: 'It is kept.' } },
};

export const letter = (text: string): KeyPress => ({ key: 'text', text });

/** Any key of a keyboard; keys with a meaning occur more often. */
export const anyKey: fc.Arbitrary<KeyPress> = fc.oneof(
  fc.constantFrom<KeyPress>(
    ...(
      ['up', 'down', 'left', 'right', 'pageUp', 'pageDown', 'enter', 'escape', 'backspace', 'tab'] as const
    ).map((key) => ({ key })),
    { key: 'ctrl-c' },
    { key: 'ctrl-z' },
  ),
  fc.constantFrom(...'yYansrephjkql?').map(letter),
  fc.string({ unit: 'grapheme', maxLength: 3 }).map((text): KeyPress => ({ key: 'paste', text })),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).map(letter),
);

/** Any state in which the wizard waits for keys. */
export const anyStart: fc.Arbitrary<WizardState> = fc
  .record({
    events: fc.constantFrom<readonly Reported[]>([], [log], [log, began], begun, [...begun, running]),
    question: fc.constantFrom(undefined, ...Object.values(questions)),
    size: fc.constantFrom({ columns: 80, rows: 24 }, { columns: 60, rows: 16 }, { columns: 120, rows: 40 }),
  })
  .map(({ events, question, size }) => {
    // A question about a step is only asked when the step is known.
    const known = question !== undefined && 'step' in question ? [...begun, running] : events;
    return { ...stateAfter(known, question), size };
  });
