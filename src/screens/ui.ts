import type { Intent, Question, SetupField } from '../domain/front-end.ts';
import type { RolloutState, StepState } from '../domain/reducer.ts';
import { Secret } from '../domain/secret.ts';

/** What the person is doing, beside what the roll-out is doing. */
export interface Ui {
  readonly view: 'rollout' | 'step';
  /** Whether the keys are explained, over whatever else there is. */
  readonly help: boolean;
  /** Whether it is told what drifted, over the question how to go on. */
  readonly drift: boolean;
  /** The step that the person chose to look at; null follows the question, or the step that runs. */
  readonly chosen: string | null;
  /** Lines that the view is scrolled down by. */
  readonly scroll: number;
  readonly question: Question | null;
  /** A line that is being typed: the reason for leaving a step out. */
  readonly reason: string | null;
  readonly setup: Setup | null;
  /** What is typed so far where a step asks for a person's words. */
  readonly words: string | null;
  /** What is typed so far of the passphrase that is asked for. */
  readonly passphrase: Secret | null;
  readonly paused: boolean;
  /** Asked to stop: the current change is being finished. */
  readonly stopping: boolean;
}

/** Answers as they are typed, field by field; behind the last one it asks whether to keep them. */
export interface Setup {
  readonly fields: readonly SetupField[];
  readonly values: Readonly<Record<string, string>>;
  /** The field with the cursor; equal to the number of fields at the last question. */
  readonly at: number;
}

/** Of the terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface WizardState {
  readonly rollout: RolloutState;
  readonly ui: Ui;
  readonly size: Size;
  /** Milliseconds since 1970, when this state was painted: for the seconds of a running step. */
  readonly now: number;
}

export const initialUi: Ui = {
  view: 'rollout',
  help: false,
  drift: false,
  chosen: null,
  scroll: 0,
  question: null,
  reason: null,
  setup: null,
  words: null,
  passphrase: null,
  paused: false,
  stopping: false,
};

/** The least that a screen fits into. */
export const smallest: Size = { columns: 60, rows: 16 };

export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < smallest.columns || rows < smallest.rows;
}

/** What a key came to: a new state, an answer to the question, something for the program to do. */
export interface Reaction {
  readonly ui: Ui;
  readonly intent?: Intent;
  readonly effect?: 'interrupt' | 'suspend' | 'log';
}

/** The step that the screen is about: the chosen one, the question's, the running one, or the last that ran. */
export function currentStep({ rollout, ui }: WizardState): string | null {
  if (ui.chosen !== null && rollout.steps.some(({ id }) => id === ui.chosen)) return ui.chosen;
  if (ui.question !== null && 'step' in ui.question) return ui.question.step;
  const running = rollout.steps.find(({ state }) => state === 'running');
  const touched = rollout.steps.findLast(({ state }) => state !== 'waiting' && state !== 'skipped');
  return (running ?? touched ?? rollout.steps[0])?.id ?? null;
}

/** The steps as they are shown: one that failed says so while it waits for an answer. */
export function shownSteps({ rollout, ui }: WizardState): readonly StepState[] {
  const { question } = ui;
  if (question?.type !== 'failure') return rollout.steps;
  const failed = { state: 'failed', change: null, summary: question.problem.what } as const;
  return rollout.steps.map((step) => (step.id === question.step ? { ...step, ...failed } : step));
}

export function stepOf(state: WizardState, id = currentStep(state)): StepState | null {
  return shownSteps(state).find((one) => one.id === id) ?? null;
}

/** The steps that were done once, and are not so any more, or could not be looked at now. */
export function driftedSteps({ rollout }: WizardState): readonly StepState[] {
  return rollout.steps.filter(({ status }) => status?.state === 'drifted' || status?.state === 'unseen');
}

/** The question that keys answer now: one about a step only while that step is looked at. */
export function answerable(state: WizardState): Question | null {
  const { question } = state.ui;
  if (question === null || !('step' in question)) return question;
  return question.step === currentStep(state) ? question : null;
}

/** The question comes up; what it is about comes with it. */
export function asked(ui: Ui, question: Question): Ui {
  const fresh = {
    ...ui,
    question,
    help: false,
    drift: false,
    reason: null,
    setup: null,
    words: null,
    passphrase: null,
    scroll: 0,
    chosen: null,
  };
  if (question.type === 'passphrase') return { ...fresh, view: 'rollout', passphrase: new Secret('') };
  if (question.type === 'words') return { ...fresh, view: 'rollout', words: '' };
  if (question.type === 'setup') {
    const values = Object.fromEntries(question.fields.map(({ name, initial }) => [name, initial]));
    return { ...fresh, view: 'rollout', setup: { fields: question.fields, values, at: 0 } };
  }
  return { ...fresh, view: 'step' in question ? 'step' : 'rollout' };
}

/** The question is answered, or no longer asked. */
export function answered(ui: Ui): Ui {
  return {
    ...ui,
    question: null,
    drift: false,
    reason: null,
    setup: null,
    words: null,
    passphrase: null,
    scroll: 0,
    view: 'rollout',
    chosen: null,
  };
}
