import type { StepRecord } from '../../checklist/judge-item.ts';
import { leftItems } from '../../checklist/left-items.ts';
import type { StepId } from '../../domain/phase.ts';
import { steps } from '../../tasks/steps.ts';
import type { Context } from '../../workspace/context.ts';

/**
 * Returns what the journal says about each step, and why a step does not apply here. Finding that out may connect to the
 * production host.
 * @param skip why a flag or the configuration skips a step
 */
export async function stepRecords(
  context: Context,
  skip: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<StepId, StepRecord>> {
  const records = new Map<StepId, StepRecord>();
  for (const { id, skipReason } of steps) {
    records.set(id, recordOf(context, id, skip.get(id) ?? (await skipReason?.(context))));
  }
  return records;
}

export function neverChecked(step: StepId): StepRecord {
  return { step, seen: null, failedSince: null, leftOut: null };
}

/** Returns the number of checklist items for which the journal has no evidence. */
export function itemsLeftIn(context: Context): number {
  return leftItems(steps, (step) => recordOf(context, step, undefined)).length;
}

function recordOf({ memory }: Context, step: StepId, configured: string | undefined): StepRecord {
  const seen = memory.lastVerified(step) ?? null;
  const after = (at: string) => seen === null || at > seen.at;
  const failure = memory.failures([step]).findLast(({ at }) => after(at));
  const skip = memory.skips().findLast((one) => one.step === step && after(one.at));
  const failedSince = seen === null ? null : (failure?.what ?? null);
  return { step, seen, failedSince, leftOut: configured ?? skip?.reason ?? null };
}
