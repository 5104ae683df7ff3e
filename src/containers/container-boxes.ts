import type { OpenBox } from '../domain/evidence.ts';
import type { BoxId } from '../domain/phase.ts';

/** What the embedded engine cannot prove: these boxes speak of a container. */
export function containerBoxes(...boxes: readonly BoxId[]): readonly OpenBox[] {
  return boxes.map((box) => ({
    box,
    reason: 'speaks of a container: proven where a Docker engine runs it',
  }));
}
