import type { ProgressGroup } from '../../domain/reducer.ts';
import { fitted } from '../columns.ts';
import type { StyledLine } from '../styled-line.ts';

/** Columns of a part's name. */
const nameWidth = 22;

/**
 * Returns a line for each part of a group, with a cell for each object: filled if the object was checked, crossed if it
 * failed. Returns no lines if a part does not fit, or if the group has no parts.
 */
export function cellLines({ parts }: ProgressGroup, width: number): readonly StyledLine[] {
  if (parts.length < 2 || parts.some(({ total }) => nameWidth + 3 + total > width)) return [];
  return parts.map(({ name, total, done, failed }) => {
    const cells = '✖'.repeat(failed) + '█'.repeat(done - failed) + '░'.repeat(Math.max(0, total - done));
    return { text: `  ${fitted(name, nameWidth)} ${cells}`, tone: failed > 0 ? 'bad' : 'dim' };
  });
}
