import type { Change } from '../domain/change.ts';
import { ProblemError } from '../domain/problem.ts';
import { summaryOf } from '../domain/show-change.ts';
import type { Satisfied, Step } from '../domain/step.ts';
import { applyTogether, togetherFrom } from './apply-together.ts';
import { applyChange } from './executor.ts';
import { approvedChanges } from './step-approvals.ts';
import { changedMeanwhile, notVerified } from './step-problems.ts';
import type { StepRun } from './step-run.ts';
import { untilStopped } from './until-stopped.ts';

/** How often a step is previewed if the actual state changes between approval and change. */
const tries = 3;

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

/** Reports, if a signal arrives during a change, that the change is finished before the run stops. */
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
