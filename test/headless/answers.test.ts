import { expect, it } from 'vitest';
import type { Intent, Question } from '../../src/domain/front-end.ts';
import { answerUnattended } from '../../src/headless/answers.ts';
import { diskFull } from '../support/program/events.ts';

const consent = { flag: '--overwrite', value: 'a', why: 'yours' } as const;

it.each([
  ['approves the plan', { type: 'confirm-plan', changes: 3 }, { type: 'approve' }],
  [
    'goes on with what is unfinished',
    { type: 'resume', startedAt: '2026-11-22', stoppedIn: '2.2' },
    { type: 'approve' },
  ],
  [
    'consents to nothing beyond the plan',
    { type: 'confirm-more', step: '0.1', changes: [], beyond: true },
    { type: 'decline' },
  ],
  [
    'gives no consent that has a flag of its own',
    { type: 'consent', step: '0.1', consent },
    { type: 'decline' },
  ],
  [
    'repeats nothing that may have happened',
    { type: 'repeat', step: '5.3', change: 'x' },
    { type: 'decline' },
  ],
  [
    'trusts no host key',
    { type: 'host-key', host: 'a', keyType: 'ssh-ed25519', fingerprint: 'SHA256:a', file: null },
    { type: 'decline' },
  ],
  [
    'has no passphrase',
    { type: 'passphrase', key: 'id_ed25519', again: false },
    { type: 'passphrase', passphrase: null },
  ],
  [
    'stops at a failure',
    { type: 'failure', step: '0.1', problem: diskFull, editable: true, dependents: [] },
    { type: 'stop' },
  ],
  [
    'takes the defaults of a set-up',
    { type: 'setup', intro: [], fields: [] },
    { type: 'answers', values: {}, keep: false },
  ],
] satisfies [string, Question, Intent][])('%s', (_, question, answer) => {
  expect(answerUnattended(question)).toEqual(answer);
});
