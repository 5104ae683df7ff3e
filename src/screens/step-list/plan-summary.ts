import type { RolloutState } from '../../domain/reducer.ts';
import { approvalsOf } from '../../domain/show-change.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';

/** Returns the number and kinds of the changes that an approval of the whole plan would cover. */
export function planSummary({ steps }: RolloutState): readonly StyledLine[] {
  const changes = steps.flatMap((step) => (step.planned === 'change' ? step.changes : []));
  const reversible = changes.filter((change) => change.reversible).length;
  const separate = steps.flatMap(({ id, planned, changes: own }) =>
    planned === 'change' && own.some((change) => approvalsOf(change).length > 0) ? [id] : [],
  );
  const ofOwn = changes.filter((change) => approvalsOf(change).length > 0).length;
  return [
    heading(`Apply ${changes.length === 1 ? '1 change' : `${changes.length} changes`}?`),
    plain(''),
    plain(`${reversible} reversible`),
    ...(reversible === changes.length
      ? []
      : [plain(`${changes.length - reversible} not undone by rollback`)]),
    ...(ofOwn === 0
      ? []
      : [
          plain(
            `${ofOwn} ${ofOwn === 1 ? 'needs its' : 'need their'} own approval when ${ofOwn === 1 ? 'its' : 'their'} turn comes (${separate.join(', ')})`,
          ),
        ]),
  ];
}
