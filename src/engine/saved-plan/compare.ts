import { atBorder } from '../../domain/border.ts';
import { type PlannedChange, scopeOfPlanned } from '../../domain/change.ts';
import { digestOf } from '../../domain/change-digest.ts';
import { showPlanned } from '../../domain/show-change.ts';
import type { StepPlan } from '../plan.ts';
import { approvalFlags, type SavedChange, type SavedStep } from './format.ts';

/** Returns a step's plan as it is saved; null if the step is blocked. */
export function savedStep<Context>(plan: StepPlan<Context>): SavedStep | null {
  const { id, phase, expected } = plan.step;
  const place = { step: id, phase };
  switch (plan.state) {
    case 'blocked':
      return null;
    case 'satisfied':
      return atBorder({ ...place, state: 'satisfied', summary: plan.summary, changes: [] });
    case 'skipped':
      return atBorder({ ...place, state: 'skipped', summary: plan.reason, changes: [] });
    case 'change':
      return atBorder({
        ...place,
        state: 'change',
        summary: expected,
        changes: plan.changes.map(savedChange),
      });
  }
}

function savedChange(planned: PlannedChange): SavedChange {
  const digest = planned.status === 'exact' ? digestOf(planned.change) : planned.digest;
  return { scope: scopeOfPlanned(planned), digest, shown: showPlanned(planned) };
}

/**
 * Returns one line for each difference between a saved plan and the plan made now; none if they are the same.
 */
export function movedSteps<Context>(
  saved: readonly SavedStep[],
  plans: readonly StepPlan<Context>[],
): readonly string[] {
  const known = new Set(plans.map(({ step }) => `${step.id}`));
  return [
    ...plans.flatMap((plan) => {
      const before = saved.find(({ step }) => step === plan.step.id);
      return before === undefined ? [`${plan.step.id}: not in the saved plan`] : movedStep(before, plan);
    }),
    ...saved.filter(({ step }) => !known.has(step)).map(({ step }) => `${step}: not selected now`),
  ];
}

/** The deployment's folder on the production host. A rollout creates it for its lock, before it makes the plan. */
const lockedFolder = 'write:production:.';

function movedStep<Context>(before: SavedStep, plan: StepPlan<Context>): readonly string[] {
  const { step } = before;
  if (plan.state === 'blocked')
    return [`${step}: was ${stateText(before)}, is blocked: ${plan.problem.what}`];
  const now = savedStep(plan);
  if (now === null) return [];
  const changes = before.changes.filter(({ scope }) => scope !== lockedFolder);
  const current = now.changes.filter(({ scope }) => scope !== lockedFolder);
  if (now.state !== before.state) return [`${step}: was ${stateText(before)}, is ${stateText(now)}`];
  const gone = changes.filter((one) => !current.some((other) => other.scope === one.scope));
  const added = current.filter((one) => !changes.some((other) => other.scope === one.scope));
  const kept = current.flatMap((one) => {
    const other = changes.find(({ scope }) => scope === one.scope);
    return other === undefined || identity(other) === identity(one) ? [] : [differenceBetween(other, one)];
  });
  const lines = [
    ...gone.map(({ shown }) => `no longer needed: ${shown.summary}`),
    ...added.map(({ shown }) => `new: ${shown.summary}`),
    ...kept,
  ];
  const isReordered =
    lines.length === 0 && changes.some(({ scope }, index) => scope !== current[index]?.scope);
  return [...lines, ...(isReordered ? ['the changes have another order'] : [])].map(
    (line) => `${step}: ${line}`,
  );
}

const stateNames = { satisfied: 'done', skipped: 'skipped', change: '' } as const;

function stateText({ state, changes: { length } }: SavedStep): string {
  if (state !== 'change') return stateNames[state];
  return length === 1 ? '1 change' : `${length} changes`;
}

/** Hazards and the reasons for approvals are left out: they contain estimates, which change on their own. */
function identity({ scope, digest, shown }: SavedChange): string {
  const { status, kind, summary, lines, reversible } = shown;
  return JSON.stringify([scope, digest, status, kind, summary, lines, reversible, approvalFlags(shown)]);
}

function differenceBetween(before: SavedChange, now: SavedChange): string {
  const { shown } = now;
  if (before.shown.summary !== shown.summary) return `was "${before.shown.summary}", is "${shown.summary}"`;
  const [had, needs] = [approvalFlags(before.shown), approvalFlags(shown)].map(
    (flags) => flags.join(', ') || 'none',
  );
  if (had !== needs) return `${shown.summary}: explicit approvals were ${had}, are ${needs}`;
  return `other content: ${shown.summary}`;
}
