import { allItems } from '../checklist/items.ts';
import type { Step } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import type { ContainerTarget, Target } from './target.ts';

type StepHead = Pick<Step<Context>, 'id' | 'phase' | 'title' | 'expected' | 'needs' | 'skipReason'>;

/** What a section of the checklist declares about one of the checks that every target has. */
export interface TargetStep<Items extends object> extends StepHead {
  /** Called only if the step is not skipped. */
  target(context: Context): Target;
  readonly items: Items;
}

/** Returns what every step of a target has, and the target with the items that the step verifies. */
export function declared<Items extends object>({
  target,
  items,
  ...head
}: TargetStep<Items>): {
  readonly step: StepHead & Pick<Step<Context>, 'items'>;
  targetIn(context: Context): Target<Items>;
} {
  return {
    step: { ...head, items: allItems(items) },
    targetIn: (context) => ({ ...target(context), items }),
  };
}

/** Returns a target with containers, for steps that are skipped without any. */
export function inContainers<Items extends object>(target: Target<Items>): ContainerTarget<Items> {
  if (target.stack === null) throw new Error(`the target "${target.name}" has no containers`);
  return target;
}
