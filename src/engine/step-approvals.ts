import { type Change, type Consent, type PlannedChange, scopeOf, scopeOfPlanned } from '../domain/change.ts';
import { type Confirmed, consentsMissing, consentsOf, covers, knows } from '../domain/confirmation.ts';
import type { Intent } from '../domain/front-end.ts';
import { Declined, ProblemError } from '../domain/problem.ts';
import { showPlanned } from '../domain/show-change.ts';
import type { CheckResult, Step } from '../domain/step.ts';
import { plannedEvent } from './reporter.ts';
import { consentMissing, notConfirmed, stillPending } from './step-problems.ts';
import { SkippedStep, type StepRun } from './step-run.ts';

/**
 * Returns the changes, all of them exact and approved. Asks for the approvals that were not given before.
 * @param hasNewNotes whether the operator entered notes since: an earlier approval did not cover them
 */
export async function approvedChanges<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  check: Extract<CheckResult, { state: 'missing' }>,
  preview: readonly PlannedChange[],
  hasNewNotes: boolean,
): Promise<readonly Change[]> {
  const changes = preview.map((planned) => {
    if (planned.status === 'pending') throw new ProblemError(stillPending(step, planned.summary));
    return planned.change;
  });
  const { bound } = run;
  const outside = bound === null ? [] : preview.filter((planned) => isOutside(bound, planned));
  if (outside.length > 0) throw new ProblemError(notConfirmed(step, outside.map(showPlanned), true));
  const more = preview.filter(
    (planned) =>
      planned.status === 'exact' && !(hasNewNotes ? knows : covers)(run.approvals.confirmed, planned.change),
  );
  const consents = consentsMissing(preview, run.consented);
  // The operator decides on the current preview: changes that were pending in the plan are exact now.
  if (more.length + consents.length > 0 || wasPending(run, step, preview)) {
    run.emit(plannedEvent({ step, state: 'change', check, changes: preview }));
  }
  const beyond = !hasNewNotes && isBeyond(run, step);
  // A question about a separate approval shows every change of the step, so its answer approves all of them.
  const isShownThere = consents.length > 0 && !beyond;
  if (more.length > 0 && !isShownThere) await confirmMore(run, step, more, beyond);
  for (const consent of consents) await consentTo(run, step, consent);
  if (more.length > 0 && isShownThere) await run.approvals.confirm(more);
  for (const planned of preview) {
    for (const consent of consentsOf(planned)) await run.approvals.consent(step.id, planned, consent);
  }
  return changes;
}

async function confirmMore<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  more: readonly PlannedChange[],
  beyond: boolean,
): Promise<void> {
  const shown = more.map(showPlanned);
  const intent = await run.ask({ type: 'confirm-more', step: step.id, changes: shown, beyond });
  if (intent.type === 'skip') throw new SkippedStep(intent.reason);
  const approved = approvedBy(run, step, intent, more);
  if (approved === null) throw new Declined(notConfirmed(step, shown, beyond));
  await run.approvals.confirm(approved);
}

function isOutside(bound: Confirmed, planned: PlannedChange): boolean {
  return planned.status === 'exact' && !covers(bound, planned.change);
}

/** Asks for an explicit approval, whose flag was not given. */
async function consentTo<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  consent: Consent,
): Promise<void> {
  const intent = await run.ask({ type: 'consent', step: step.id, consent });
  if (intent.type === 'skip') throw new SkippedStep(intent.reason);
  if (intent.type !== 'approve') throw new Declined(consentMissing(step, consent));
}

/** Returns whether any of these changes was pending in the plan. */
function wasPending<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  preview: readonly PlannedChange[],
): boolean {
  const scopes = new Set(
    preview.flatMap((planned) => (planned.status === 'exact' ? scopeOf(planned.change) : [])),
  );
  return run
    .planned(step.phase)
    .some((planned) => planned.status === 'pending' && scopes.has(scopeOfPlanned(planned)));
}

/**
 * Returns whether all planned changes of this phase were approved before, so that this question is about further
 * changes. If steps are approved one by one, the question about the next step is not about further changes.
 */
function isBeyond<Context>(run: StepRun<Context>, step: Step<Context>): boolean {
  const scopes = run.planned(step.phase).map(scopeOfPlanned);
  const { confirmed } = run.approvals;
  return confirmed.size > 0 && scopes.every((scope) => confirmed.has(scope));
}

/** Returns the changes that an answer approves; null if it approves none. */
function approvedBy<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  intent: Intent,
  more: readonly PlannedChange[],
): readonly PlannedChange[] | null {
  if (intent.type === 'approve') return more;
  if (intent.type === 'approve-phase') return [...run.planned(step.phase), ...more];
  if (intent.type === 'approve-all') return [...run.planned(null), ...more];
  return null;
}
