import type { Step } from '../domain/step.ts';
import { inspectSchema } from '../schema/inspect-schema.ts';
import type { ValidationItems } from '../schema/validation-evidence.ts';
import type { Context } from '../workspace/context.ts';
import { declared, type TargetStep } from './target-step.ts';

/**
 * Makes the step that compares a target's database with what its migrations make of an empty one, and tests its
 * behaviour. It changes nothing.
 */
export function validate(own: TargetStep<ValidationItems>): Step<Context> {
  const { step, targetIn } = declared(own);
  return {
    ...step,
    check: (context) => inspectSchema(context, targetIn(context), step.id, false),
    preview: async () => [],
    verify: (context) => inspectSchema(context, targetIn(context), step.id, true),
  };
}
