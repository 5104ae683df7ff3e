import { exitCodes, type Problem } from '../../domain/problem.ts';

const again = { text: 'Make a new plan', command: ['erp-deploy', 'plan', '--out', 'FILE'] } as const;

/**
 * @param moved one line for each difference
 * @param resumes whether the last rollout did not finish; its changes are among the differences
 */
export function planMoved(moved: readonly string[], resumes = false): Problem {
  return {
    code: 'ERP-0341',
    what: 'The saved plan is not the current one.',
    why: `${resumes ? 'The last rollout did not finish, so what it changed differs from the plan, too. ' : ''}What differs is listed below. Nothing was changed.`,
    todo: [
      resumes ? { ...again, text: 'Make a new plan of what is left' } : again,
      { text: 'Review it, then run it.' },
    ],
    exit: exitCodes.prerequisite,
    excerpt: moved,
  };
}

/** @param path as the operator wrote it */
export function notASavedPlan(path: string, reason: string): Problem {
  return {
    code: 'ERP-0340',
    what: `${path} is not a saved plan: ${reason}.`,
    why: 'A saved plan is a file that plan --out wrote. It is not meant to be edited.',
    todo: [again],
    exit: exitCodes.usage,
  };
}

/** @param path as the operator wrote it */
export function wouldReplace(path: string): Problem {
  return {
    code: 'ERP-0342',
    what: `${path} exists and is not a saved plan.`,
    why: 'plan --out replaces only a saved plan.',
    todo: [{ text: 'Name another file.' }],
    exit: exitCodes.usage,
  };
}

/** @param flags the flags that were that cannot be used together with `flag` */
export function notTogether(flag: string, flags: readonly string[], why: string): Problem {
  return {
    code: 'ERP-0109',
    what: `${flag} cannot be used together with ${flags.join(', ')}.`,
    why,
    todo: [{ text: `Leave out ${flags.length === 1 ? 'one of them' : flags.join(', ')}.` }],
    exit: exitCodes.usage,
  };
}
