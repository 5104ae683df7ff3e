import { sameCommand } from '../domain/command-text.ts';
import { FileFault } from '../domain/ports/files.ts';
import { type ExitCode, exitCodes, type Problem } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import { Interrupted } from './interrupted.ts';
import type { RolloutParts } from './rollout-parts.ts';

/**
 * Records a failure in the journal. A failure of the journal's own disk is only reported. A run that lost the lock
 * records nothing, since the journal then belongs to another run.
 */
export async function keepFailure<Context>(
  { executor, reporter }: RolloutParts<Context>,
  step: Step<Context>,
  { code, what, exit, evidence }: Problem,
): Promise<void> {
  if (exit === exitCodes.locked) return;
  try {
    const seen = evidence === undefined ? {} : { evidence };
    await executor.journal.add({ type: 'failed', step: step.id, code, what, exit, ...seen });
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    const text = `The failure of ${step.id} could not be written to the journal (${error.errno}).`;
    reporter.emit({ type: 'note', level: 'warning', text });
  }
}

/** Records which signal stopped the run, and in which step. By then, the current change is finished. */
export async function stoppedOutside<Context>(
  { executor, reporter, interactive }: RolloutParts<Context>,
  step: Step<Context> | null,
  reason: unknown,
): Promise<ExitCode> {
  if (!(reason instanceof Interrupted)) throw reason;
  await executor.journal.add({ type: 'interrupted', step: step?.id ?? null, by: reason.by });
  // The wizard's `q` sends the signal of Ctrl-C.
  const isRequested = interactive && reason.by === 'SIGINT';
  const where = step === null ? 'before the first step' : `in ${step.id}`;
  reporter.emit({
    type: 'note',
    level: 'warning',
    text: `Stopped ${where} ${isRequested ? 'at your request' : `by ${reason.by}`}. To resume`,
    command: sameCommand(),
  });
  return reason.exit;
}
