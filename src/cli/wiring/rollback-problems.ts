import type { Undoable } from '../../domain/done.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';

/** Refuses to undo on this production what was done on another one. */
export function assertSameProduction(steps: Undoable['steps'], now: string | null): void {
  const [first] = steps.flatMap(({ step, productions }) =>
    productions.filter((address) => address !== now).map((address) => ({ step, address })),
  );
  if (now === null || first === undefined) return;
  throw new ProblemError({
    code: 'ERP-0833',
    what: `Step ${first.step} worked on ${first.address}, and production is now ${now}.`,
    why: 'A step can only be undone on the production that it changed.',
    todo: [
      {
        text: 'Name that production: --production-host or --database-url, or its directory in the configuration.',
      },
      { text: 'Or undo only the other steps', command: ['erp-deploy', 'rollback', '--only', 'STEP'] },
      { text: 'Or undo only the other phases', command: ['erp-deploy', 'rollback', '--phase', 'PHASE'] },
      { text: 'To see what each rollout did', command: ['erp-deploy', 'history'] },
    ],
    exit: exitCodes.prerequisite,
  });
}

export function nothingRan(root: string): Problem {
  return {
    code: 'ERP-0830',
    what: 'There is no rollout to undo.',
    why: `The journal of ${root} has no rollout that changed anything.`,
    todo: [{ text: 'To see the completed steps', command: ['erp-deploy', 'status'] }],
    exit: exitCodes.prerequisite,
  };
}

export function unknownRollout(given: string, rollouts: readonly string[]): Problem {
  const none = 'none is recorded in this workspace';
  return {
    code: 'ERP-0836',
    what: `There is no rollout ${given}.`,
    why: rollouts.length === 0 ? `A rollout is named as in the history; ${none}.` : 'They are listed below.',
    todo: [{ text: 'To see what each one did', command: ['erp-deploy', 'history'] }],
    exit: exitCodes.usage,
    ...(rollouts.length === 0 ? {} : { excerpt: rollouts }),
  };
}
