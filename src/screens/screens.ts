import { asciiKey } from './ascii.ts';
import { driftScreen } from './drift/drift-screen.ts';
import { editAnswersScreen } from './edit-answers/edit-answers-screen.ts';
import { filterHints, typedFilter } from './filter.ts';
import { freeTextScreen } from './free-text/free-text-screen.ts';
import { helpScreen } from './help/help-screen.ts';
import { hostKeyScreen } from './host-key/host-key-screen.ts';
import type { KeyPress } from './key-press.ts';
import { isTooSmall, type Layout, layOut } from './layout.ts';
import { passphraseScreen } from './passphrase/passphrase-screen.ts';
import { resumeScreen } from './resume/resume-screen.ts';
import type { KeyHint, Reaction, Screen } from './screen.ts';
import { setupScreen } from './setup/setup-screen.ts';
import { skipReasonScreen } from './skip-reason/skip-reason-screen.ts';
import type { Mode, ModeType, WizardState } from './state.ts';
import { stepScreen } from './step/step-screen.ts';
import { stepListScreen } from './step-list/step-list-screen.ts';

const screens: { readonly [Type in ModeType]: Screen<Type> } = {
  'step-list': stepListScreen,
  step: stepScreen,
  'skip-reason': skipReasonScreen,
  help: helpScreen,
  resume: resumeScreen,
  drift: driftScreen,
  setup: setupScreen,
  'edit-answers': editAnswersScreen,
  'host-key': hostKeyScreen,
  passphrase: passphraseScreen,
  'free-text': freeTextScreen,
};

/** Returns the effect of a key. */
export function press(state: WizardState, key: KeyPress): Reaction {
  const { ui, size } = state;
  if (key.key === 'ctrl-c') return { ui: { ...ui, stopping: true }, effect: 'interrupt' };
  if (key.key === 'ctrl-z') return { ui, effect: 'suspend' };
  // A key does not answer a question that is not visible.
  if (isTooSmall(size)) return { ui };
  const seen = ui.notice === null ? state : { ...state, ui: { ...ui, notice: null } };
  const typed = ui.isFiltering ? typedFilter(seen.ui, key) : null;
  return typed === null ? pressOn(ui.mode, key, seen) : { ui: typed };
}

function pressOn<Type extends ModeType>(mode: Mode<Type>, key: KeyPress, state: WizardState): Reaction {
  return screens[mode.type].press(mode, key, state);
}

/** Returns the line of keys. */
export function keyHints(state: WizardState): readonly KeyHint[] {
  const hints = state.ui.isFiltering ? filterHints : hintsOn(state.ui.mode, state);
  return state.isAscii ? hints.map(([key, does]) => [asciiKey(key), does]) : hints;
}

function hintsOn<Type extends ModeType>(mode: Mode<Type>, state: WizardState): readonly KeyHint[] {
  return screens[mode.type].hints(mode, state);
}

/** Returns the text of the screen, scrolled; null for the list of steps. */
export function textOf(state: WizardState): (Layout & { readonly scroll: number }) | null {
  return textOn(state.ui.mode, state);
}

function textOn<Type extends ModeType>(mode: Mode<Type>, state: WizardState) {
  const { title, lines, isField } = screens[mode.type];
  const text = lines(mode, state);
  if (text === null) return null;
  const layout = layOut(state.size, title?.(mode, state) ?? null, text);
  return { ...layout, scroll: isField ? layout.overflow : Math.min(state.ui.scroll, layout.overflow) };
}
