import { consentsMissing } from '../../domain/confirmation.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { makePlan, type StepPlan } from '../../engine/plan.ts';
import { obstacleIn, sameProblem } from '../../engine/refusal.ts';
import { plannedEvent } from '../../engine/reporter.ts';
import { notTogether } from '../../engine/saved-plan/problems.ts';
import { steps as allSteps } from '../../tasks/steps.ts';
import type { Context } from '../../workspace/context.ts';
import { isApproved } from '../wiring/approvals.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { boundFiles } from '../wiring/plan-binding.ts';
import { savePlan } from '../wiring/saved-plan.ts';
import { contextOf, openWorkspace, recordedIn, tellStarted, whileLocked } from '../wiring/workspace.ts';

/** Reports what every step would change, and changes nothing. Ends as `run` would if a step is blocked. */
export const plan: Execute = async (parts) => {
  if (parts.flags.json && parts.flags.format === 'markdown') {
    throw new ProblemError(notTogether('--format', ['--json'], 'Both decide what stdout contains.'));
  }
  const open = await openWorkspace(parts);
  const recorded = await recordedIn(parts, open.ports);
  tellStarted(parts, open, recorded.unfinished !== null);
  const context = contextOf(parts, open, () => recorded);
  const blocking: Problem[] = [];
  const report = (one: StepPlan<Context>) => {
    parts.reporter.emit(plannedEvent(one));
    const obstacle = obstacleIn(one);
    if (obstacle === null || blocking.some((known) => sameProblem(known, obstacle.problem))) return;
    blocking.push(obstacle.problem);
    parts.reporter.problem(obstacle.problem, obstacle.step);
  };
  const files = parts.flags.out === undefined ? [] : await boundFiles(parts, open);
  const plans = await whileLocked(parts, open.ports, () =>
    makePlan(open.steps, open.skip, context, parts.signal, report, allSteps),
  );
  const changes = plans.flatMap((one) => (one.state === 'change' ? one.changes : []));
  const consents = consentsMissing(changes, (consent) => isApproved(parts.flags, consent)).map(
    ({ flag, value }) => (value === undefined ? flag : `${flag} ${value}`),
  );
  parts.reporter.emit({ type: 'plan.ready', changes: changes.length, consents });
  if (blocking[0] !== undefined) return notSaved(parts, blocking[0]);
  const { out } = parts.flags;
  if (out !== undefined) {
    const command = await savePlan(parts, open, out, files, plans);
    parts.reporter.emit({ type: 'note', level: 'info', text: `Saved in ${out}. To apply it`, command });
  }
  return exitCodes.done;
};

/** Says that a blocked plan is not saved. Returns the exit code. */
function notSaved({ flags, reporter }: CommandParts, { exit }: Problem): Problem['exit'] {
  if (flags.out !== undefined) {
    reporter.emit({
      type: 'note',
      level: 'warning',
      text: `${flags.out} was not written: the plan is blocked.`,
    });
  }
  return exit;
}
