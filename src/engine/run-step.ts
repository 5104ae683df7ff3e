import { type Change, type Consent, type PlannedChange, scopeOf, scopeOfPlanned } from '../domain/change.ts';
import { type Confirmed, consentsMissing, consentsOf, covers, knows } from '../domain/confirmation.ts';
import type { Reported } from '../domain/events.ts';
import type { Intent, Question } from '../domain/front-end.ts';
import type { PhaseName, StepId } from '../domain/phase.ts';
import { Declined, ProblemError } from '../domain/problem.ts';
import { showPlanned, summaryOf } from '../domain/show-change.ts';
import type { CheckResult, Satisfied, Step } from '../domain/step.ts';
import { applyTogether, togetherFrom } from './apply-together.ts';
import type { Approvals } from './approvals.ts';
import { applyChange, type ExecutorParts } from './executor.ts';
import { plannedEvent } from './reporter.ts';
import {
  changedMeanwhile,
  consentMissing,
  notConfirmed,
  notVerified,
  stillPending,
} from './step-problems.ts';
import { untilStopped } from './until-stopped.ts';

/** How often a step is previewed if the actual state changes between approval and change. */
const tries = 3;

/** What it takes to run a step. */
export interface StepRun<Context> {
  readonly context: Context;
  readonly executor: ExecutorParts;
  readonly signal: AbortSignal;
  /** Grows with each approval during the run. */
  readonly approvals: Approvals<Context>;
  /** The changes of the saved plan that the run is bound to; null if it is not bound to one. */
  readonly bound: Confirmed | null;
  /** Returns the planned changes of a phase, or of all steps: what an approval of several steps covers. */
  planned(phase: PhaseName | null): readonly PlannedChange[];
  /** Returns whether an earlier run started this change, and may have applied it. */
  inDoubt(change: Change): boolean;
  /** The steps that the operator skipped in this run, with the reason; grows when a step fails. */
  readonly skipped: Map<StepId, string>;
  consented(consent: Consent): boolean;
  /** Asks the operator for the step's notes; returns whether there are new ones. */
  askForNotes(step: Step<Context>): Promise<boolean>;
  emit(event: Reported): void;
  ask(question: Question): Promise<Intent>;
}

/** The result of verifying a step, and how many changes were applied. */
export interface StepResult {
  readonly verified: Satisfied;
  readonly changes: number;
}

/**
 * Checks a step, applies the approved changes, and verifies them.
 * @throws ProblemError if the step cannot be done; FileFault or DatabaseError if the system refuses a change
 */
export async function runStep<Context>(run: StepRun<Context>, step: Step<Context>): Promise<StepResult> {
  let changes = 0;
  const hasNewNotes = await run.askForNotes(step);
  for (let attempt = 1; attempt <= tries; attempt++) {
    const check = await untilStopped(run.signal, step.check(run.context));
    if (check.state === 'blocked') throw new ProblemError(check.problem);
    if (check.state === 'satisfied') return { verified: await verify(run, step), changes };
    const preview = await untilStopped(run.signal, step.preview(run.context));
    if ('code' in preview) throw new ProblemError(preview);
    const exact = await approvedChanges(run, step, check, preview, hasNewNotes);
    const applied = await applyAll(run, step, exact);
    changes += applied.count;
    if (!applied.moved) return { verified: await verify(run, step), changes };
  }
  throw new ProblemError(changedMeanwhile(step));
}

async function verify<Context>(run: StepRun<Context>, step: Step<Context>): Promise<StepResult['verified']> {
  const result = await untilStopped(run.signal, (step.verify ?? step.check).call(step, run.context));
  if (result.state === 'blocked') throw new ProblemError(result.problem);
  if (result.state === 'missing') throw new ProblemError(notVerified(step, result.findings));
  return result;
}

/**
 * Returns the changes, all of them exact and approved; asks now for what was not approved before.
 * @param hasNewNotes whether the operator entered notes since: an earlier approval did not cover them
 */
