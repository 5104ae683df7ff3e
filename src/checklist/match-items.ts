import checklist from '../../assets/data/checklist.json' with { type: 'json' };
import { type ItemId, isStepId, type PhaseName, phaseNames, type StepId } from '../domain/phase.ts';
import { misreadTexts } from './misread-text.ts';
import type { ListedItem } from './parse-checklist.ts';

/** An item of the checklist that erp-deploy knows. */
export interface KnownItem {
  readonly id: ItemId;
  readonly step: StepId;
  readonly phase: PhaseName;
  readonly text: string;
}

/** All items of the checklist, in its order. */
export const knownItems: readonly KnownItem[] = checklist.sections.flatMap(({ id, phase, boxes }) => {
  const name = phaseNames.find((one) => one === phase);
  if (!isStepId(id) || name === undefined) throw new Error(`the checklist has no section ${id} of ${phase}`);
  return boxes.map((text, index): KnownItem => ({ id: `${id}#${index + 1}`, step: id, phase: name, text }));
});

export interface MatchedItem {
  readonly listed: ListedItem;
  /** Null if the checklist that erp-deploy knows has no item with this text in this section. */
  readonly known: KnownItem | null;
}

/** The texts that count as an item's: its own, and what other encodings make of it. */
const forms = new Map<KnownItem, ReadonlySet<string>>();

function formsOf(known: KnownItem): ReadonlySet<string> {
  const found = forms.get(known) ?? new Set([known.text, ...misreadTexts(known.text)].map(plain));
  forms.set(known, found);
  return found;
}

/**
 * Finds each listed item's counterpart by the number of its section and its text. The texts have to be the same: an item
 * that was reworded may mean something else, and is left to the user. Equal items of a section are matched in order.
 */
export function matchItems(items: readonly ListedItem[]): readonly MatchedItem[] {
  const left = new Set(knownItems);
  return items.map((listed) => {
    const text = plain(listed.text);
    const known = [...left].find((one) => one.step === listed.section && formsOf(one).has(text));
    if (known !== undefined) left.delete(known);
    return { listed, known: known ?? null };
  });
}

/** Returns a text without what a formatter or an editor changes: code marks, emphasis, quotes, case, the last stop. */
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
