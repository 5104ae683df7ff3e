import type { StepState } from '../domain/reducer.ts';

/**
 * The colors, of the 16 that every terminal has, that are readable on both a light and a dark background. Yellow, cyan,
 * white and the bright colors are not readable on a light background, blue and black on a dark one. Never combined with
 * bold, which many terminals draw as bright.
 */
export const colours = ['red', 'green', 'magenta'] as const;
export type Colour = (typeof colours)[number];

/** How a state is shown: by a symbol and a word. Color only repeats them. */
export interface Sign {
  readonly sign: string;
  readonly word: string;
  readonly color?: Colour;
}

export function signOf({ state, status, planned }: StepState): Sign {
  if (state !== 'waiting') return stateSigns[state];
  if (planned !== null) return plannedSigns[planned];
  return status === null ? stateSigns.waiting : statusSigns[status.state];
}

const plannedSigns: Readonly<Record<NonNullable<StepState['planned']>, Sign>> = {
  satisfied: { sign: '✔', word: 'nothing to change', color: 'green' },
  change: { sign: '○', word: 'pending' },
  skipped: { sign: '–', word: 'skipped' },
  blocked: { sign: '⊘', word: 'blocked', color: 'red' },
};

const stateSigns: Readonly<Record<StepState['state'], Sign>> = {
  waiting: { sign: '○', word: 'pending' },
  running: { sign: '●', word: 'running' },
  done: { sign: '✔', word: 'done', color: 'green' },
  already: { sign: '✔', word: 'unchanged', color: 'green' },
  skipped: { sign: '–', word: 'skipped' },
  failed: { sign: '✖', word: 'failed', color: 'red' },
  stopped: { sign: '○', word: 'not started' },
};

const statusSigns: Readonly<Record<NonNullable<StepState['status']>['state'], Sign>> = {
  true: { sign: '✔', word: 'done', color: 'green' },
  recorded: { sign: '✔', word: 'recorded' },
  drifted: { sign: '≠', word: 'drifted', color: 'magenta' },
  blocked: { sign: '⊘', word: 'blocked', color: 'magenta' },
  unseen: { sign: '?', word: 'could not check', color: 'magenta' },
  open: { sign: '○', word: 'pending' },
  skipped: { sign: '–', word: 'skipped' },
};

/** The meaning of a symbol at the beginning or the end of a line. */
const spokenSigns: readonly (readonly [RegExp, string])[] = [
  [/^(\s*)✔/, '$1ok:'],
  [/^(\s*)✖/, '$1failed:'],
  [/^(\s*)○/, '$1pending:'],
  [/^(\s*)●/, '$1running:'],
  [/^(\s*)–/, '$1skipped:'],
  [/^(\s*)≠/, '$1drifted:'],
  [/^(\s*)⊘/, '$1blocked:'],
  [/^(\s*)\?(?= )/, '$1could not check:'],
  [/^(\s*)›/, '$1answer:'],
  [/^(\s*)▸/, '$1selected:'],
  [/⇄( across schemas)?$/, 'across schemas'],
  [/▏/, ''],
  [/ → /, ' to '],
];

/** Returns the line without the symbol at its beginning, if the line also says its meaning in words. */
export function withoutSign(text: string): string {
  return text.replace(/^(\s*)[✔✖●○–≠⊘] /, '$1');
}

/** Returns the line for a screen reader, with words instead of symbols. */
export function spokenText(text: string): string {
  return spokenSigns.reduce((line, [sign, word]) => line.replace(sign, word), text);
}

/** Returns `3.1s`, or nothing for less than a tenth of a second. */
export function seconds(milliseconds: number): string {
  return milliseconds < 100 ? '' : `${(milliseconds / 1000).toFixed(1)}s`;
}

/** Returns `00:41`. */
export function clockOf(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const part = (value: number) => String(value).padStart(2, '0');
  return `${part(Math.floor(total / 60))}:${part(total % 60)}`;
}
