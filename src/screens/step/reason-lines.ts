import type { StepState } from '../../domain/reducer.ts';
import { heading, plain, type StyledLine } from '../lines.ts';

/** The line in which a person says why a step is left out. */
export function reasonLines({ id, title }: StepState, reason: string): readonly StyledLine[] {
  return [
    heading(`Why is ${id} ${title} left out?`),
    plain('The journal keeps the reason; a later step that needs this one will say so.'),
    plain(''),
    plain(`  › ${reason}▏`),
  ];
}
