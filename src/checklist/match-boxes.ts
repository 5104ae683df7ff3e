import checklist from '../../assets/data/checklist.json' with { type: 'json' };
import { type BoxId, isStepId, type PhaseName, phaseNames, type StepId } from '../domain/phase.ts';
import type { Box } from './parse-checklist.ts';

/** A box of the checklist that erp-deploy knows. */
export interface KnownBox {
  readonly id: BoxId;
  readonly step: StepId;
  readonly phase: PhaseName;
  readonly text: string;
}

/** All boxes of the checklist, in its order. */
export const knownBoxes: readonly KnownBox[] = checklist.sections.flatMap(({ id, phase, boxes }) => {
  const name = phaseNames.find((one) => one === phase);
  if (!isStepId(id) || name === undefined) throw new Error(`the checklist has no section ${id} of ${phase}`);
  return boxes.map((text, index): KnownBox => ({ id: `${id}#${index + 1}`, step: id, phase: name, text }));
});

export interface MatchedBox {
  readonly box: Box;
  /** Null where the checklist that erp-deploy knows has no box of these words in this section. */
  readonly known: KnownBox | null;
}

/**
 * Finds each box's counterpart by the number of its section and its words. Words have to be the same: a box
 * that was reworded may mean something else, and is left to the person. Of equal ones in a section, the first
 * is the first.
 */
export function matchBoxes(boxes: readonly Box[]): readonly MatchedBox[] {
  const left = new Set(knownBoxes);
  return boxes.map((box) => {
    const known = [...left].find((one) => one.step === box.section && plain(one.text) === plain(box.text));
    if (known !== undefined) left.delete(known);
    return { box, known: known ?? null };
  });
}

/** Words without what a formatter or an editor changes: code marks, emphasis, quotes, case, the last stop. */
function plain(text: string): string {
  return text
    .replaceAll(/[`*\\]/g, '')
    .replaceAll(/[“”]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/[:.]$/, '')
    .toLowerCase();
}
