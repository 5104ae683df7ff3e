import type { ContainerLogs, ProbeResult, Question, SetupField } from '../domain/front-end.ts';
import type { RolloutState } from '../domain/reducer.ts';
import { Secret } from '../domain/secret.ts';
import type { Wait } from './waits.ts';

export interface WizardState {
  readonly rollout: RolloutState;
  readonly ui: Ui;
  readonly size: Size;
  /** When this state was painted, in milliseconds since 1970. Used for the seconds of a running step. */
  readonly now: number;
  /** Whether the terminal displays only ASCII, so that keys are named. */
  readonly isAscii: boolean;
  /** When erp-deploy waited for the operator. The clock in the header leaves these times out. */
  readonly waits: readonly Wait[];
}

/** Size of the terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What the operator is doing, as opposed to the rollout. */
export interface Ui {
  /** The current screen, with the state that belongs only to that screen. */
  readonly mode: Mode;
  /** Number of lines by which the screen is scrolled down. */
  readonly scroll: number;
  /** The engine's open question, on whichever screen the operator is. */
  readonly question: Question | null;
  /** The step that the operator selected. If null, the selection follows the question or the running step. */
  readonly chosen: string | null;
  readonly paused: boolean;
  /** A stop was requested: the current change is being finished. */
  readonly stopping: boolean;
  /** Only steps and lines that contain this text are shown; empty for all. */
  readonly filter: string;
  /** Whether the filter is being typed. */
  readonly isFiltering: boolean;
  /** A notice about the effect of the last key, if it is not visible otherwise. */
  readonly notice: string | null;
  /** Reads the logs of containers; null until the targets are known. */
  readonly containerLogs: ContainerLogs | null;
}

/** The screens. Each has a folder of this name, and is registered in `screens.ts`. */
interface Modes {
  /** The list of steps, with the selected one beside it. */
  'step-list': object;
  /** The details of the selected step. */
  step: object;
  /** @param over where the user comes from, and goes back to */
  'skip-reason': { readonly text: string; readonly over: Mode<'step-list' | 'step'> };
  /** @param over where the user comes from, and goes back to */
  help: { readonly over: Mode };
  resume: { readonly question: Asked<'resume'> };
  /** The drifted steps, opened from the question whether to resume. */
  drift: { readonly question: Asked<'resume'> };
  setup: Setup;
  'edit-answers': EditedAnswers;
  'host-key': { readonly question: Asked<'host-key'> };
  passphrase: { readonly question: Asked<'passphrase'>; readonly typed: Secret };
  /** @param text the text typed so far */
  'free-text': { readonly question: Asked<'words'>; readonly text: string };
}

export type ModeType = keyof Modes;
export type Mode<Type extends ModeType = ModeType> = {
  readonly [One in Type]: { readonly type: One } & Modes[One];
}[Type];
export type Asked<Type extends Question['type']> = Extract<Question, { readonly type: Type }>;

/**
 * Answers of the setup while they are typed, field by field. After the last one, the wizard asks whether to save them.
 */
export interface Setup {
  readonly intro: readonly string[];
  readonly fields: readonly SetupField[];
  readonly values: Readonly<Record<string, string>>;
  /** Index of the field with the cursor; the number of fields stands for the question whether to save. */
  readonly at: number;
  /** By field: the value that was tried, and its result; the result is null while the value is being tried. */
  readonly probes: Readonly<Record<string, Probe>>;
}

export interface Probe {
  readonly value: string;
  readonly result: ProbeResult | null;
}

/** Answers of the setup, one of which the operator may edit after a failure. */
interface EditedAnswers {
  readonly fields: readonly SetupField[];
  readonly values: Readonly<Record<string, string>>;
  /** Index of the selected answer. */
  readonly at: number;
  /** The text that replaces the selected answer; null while the operator selects an answer. */
  readonly typed: string | null;
  /** The screen of the failure, to go back to. */
  readonly over: Mode<'step-list' | 'step'>;
}

export const initialUi: Ui = {
  mode: { type: 'step-list' },
  scroll: 0,
  question: null,
  chosen: null,
  paused: false,
  stopping: false,
  filter: '',
  isFiltering: false,
  notice: null,
  containerLogs: null,
};

/** Shows another screen, from its beginning. */
export function opened(ui: Ui, mode: Mode): Ui {
  return { ...ui, mode, scroll: 0, filter: '', isFiltering: false };
}

/** Shows the engine's question on its screen, whatever the operator was doing. */
export function asked(ui: Ui, question: Question): Ui {
  return { ...opened(ui, modeFor(question)), question, chosen: null };
}

function modeFor(question: Question): Mode {
  switch (question.type) {
    case 'setup': {
      const values = Object.fromEntries(question.fields.map(({ name, initial }) => [name, initial]));
      const { intro, fields } = question;
      return { type: 'setup', intro, fields, values, at: 0, probes: {} };
    }
    case 'words':
      return { type: 'free-text', question, text: '' };
    case 'passphrase':
      return { type: 'passphrase', question, typed: new Secret('', 'draft') };
    case 'host-key':
      return { type: 'host-key', question };
    case 'resume':
      return { type: 'resume', question };
    case 'confirm-plan':
    case 'skipped':
      return { type: 'step-list' };
    case 'confirm-more':
    case 'consent':
    case 'repeat':
    case 'failure':
      return { type: 'step' };
  }
}

/** Returns to the list of steps: the question is answered, or no longer asked. */
export function answered(ui: Ui): Ui {
  return { ...opened(ui, { type: 'step-list' }), question: null, chosen: null };
}
