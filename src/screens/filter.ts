import type { StepState } from '../domain/reducer.ts';
import { edited, oneLine } from './field.ts';
import type { KeyPress } from './key-press.ts';
import type { KeyHint } from './screen.ts';
import type { Ui } from './state.ts';
import { plain, type StyledLine } from './styled-line.ts';
import { signOf } from './theme.ts';

/** Keys while a filter is typed. */
export const filterHints: readonly KeyHint[] = [
  ['⏎', 'keep filter'],
  ['Esc', 'clear filter'],
];

/** Returns the state after a key is typed into the filter; null for a key that does not edit, such as an arrow. */
export function typedFilter(ui: Ui, key: KeyPress): Ui | null {
  if (key.key === 'enter') return { ...ui, isFiltering: false };
  if (key.key === 'escape') return withoutFilter(ui);
  const filter = edited(ui.filter, key, oneLine);
  return filter === null ? null : { ...ui, filter, scroll: 0 };
}

export function withoutFilter(ui: Ui): Ui {
  return { ...ui, filter: '', isFiltering: false };
}

/** Returns the steps whose number, title, state or summary contains the text; case does not matter. */
export function filteredSteps(steps: readonly StepState[], filter: string): readonly StepState[] {
  if (filter === '') return steps;
  return steps.filter((step) =>
    contains(`${step.id} ${step.title} ${signOf(step).word} ${step.summary}`, filter),
  );
}

/** Returns the lines that contain the text (case does not matter), or one line that says that no line does. */
export function filteredLines(lines: readonly StyledLine[], filter: string): readonly StyledLine[] {
  if (filter === '') return lines;
  const found = lines.filter(({ text }) => contains(text, filter));
  return found.length === 0 ? [plain(`No line contains "${filter}".`)] : found;
}

function contains(text: string, filter: string): boolean {
  return text.toLowerCase().includes(filter.toLowerCase());
}
