import type { Step } from '../domain/step.ts';
import type { RolloutParts } from './rollout-parts.ts';

/**
 * Asks the operator for the step's notes and records them. Asks only once in a rollout, even if the rollout is resumed,
 * and only if it changes something.
 * @returns whether the operator entered notes just now
 */
export async function askForNotes<Context>(
  { executor: { journal }, context, interactive, signal, reporter }: RolloutParts<Context>,
  step: Step<Context>,
): Promise<boolean> {
  const { unfinished, answer } = journal.recorded;
  if (!interactive || unfinished === null || answer(step.id) !== undefined) return false;
  const asked = step.asks?.(context) ?? null;
  if (asked === null) return false;
  const intent = await reporter.ask({ type: 'words', step: step.id, asked }, signal);
  if (intent.type !== 'words') return false;
  const text = intent.text.trim();
  await journal.add({ type: 'answered', step: step.id, text });
  return text !== '';
}