async function approvedChanges<Context>(
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
  if (more.length > 0) {
    const shown = more.map(showPlanned);
    const beyond = !hasNewNotes && isBeyond(run, step);
    const intent = await run.ask({ type: 'confirm-more', step: step.id, changes: shown, beyond });
    if (intent.type === 'skip') throw new SkippedStep(intent.reason);
    const approved = approvedBy(run, step, intent, more);
    if (approved === null) throw new Declined(notConfirmed(step, shown, beyond));
    await run.approvals.confirm(approved);
  }
  for (const planned of preview) await consentTo(run, step, planned);
  return changes;
}

function isOutside(bound: Confirmed, planned: PlannedChange): boolean {
  return planned.status === 'exact' && !covers(bound, planned.change);
}

/** Gets the explicit approvals that a change needs: by their flags, or by asking now. */
async function consentTo<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  planned: PlannedChange,
): Promise<void> {
  for (const consent of consentsOf(planned)) {
    if (!run.consented(consent)) {
      const intent = await run.ask({ type: 'consent', step: step.id, consent });
      if (intent.type === 'skip') throw new SkippedStep(intent.reason);
      if (intent.type !== 'approve') throw new Declined(consentMissing(step, consent));
    }
    await run.approvals.consent(step.id, planned, consent);
  }
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
 * Returns whether all planned changes of this phase were approved, so that what is asked now goes beyond them. When
 * steps are approved one by one, the next step does not go beyond anything.
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

/** The operator skipped the step when its turn came. */
export class SkippedStep extends Error {
  override readonly name = 'SkippedStep';
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

async function applyAll<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  changes: readonly Change[],
): Promise<{ readonly count: number; readonly moved: boolean }> {
  const place = { phase: step.phase, step: step.id };
  let index = 0;
  for (let change = changes[0]; change !== undefined; change = changes[index]) {
    run.signal.throwIfAborted();
    const counted = (at: number) => ({ ...place, index: at + 1, of: changes.length });
    const [first, ...others] = togetherFrom(run.executor, changes, index);
    if (first !== undefined && others.length > 0) {
      const together = [first, ...others] as const;
      for (const [at, one] of together.entries()) {
        run.emit({ type: 'change.started', ...counted(index + at), summary: summaryOf(one) });
      }
      const done = await finished(run, first, () => applyTogether(run.executor, step.id, together));
      for (let at = 0; at < done; at++) run.emit({ type: 'change.finished', ...counted(index + at) });
      index += done;
      if (done < together.length) return { count: index, moved: true };
      continue;
    }
    if (await mayRepeat(run, step, change)) {
      run.emit({ type: 'change.started', ...counted(index), summary: summaryOf(change) });
      // The signal is not passed on: a change that has started is finished before the run stops.
      const onLine = (line: string) => run.emit({ type: 'output', ...place, line });
      const applied = await finished(run, change, () =>
        applyChange(run.executor, step.id, change, new AbortController().signal, onLine),
      );
      if (applied === 'moved') return { count: index, moved: true };
      run.emit({ type: 'change.finished', ...counted(index) });
    }
    index += 1;
  }
  return { count: changes.length, moved: false };
}

/** Says that a change is finished first if a signal arrives meanwhile. */
async function finished<Context, Answer>(
  { signal, executor, emit }: StepRun<Context>,
  change: Change,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const say = () =>
    emit({ type: 'note', level: 'info', text: `Stopping after the current change: ${summaryOf(change)}` });
  signal.addEventListener('abort', say, { once: true });
  executor.working.changes += 1;
  try {
    return await act();
  } finally {
    executor.working.changes -= 1;
    signal.removeEventListener('abort', say);
  }
}

async function mayRepeat<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  change: Change,
): Promise<boolean> {
  const visible = !('observable' in change) || change.observable;
  if (visible || !run.inDoubt(change)) return true;
  const intent = await run.ask({ type: 'repeat', step: step.id, change: summaryOf(change) });
  return intent.type === 'approve';
}
