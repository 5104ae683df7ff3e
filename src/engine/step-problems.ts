import type { Consent } from '../domain/change.ts';
import type { ShownChange } from '../domain/events.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';
import type { Finding } from '../domain/step.ts';

interface Named {
  readonly id: string;
  readonly title: string;
}

/** @param again the command, as the person typed it */
export function consentMissing(step: Named, consent: Consent, again: string): Problem {
  const flag = consent.value === undefined ? consent.flag : `${consent.flag} ${quoted(consent.value)}`;
  return {
    code: 'ERP-0302',
    what: `Step ${step.id} needs a yes of its own: ${consent.why}`,
    why: 'Neither --non-interactive nor --yes gives it.',
    todo: [`Say yes: ${again} ${flag}`, `Or leave the step out: ${again} --skip ${step.id}`],
    exit: exitCodes.usage,
    ...(consent.excerpt === undefined ? {} : { excerpt: consent.excerpt }),
  };
}

/** @param beyond whether something was confirmed before, and this goes beyond it */
export function notConfirmed(step: Named, changes: readonly ShownChange[], beyond: boolean): Problem {
  return {
    code: 'ERP-0303',
    what: beyond
      ? `Step ${step.id} would change more than was confirmed.`
      : `The changes of step ${step.id} were not confirmed.`,
    why: beyond
      ? 'The world moved after the plan was made, or a preview has become exact. Nothing of it was done.'
      : 'Nothing of them was done.',
    todo: ['See the plan as it is now: erp-deploy plan', 'Then start again: erp-deploy run'],
    exit: exitCodes.stepFailed,
    excerpt: changes.map((change) => change.summary),
  };
}

export function stillPending(step: Named, summary: string): Problem {
  return {
    code: 'ERP-0304',
    what: `Step ${step.id} cannot tell yet what it would do: ${summary}`,
    why: 'Something that an earlier step made is gone again.',
    todo: ['See what is missing: erp-deploy status'],
    exit: exitCodes.stepFailed,
  };
}

export function worldKeepsMoving(step: Named): Problem {
  return {
    code: 'ERP-0305',
    what: `What step ${step.id} changes is being changed by something else at the same time.`,
    why: 'Three times the world was another one than the one that was confirmed.',
    todo: ['Find out what else writes there, stop it, and start again.'],
    exit: exitCodes.stepFailed,
  };
}

export function notAsWanted(step: Named, findings: readonly Finding[]): Problem {
  return {
    code: 'ERP-0420',
    what: `Step ${step.id} (${step.title}) made its changes, and the world is still not as wanted.`,
    why: 'Something undid them, or they do not have the effect that they should.',
    todo: ['Look at what is below, and start again.'],
    exit: exitCodes.stepFailed,
    excerpt: findings.flatMap(({ what, wanted, found, excerpt = [] }) => [
      `${what}: wanted ${wanted}, found ${found}`,
      ...excerpt.map((line) => `  ${line}`),
    ]),
  };
}
