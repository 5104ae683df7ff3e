import {
  type Binding,
  backKeys,
  clearsFilter,
  commonKeys,
  hintsOf,
  pressBound,
  scrolls,
  stopAtOnce,
} from './bindings.ts';
import { filteredLines } from './filter.ts';
import { layOut } from './layout.ts';
import type { Screen } from './screen.ts';
import { type Mode, type ModeType, opened, type WizardState } from './state.ts';
import type { StyledLine } from './styled-line.ts';

interface TextParts<Type extends ModeType> {
  readonly title?: (mode: Mode<Type>, state: WizardState) => StyledLine | null;
  readonly lines: (mode: Mode<Type>, state: WizardState) => readonly StyledLine[];
  /** Returns the keys that answer the question of this screen. */
  readonly answers: (mode: Mode<Type>, state: WizardState) => readonly Binding[];
  /** Returns the screen to go back to, if there is one. */
  readonly back?: (mode: Mode<Type>) => Mode;
}

/** Makes a screen of a text, which scrolls if it is too long, and of the keys that answer its question. */
export function textScreen<Type extends ModeType>(parts: TextParts<Type>): Screen<Type> {
  const { title = () => null, answers, back } = parts;
  const lines = (mode: Mode<Type>, state: WizardState) =>
    filteredLines(parts.lines(mode, state), state.ui.filter);
  const bindings = (mode: Mode<Type>, state: WizardState): readonly Binding[] => {
    const { overflow } = layOut(state.size, title(mode, state), lines(mode, state));
    const own = state.ui.stopping ? [] : answers(mode, state);
    return [
      ...(state.ui.stopping ? [stopAtOnce] : own),
      ...scrolls(overflow),
      ...clearsFilter(state),
      ...(back === undefined ? [] : [goesBack(back(mode))]),
      ...commonKeys(state, own.length > 0),
    ];
  };
  return {
    title,
    lines,
    hints: (mode, state) => hintsOf(bindings(mode, state)),
    press: (mode, key, state) => pressBound(bindings(mode, state), key, state.ui),
  };
}

function goesBack(mode: Mode): Binding {
  return { keys: backKeys, hint: ['Esc', 'back'], press: (ui) => ({ ui: opened(ui, mode) }) };
}
