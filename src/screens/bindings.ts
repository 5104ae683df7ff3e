import type { Intent } from '../domain/front-end.ts';
import { copied } from './copied.ts';
import { withoutFilter } from './filter.ts';
import type { KeyPress } from './key-press.ts';
import { containerLog, openable } from './openable.ts';
import type { KeyHint, Opens, Reaction } from './screen.ts';
import { answered, type Mode, opened, type Ui, type WizardState } from './state.ts';

/**
 * Keys that do the same, with their hint in the line of keys. One object defines both, so that they cannot contradict
 * each other.
 */
export interface Binding {
  /** The letter of a key, or the name that `KeyPress` gives it. */
  readonly keys: readonly string[];
  /** Null if the key works without a hint. */
  readonly hint: KeyHint | null;
  readonly press: (ui: Ui, key: string) => Reaction;
}

export function hintsOf(bindings: readonly Binding[]): readonly KeyHint[] {
  return bindings.flatMap(({ hint }) => (hint === null ? [] : [hint]));
}

/**
 * Performs the first binding of the key. A paste is text for a field, not a key.
 * @param otherwise the result of a key without a binding
 */
export function pressBound(
  bindings: readonly Binding[],
  key: KeyPress,
  ui: Ui,
  otherwise: Reaction = { ui },
): Reaction {
  if (key.key === 'paste') return { ui };
  const name = key.key === 'text' ? letterOf(key.text) : key.key;
  return bindings.find(({ keys }) => keys.includes(name))?.press(ui, name) ?? otherwise;
}

/** Matches only single characters: a longer text could be the name of a key. */
function letterOf(text: string): string {
  return text.length === 1 ? text : '';
}

const signs: Readonly<Record<string, string>> = { enter: '⏎', escape: 'Esc' };

function bind(key: string, does: string, press: Binding['press']): Binding {
  return { keys: [key], hint: [signs[key] ?? key, does], press };
}

/** Answers the engine's question. */
export function answers(key: string, does: string, intent: Intent): Binding {
  return bind(key, does, (ui) => ({ ui: answered(ui), intent }));
}

/** Shows another screen. */
export function opens(key: string, does: string, mode: Mode): Binding {
  return bind(key, does, (ui) => ({ ui: opened(ui, mode) }));
}

/**
 * Stops the rollout safely. The hint names Ctrl-C and not `q`, because only Ctrl-C can be pressed twice to stop
 * immediately.
 */
export function stops(does: string | null): Binding {
  const press = (ui: Ui): Reaction =>
    ui.stopping ? { ui } : { ui: { ...ui, stopping: true }, effect: 'interrupt' };
  return { ...bind('q', '', press), hint: does === null ? null : ['q', does] };
}

/** Keys that return to the previous screen. */
export const backKeys: readonly string[] = ['escape', 'left', 'h'];

/** Number of lines by which a page key scrolls. */
const page = 10;

/** Keys that move up and down, with the number of lines. */
const moves: Readonly<Record<string, number>> = {
  up: -1,
  k: -1,
  down: 1,
  j: 1,
  pageUp: -page,
  pageDown: page,
  home: -Number.MAX_SAFE_INTEGER,
  g: -Number.MAX_SAFE_INTEGER,
  end: Number.MAX_SAFE_INTEGER,
  G: Number.MAX_SAFE_INTEGER,
};

export function movesBy(does: string, move: (ui: Ui, by: number) => Ui): Binding {
  return {
    keys: Object.keys(moves),
    hint: ['↑↓', does],
    press: (ui, key) => ({ ui: move(ui, moves[key] ?? 0) }),
  };
}

/** Scrolls a text that is longer than the screen by this many lines. */
export function scrolls(overflow: number): readonly Binding[] {
  if (overflow === 0) return [];
  const move = (ui: Ui, by: number) => {
    // After a resize, the position may be beyond the end.
    const from = Math.min(ui.scroll, overflow);
    return { ...ui, scroll: Math.min(Math.max(0, from + by), overflow) };
  };
  return [movesBy('scroll', move)];
}

/** This hint is shown first while the current change is being finished. The key works on every screen. */
export const stopAtOnce: Binding = { keys: [], hint: ['Ctrl-C', 'quit at once'], press: (ui) => ({ ui }) };

/** Clears the filter. It comes before the key that returns to the previous screen. */
export function clearsFilter({ ui }: WizardState): readonly Binding[] {
  if (ui.filter === '') return [];
  const press = (now: Ui): Reaction => ({ ui: withoutFilter(now) });
  return [{ keys: ['escape'], hint: ['Esc', 'clear filter'], press }];
}

/** Keys that do the same on every screen without a text field. */
export function commonKeys(state: WizardState, isAsking: boolean): readonly Binding[] {
  const { rollout, ui } = state;
  const { question, paused, stopping, mode } = ui;
  const pauses: Binding = {
    keys: ['p'],
    hint: question === null ? ['p', paused ? 'resume' : 'pause after this step'] : null,
    press: (now) => ({ ui: { ...now, paused: !now.paused } }),
  };
  const canPause = rollout.steps.length > 0 && rollout.finished === null && !stopping;
  const filters: Binding = {
    keys: ['/'],
    hint: ['/', 'filter'],
    press: (now) => ({ ui: { ...now, isFiltering: true } }),
  };
  const text = copied(state);
  const copies: Binding = {
    keys: ['c'],
    hint: ['c', 'copy'],
    press: (now) => ({ ui: { ...now, notice: 'copied' }, ...(text === null ? {} : { copy: text }) }),
  };
  return [
    ...(text === null ? [] : [copies]),
    ...(canPause ? [pauses] : []),
    ...(rollout.steps.length === 0 ? [] : [filters]),
    ...opensKeys(state),
    ...(rollout.log === null ? [] : [bind('l', 'log', (now) => ({ ui: now, effect: 'log' }))]),
    opens('?', 'keys', { type: 'help', over: mode }),
    stops(isAsking || stopping || rollout.finished !== null ? null : 'quit safely'),
  ];
}

/** Keys that open something of the selected step: its file or URL, and the log of its container. */
function opensKeys(state: WizardState): readonly Binding[] {
  const target = openable(state);
  const log = containerLog(state);
  return [
    ...(target === null ? [] : [{ ...opensIt('o', 'open', target, 'opening …'), hint: null }]),
    ...(log === null ? [] : [opensIt('L', 'container log', log.opens, `reading the log of ${log.name} …`)]),
  ];
}

function opensIt(key: string, does: string, opens: Opens, notice: string): Binding {
  return { keys: [key], hint: [key, does], press: (now) => ({ ui: { ...now, notice }, opens }) };
}
