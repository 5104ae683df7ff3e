import type { StepState } from '../domain/reducer.ts';

/**
 * Of the 16 of any terminal, those that can be read on a light ground and on a dark one: yellow, cyan and
 * white vanish on the one, blue and black on the other, and so do the bright ones. Never together with bold,
 * which many terminals draw as bright.
 */
export const colours = ['red', 'green', 'magenta'] as const;
export type Colour = (typeof colours)[number];

/** How a state is told: by sign and word; colour only helps. */
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
  change: { sign: '○', word: 'to come' },
  skipped: { sign: '–', word: 'skipped' },
  blocked: { sign: '✖', word: 'blocked', color: 'red' },
};

const stateSigns: Readonly<Record<StepState['state'], Sign>> = {
  waiting: { sign: '○', word: 'to come' },
  running: { sign: '●', word: 'running' },
  done: { sign: '✔', word: 'done', color: 'green' },
  already: { sign: '✔', word: 'done before', color: 'green' },
  skipped: { sign: '–', word: 'skipped' },
  failed: { sign: '✖', word: 'failed', color: 'red' },
  stopped: { sign: '○', word: 'not reached' },
};

const statusSigns: Readonly<Record<NonNullable<StepState['status']>['state'], Sign>> = {
  true: { sign: '✔', word: 'done, still true', color: 'green' },
  recorded: { sign: '✔', word: 'recorded' },
  drifted: { sign: '≠', word: 'drifted', color: 'magenta' },
  unseen: { sign: '!', word: 'could not be looked at', color: 'magenta' },
  open: { sign: '○', word: 'to come' },
  skipped: { sign: '–', word: 'skipped' },
};

/** What a sign stands for, where a line begins with it or ends in it. */
const spokenSigns: readonly (readonly [RegExp, string])[] = [
  [/^(\s*)✔/, '$1ok:'],
  [/^(\s*)✖/, '$1wrong:'],
  [/^(\s*)○/, '$1open:'],
  [/^(\s*)●/, '$1running:'],
  [/^(\s*)–/, '$1skipped:'],
  [/^(\s*)≠/, '$1drifted:'],
  [/^(\s*)!(?= )/, '$1not seen:'],
  [/^(\s*)›/, '$1answer:'],
  [/⇄( across schemas)?$/, 'across schemas'],
  [/▏/, ''],
  [/ → /, ' to '],
];

/** A line for a screen reader: words for signs. */
export function spokenText(text: string): string {
  return spokenSigns.reduce((line, [sign, word]) => line.replace(sign, word), text);
}

/** `3.1s`, or nothing for what took no time worth telling. */
export function seconds(milliseconds: number): string {
  return milliseconds < 100 ? '' : `${(milliseconds / 1000).toFixed(1)}s`;
}

/** `00:41` */
export function clockOf(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const part = (value: number) => String(value).padStart(2, '0');
  return `${part(Math.floor(total / 60))}:${part(total % 60)}`;
}
