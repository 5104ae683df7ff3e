import type { ContainerLogs, ProbeResult, Question, SetupField } from '../domain/front-end.ts';
import type { RolloutState } from '../domain/reducer.ts';
import { Secret } from '../domain/secret.ts';
import type { Wait } from './waits.ts';

export interface WizardState {
  readonly rollout: RolloutState;
  readonly ui: Ui;
  readonly size: Size;
  /** Milliseconds since 1970, when this state was painted: for the seconds of a running step. */
  readonly now: number;
  /** Whether the terminal displays only ASCII, so that keys are named. */
  readonly isAscii: boolean;
  /** When erp-deploy waited for the operator, for the clock of the work. */
  readonly waits: readonly Wait[];
}

/** Of the terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What the user is doing, beside what the rollout is doing. */
export interface Ui {
  /** The screen that is shown, with what only that screen knows. */
  readonly mode: Mode;
  /** Lines that the screen is scrolled down by. */
  readonly scroll: number;
  /** What the engine waits for, on whatever screen the user is. */
  readonly question: Question | null;
  /** The step that the user selected; null follows the question, or the step that runs. */
  readonly chosen: string | null;
  readonly paused: boolean;
  /** A stop was requested: the current change is being finished. */
  readonly stopping: boolean;
  /** Only steps and lines that contain this text are shown; empty for all. */
  readonly filter: string;
  /** Whether the filter is being typed. */
  readonly isFiltering: boolean;
  /** What a key did that is not visible otherwise, until the next key. */
  readonly notice: string | null;
  /** Reads the logs of containers; null until the targets are known. */
  readonly containerLogs: ContainerLogs | null;
}

/** The screens. Each has a folder of this name, and is registered in `screens.ts`. */
interface Modes {
  /** The list of steps, with the selected one beside it. */
  'step-list': object;
  /** The selected step, opened. */
  step: object;
  /** @param over where the user comes from, and goes back to */
  'skip-reason': { readonly text: string; readonly over: Mode<'step-list' | 'step'> };
  /** @param over where the user comes from, and goes back to */
  help: { readonly over: Mode };
  resume: { readonly question: Asked<'resume'> };
  /** What drifted, opened from the question whether to resume. */
  drift: { readonly question: Asked<'resume'> };
  setup: Setup;
  'edit-answers': EditedAnswers;
  'host-key': { readonly question: Asked<'host-key'> };
  passphrase: { readonly question: Asked<'passphrase'>; readonly typed: Secret };
  /** @param text what is typed so far */
  'free-text': { readonly question: Asked<'words'>; readonly text: string };
}

export type ModeType = keyof Modes;
export type Mode<Type extends ModeType = ModeType> = {
  readonly [One in Type]: { readonly type: One } & Modes[One];
}[Type];
export type Asked<Type extends Question['type']> = Extract<Question, { readonly type: Type }>;

/** Answers as they are typed, field by field; after the last one, the wizard asks whether to save them. */
export interface Setup {
  readonly intro: readonly string[];
  readonly fields: readonly SetupField[];
  readonly values: Readonly<Record<string, string>>;
  /** The field with the cursor; equal to the number of fields at the last question. */
  readonly at: number;
  /** By field: the value that was tried, and its result; null while it is tried. */
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
  /** What is typed in place of the selected answer; null while the operator selects. */
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

/** Shows the engine's question on its screen, whatever the user was doing. */
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
