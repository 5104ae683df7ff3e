import type { SetupField } from '../../domain/front-end.ts';
import type { Mode } from '../state.ts';

/** Returns the screen that lists the answers of the setup, of which one can be edited. */
export function editAnswers(
  fields: readonly SetupField[],
  over: Mode<'step-list' | 'step'>,
): Mode<'edit-answers'> {
  const values = Object.fromEntries(fields.map(({ name, initial }) => [name, initial]));
  return { type: 'edit-answers', fields, values, at: 0, typed: null, over };
}
