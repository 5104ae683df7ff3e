import { FileFault } from '../domain/ports.ts';
import { type ExitCode, exitCodes, type Problem } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import { Interrupted } from './interrupted.ts';
import type { RolloutParts } from './rollout-parts.ts';

/**
 * The problem may be the very disk that the journal lies on: then it is told, and not written down. Whoever
 * lost the lock writes nothing either, since the journal is another's by then.
 */
export async function keepFailure<Context>(
  { executor, teller }: RolloutParts<Context>,
  step: Step<Context>,
  { code, what, exit, evidence }: Problem,
): Promise<void> {
  if (exit === exitCodes.locked) return;
  try {
    const seen = evidence === undefined ? {} : { evidence };
    await executor.journal.add({ type: 'failed', step: step.id, code, what, exit, ...seen });
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    const text = `The journal could not take down the failure of ${step.id} (${error.errno}).`;
    teller.tell({ type: 'note', level: 'warning', text });
  }
}

/** A signal ended the run: the journal says where, and nothing that was begun is left half done. */
export async function stoppedOutside<Context>(
  { executor, teller, again }: RolloutParts<Context>,
  step: Step<Context> | null,
  reason: unknown,
): Promise<ExitCode> {
  if (!(reason instanceof Interrupted)) throw reason;
  await executor.journal.add({ type: 'interrupted', step: step?.id ?? null, by: reason.by });
  const where = step === null ? 'before the first step' : `in ${step.id}`;
  teller.tell({
    type: 'note',
    level: 'warning',
    text: `Stopped ${where} by ${reason.by}. To go on: ${again}`,
  });
  return reason.exit;
}
