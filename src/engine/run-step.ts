import { type Change, type Consent, type PlannedChange, scopeOf } from '../domain/change.ts';
import { consentsMissing, covers, knows } from '../domain/confirmation.ts';
import type { Told } from '../domain/events.ts';
import type { Intent, Question } from '../domain/front-end.ts';
import type { PhaseName } from '../domain/phase.ts';
import { ProblemError } from '../domain/problem.ts';
import { showPlanned, summaryOf } from '../domain/show-change.ts';
import type { CheckResult, Step } from '../domain/step.ts';
import { applyChange, type ExecutorParts } from './executor.ts';
import {
  consentMissing,
  notAsWanted,
  notConfirmed,
  stillPending,
  worldKeepsMoving,
} from './step-problems.ts';
import { plannedEvent } from './tell.ts';
import type { Yeses } from './yeses.ts';

/** How often a step is previewed again where the world moves between the yes and the change. */
const tries = 3;

/** What running one step takes. */
export interface StepRun<Context> {
  readonly context: Context;
  readonly executor: ExecutorParts;
  readonly signal: AbortSignal;
  /** Grows by what is asked and approved on the way. */
  readonly yeses: Yeses<Context>;
  /** What the plan holds for a phase, or for all steps: what a yes to more than one step is about. */
  planned(phase: PhaseName | null): readonly PlannedChange[];
  /** Whether this change was begun before, and no end of it is known. */
  inDoubt(change: Change): boolean;
  consented(consent: Consent): boolean;
  /** Asks for what the step wants to be told; whether something was. */
  words(step: Step<Context>): Promise<boolean>;
  tell(event: Told): void;
  ask(question: Question): Promise<Intent>;
  /** The command, as the person typed it: what a problem tells to do again. */
  readonly again: string;
}

/** What is seen after the step, and how many changes it took. */
export interface StepSeen {
  readonly look: Extract<CheckResult, { state: 'satisfied' }>;
  readonly changes: number;
}

/**
 * Looks, changes what was confirmed, and looks again.
 * @throws ProblemError where the step cannot be done; FileFault, DatabaseError where the world refuses
 */
export async function runStep<Context>(run: StepRun<Context>, step: Step<Context>): Promise<StepSeen> {
  let changes = 0;
  const told = await run.words(step);
  for (let attempt = 1; attempt <= tries; attempt++) {
    const look = await step.check(run.context);
    if (look.state === 'blocked') throw new ProblemError(look.problem);
    if (look.state === 'satisfied') return { look: await verified(run, step), changes };
    const preview = await step.preview(run.context);
    if ('code' in preview) throw new ProblemError(preview);
    const exact = await confirmedOnly(run, step, look, preview, told);
    const applied = await applyAll(run, step, exact);
    changes += applied.count;
    if (!applied.moved) return { look: await verified(run, step), changes };
  }
  throw new ProblemError(worldKeepsMoving(step));
}

async function verified<Context>(run: StepRun<Context>, step: Step<Context>): Promise<StepSeen['look']> {
  const look = await (step.verify ?? step.check).call(step, run.context);
  if (look.state === 'blocked') throw new ProblemError(look.problem);
  if (look.state === 'missing') throw new ProblemError(notAsWanted(step, look.findings));
  return look;
}

/**
 * The changes, all of them exact and confirmed; what was not confirmed is asked now.
 * @param told whether the person told something since: a yes from before was not about that
 */
async function confirmedOnly<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  look: Extract<CheckResult, { state: 'missing' }>,
  preview: readonly PlannedChange[],
  told: boolean,
): Promise<readonly Change[]> {
  const changes = preview.map((planned) => {
    if (planned.status === 'pending') throw new ProblemError(stillPending(step, planned.summary));
    return planned.change;
  });
  const more = preview.filter(
    (planned) => planned.status === 'exact' && !(told ? knows : covers)(run.yeses.confirmed, planned.change),
  );
  const consents = consentsMissing(preview, run.consented);
  // What the plan foresaw may have come true meanwhile: the person decides on what is there now.
  // What was pending is exact now: this is what will be done.
  if (more.length + consents.length > 0 || wasPending(run, step, preview)) {
    run.tell(plannedEvent({ step, state: 'change', look, changes: preview }));
  }
  if (more.length > 0) {
    const shown = more.map(showPlanned);
    const beyond = !told && isBeyond(run, step);
    const intent = await run.ask({ type: 'confirm-more', step: step.id, changes: shown, beyond });
    if (intent.type === 'skip') throw new SkippedStep(intent.reason);
    const approved = approvedBy(run, step, intent, more);
    if (approved === null) throw new ProblemError(notConfirmed(step, shown, beyond));
    await run.yeses.confirm(approved);
  }
  for (const planned of preview) await consentTo(run, step, planned);
  return changes;
}

/** The yes that one change needs for itself: by its flag, or asked for now. */
async function consentTo<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  planned: PlannedChange,
): Promise<void> {
  const { consent } = planned;
  if (consent === undefined) return;
  if (!run.consented(consent)) {
    const intent = await run.ask({ type: 'consent', step: step.id, consent });
    if (intent.type === 'skip') throw new SkippedStep(intent.reason);
    if (intent.type !== 'approve') throw new ProblemError(consentMissing(step, consent, run.again));
  }
  await run.yeses.consent(step.id, planned, consent);
}

/** Whether the plan could not tell yet what it comes to, of any of these. */
function wasPending<Context>(
  run: StepRun<Context>,
  step: Step<Context>,
  preview: readonly PlannedChange[],
): boolean {
  const scopes = new Set(
    preview.flatMap((planned) => (planned.status === 'exact' ? scopeOf(planned.change) : [])),
  );
  return run.planned(step.phase).some((planned) => planned.status === 'pending' && scopes.has(planned.scope));
}

/**
 * Whether a yes was given to all that the plan holds for this phase: what is asked now goes beyond it. Where
 * a plan is taken step by step, a step whose turn comes goes beyond nothing.
 */
function isBeyond<Context>(run: StepRun<Context>, step: Step<Context>): boolean {
  const scopes = run
    .planned(step.phase)
    .map((planned) => (planned.status === 'exact' ? scopeOf(planned.change) : planned.scope));
  const { confirmed } = run.yeses;
  return confirmed.size > 0 && scopes.every((scope) => confirmed.has(scope));
}

/** What a yes is about; null where it was none. */
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

/** A person left the step out when its turn came. */
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
  for (const [index, change] of changes.entries()) {
    run.signal.throwIfAborted();
    if (!(await mayRepeat(run, step, change))) continue;
    const counted = { index: index + 1, of: changes.length };
    run.tell({ type: 'change.started', ...place, ...counted, summary: summaryOf(change) });
    // The signal is not handed on: a change that was begun is finished, and the stop comes after it.
    const onLine = (line: string) => run.tell({ type: 'output', ...place, line });
    const applied = await applyChange(run.executor, step.id, change, new AbortController().signal, onLine);
    if (applied === 'moved') return { count: index, moved: true };
    run.tell({ type: 'change.finished', ...place, ...counted });
  }
  return { count: changes.length, moved: false };
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
