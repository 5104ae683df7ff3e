import type { Step } from '../domain/step.ts';
import type { Recorded } from './journal.ts';
import type { StepStatus } from './step-status.ts';

/**
 * Returns the status of a step from the journal, without checking it.
 * @param production the production target to report on; the last one if undefined
 */
export function recordedStatus(
  step: Pick<Step<never>, 'id'>,
  recorded: Recorded,
  production?: string,
): StepStatus {
  const last = recorded.lastVerified(step.id, production);
  return last === undefined
    ? { state: 'open', summary: 'no evidence in the journal: skipped, or not run yet' }
    : {
        state: 'recorded',
        summary: `${last.summary} (checked ${last.at}${last.production === undefined ? '' : ` at ${last.production}`})`,
      };
}
