import { withCommand } from '../domain/command-text.ts';
import type { LeftItem } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import { type DeclaringStep, judgeItem, type StepRecord } from './judge-item.ts';
import { knownItems } from './match-items.ts';

/**
 * Returns the items of the bundled checklist that are left, in its order. Whatever shows or counts the items that are
 * left uses this list.
 * @param declaring the steps of a rollout, in their order
 */
export function leftItems(
  declaring: readonly DeclaringStep[],
  recordOf: (step: StepId) => StepRecord,
): readonly LeftItem[] {
  return knownItems.flatMap((known) => {
    const verdict = judgeItem(known, declaring, recordOf);
    if (verdict.state === 'ticked') return [];
    const reason = withCommand(verdict.summary, verdict.command);
    return [{ id: known.id, text: known.text, reason }];
  });
}
