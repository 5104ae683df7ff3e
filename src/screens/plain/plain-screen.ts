import type { KeyHint } from '../screen.ts';
import { keyHints, textOf } from '../screens.ts';
import type { WizardState } from '../state.ts';
import { spokenText } from '../theme.ts';
import { printable } from '../wrap.ts';

/** Keys that select or scroll, which the plain view does not need. Its only help is the line of keys. */
const unneeded = new Set(['↑↓', '→', '?', '/']);

const typedNames: Readonly<Record<string, string>> = { '⏎': 'Enter', Esc: 'esc', '↑↓': 'up or down' };

/**
 * Returns the screen as lines of text, with words for symbols. Returns none for the list of steps and for a failure:
 * their events were printed when they arrived.
 */
export function screenLines(state: WizardState): readonly string[] {
  const { question, mode } = state.ui;
  const text = textOf(state);
  if (text === null) return [];
  const { title, lines } = text;
  const isPrinted = mode.type === 'step' && question?.type === 'failure' && question.declined !== true;
  const shown = isPrinted ? [] : lines;
  return [...(title === null ? [] : [title]), ...shown].map((line) =>
    spokenText(printable(line.text)).trimEnd(),
  );
}

/** Returns what can be typed now: `Type y: apply, n: decline, s: skip.` */
export function keyLine(state: WizardState): string {
  // The plain view does not number the answers of the setup, so none can be selected.
  const selects = state.ui.mode.type === 'edit-answers';
  const hints = keyHints(state).filter(([key]) => !unneeded.has(key) || (selects && key === '↑↓'));
  const keys = hints.map(([key, does]: KeyHint) => `${typedNames[key] ?? key}: ${does}`);
  const step =
    state.rollout.steps.length === 0 || isField(state)
      ? []
      : ['a number such as 0.1: open that step', '?: show this again'];
  return `Type ${[...keys, ...step].join(', ')}.`;
}

/** Whether the screen has a text field. */
export function isField({ ui: { mode } }: WizardState): boolean {
  return (
    mode.type === 'skip-reason' ||
    mode.type === 'free-text' ||
    (mode.type === 'edit-answers' && mode.typed !== null) ||
    (mode.type === 'setup' && mode.at < mode.fields.length)
  );
}

/** Returns the text that the field contains. */
export function fieldText({ ui: { mode } }: WizardState): string {
  if (mode.type === 'skip-reason' || mode.type === 'free-text') return mode.text;
  if (mode.type === 'edit-answers') return mode.typed ?? '';
  return mode.type === 'setup' ? (mode.values[mode.fields[mode.at]?.name ?? ''] ?? '') : '';
}
