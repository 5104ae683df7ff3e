import type { Consent } from '../domain/change.ts';
import { sameCommand } from '../domain/command-text.ts';
import type { ShownChange } from '../domain/events.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Finding } from '../domain/step.ts';

interface Named {
  readonly id: string;
  readonly title: string;
}

export function consentMissing(step: Named, consent: Consent): Problem {
  const value = consent.value === undefined ? [] : [consent.value];
  return {
    code: 'ERP-0302',
    what: `Step ${step.id} needs explicit approval: ${consent.why}`,
    why: 'Neither --non-interactive nor --yes approves it.',
    todo: [
      { text: 'To approve', command: sameCommand(consent.flag, ...value) },
      { text: 'Or skip the step', command: sameCommand('--skip', step.id) },
    ],
    exit: exitCodes.usage,
    ...(consent.excerpt === undefined ? {} : { excerpt: consent.excerpt }),
  };
}

/** @param beyond whether these changes go beyond changes that were confirmed before */
export function notConfirmed(step: Named, changes: readonly ShownChange[], beyond: boolean): Problem {
  return {
    code: 'ERP-0303',
    what: beyond
      ? `Step ${step.id} would change more than was confirmed.`
      : `The changes of step ${step.id} were not confirmed.`,
    why: beyond
      ? 'The actual state changed after the plan was made, or details became known only now. None of these changes were made.'
      : 'None of them were made.',
    todo: [{ text: 'See the current plan', command: ['erp-deploy', 'plan'] }, { text: 'Then run again.' }],
    exit: exitCodes.stepFailed,
    excerpt: changes.map((change) => change.summary),
  };
}

export function stillPending(step: Named, summary: string): Problem {
  return {
    code: 'ERP-0304',
    what: `The changes of step ${step.id} are not fully known yet: ${summary}`,
    why: 'Something that an earlier step created no longer exists.',
    todo: [{ text: 'See what is missing', command: ['erp-deploy', 'status'] }],
    exit: exitCodes.stepFailed,
  };
}

export function changedMeanwhile(step: Named): Problem {
  return {
    code: 'ERP-0305',
    what: `Something else is changing what step ${step.id} changes.`,
    why: 'Three times, the actual state was not the one that was confirmed.',
    todo: [{ text: 'Find the other program that writes to it, stop it, then run again.' }],
    exit: exitCodes.stepFailed,
  };
}

export function notVerified(step: Named, findings: readonly Finding[]): Problem {
  return {
    code: 'ERP-0420',
    what: `Step ${step.id} (${step.title}) made its changes, but their verification failed.`,
    why: 'Something reverted them, or they did not have the expected effect.',
    todo: [{ text: 'Fix the cause of the differences below, then run again.' }],
    exit: exitCodes.stepFailed,
    excerpt: findings.flatMap(({ what, expected: wanted, actual: found, excerpt = [] }) => [
      `${what}: expected ${wanted}, actual: ${found}`,
      ...excerpt.map((line) => `  ${line}`),
    ]),
  };
}
