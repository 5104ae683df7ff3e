import type { Step } from '../domain/step.ts';
import type { RolloutParts } from './rollout-parts.ts';

/**
 * Asks a person for what the step wants to know, and keeps it: once in a roll-out, and only in one that changes
 * something. Whoever goes on with it later is not asked again.
 * @returns whether they told something just now
 */
export async function askForWords<Context>(
  { executor: { journal }, context, interactive, signal, teller }: RolloutParts<Context>,
  step: Step<Context>,
): Promise<boolean> {
  const { unfinished, answer } = journal.recorded;
  if (!interactive || unfinished === null || answer(step.id) !== undefined) return false;
  const asked = step.asks?.(context) ?? null;
  if (asked === null) return false;
  const intent = await teller.ask({ type: 'words', step: step.id, asked }, signal);
  if (intent.type !== 'words') return false;
  const text = intent.text.trim();
  await journal.add({ type: 'answered', step: step.id, text });
  return text !== '';
}
