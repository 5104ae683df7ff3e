import type { Intent } from '../domain/front-end.ts';
import type { StepId } from '../domain/phase.ts';
import type { KeyPress } from './key-press.ts';
import type { Mode, ModeType, Ui, WizardState } from './state.ts';
import type { StyledLine } from './styled-line.ts';

/** A screen: its text, the line of keys below it, and the effect of each key. All of these depend only on the state. */
export interface Screen<Type extends ModeType> {
  /** Returns the line that does not scroll. */
  readonly title?: (mode: Mode<Type>, state: WizardState) => StyledLine | null;
  /** Returns the text; null for the list of steps, which is drawn in two columns. */
  readonly lines: (mode: Mode<Type>, state: WizardState) => readonly StyledLine[] | null;
  /** Returns only the keys that have an effect in the given state, the most useful ones first. */
  readonly hints: (mode: Mode<Type>, state: WizardState) => readonly KeyHint[];
  readonly press: (mode: Mode<Type>, key: KeyPress, state: WizardState) => Reaction;
  /**
   * Whether the operator types text at the end of the screen. If so, letters are text, and the end is always visible.
   */
  readonly isField?: true;
}

/** One key and its effect now. */
export type KeyHint = readonly [key: string, does: string];

/** Something that the program can open: the log of a step's container, a file by its absolute path, or a URL. */
export type Opens =
  | { readonly type: 'container-log'; readonly step: StepId }
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'url'; readonly url: string };

/** The result of a key: a new state, an answer to the question, or something for the program to do. */
export interface Reaction {
  readonly ui: Ui;
  readonly intent?: Intent;
  readonly effect?: 'interrupt' | 'suspend' | 'log';
  /** Something to show or open, which takes a while. */
  readonly opens?: Opens;
  /** Text for the clipboard of the operator's terminal. */
  readonly copy?: string;
}
