import type { Reported } from '../../domain/events.ts';
import { historyOf } from '../../engine/history.ts';
import type { Recorded } from '../../engine/journal.ts';

/** Returns a note about the failure with which the last rollout ended: another operator may have seen it. */
export function lastFailure({ records }: Pick<Recorded, 'records'>): readonly Reported[] {
  const last = historyOf(records).at(-1);
  if (last === undefined || last.failure === null) return [];
  const { by, until, failure } = last;
  const text = `the last rollout, by ${by.join(', ')}, failed in step ${failure.step} at ${until}: ${failure.code} ${failure.what}`;
  return [{ type: 'note', level: 'warning', text }];
}
