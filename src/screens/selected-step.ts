import type { Question } from '../domain/front-end.ts';
import type { StepState } from '../domain/reducer.ts';
import { filteredSteps } from './filter.ts';
import type { WizardState } from './state.ts';

/**
 * Returns the id of the step that the screen shows: the selected one, the question's, the running one, or the last that
 * ran. If the filter hides that step, returns the first step that matches the filter.
 */
export function selectedStep(state: WizardState): string | null {
  const selected = selectedOfAll(state);
  const { filter, mode } = state.ui;
  if (filter === '' || mode.type !== 'step-list') return selected;
  const shown = filteredSteps(shownSteps(state), filter);
  return shown.some(({ id }) => id === selected) ? selected : (shown[0]?.id ?? selected);
}

function selectedOfAll({ rollout, ui }: WizardState): string | null {
  if (ui.chosen !== null && rollout.steps.some(({ id }) => id === ui.chosen)) return ui.chosen;
  if (ui.question !== null && 'step' in ui.question) return ui.question.step;
  const running = rollout.steps.find(({ state }) => state === 'running');
  const touched = rollout.steps.findLast(({ state }) => state !== 'waiting' && state !== 'skipped');
  return (running ?? touched ?? rollout.steps[0])?.id ?? null;
}

/** Returns the steps as the screen shows them: a step counts as failed while its failure waits for an answer. */
export function shownSteps({ rollout, ui }: WizardState): readonly StepState[] {
  const { question } = ui;
  if (question?.type !== 'failure') return rollout.steps;
  const failed = { state: 'failed', change: null, summary: question.problem.what } as const;
  return rollout.steps.map((step) => (step.id === question.step ? { ...step, ...failed } : step));
}

export function stepOf(state: WizardState, id = selectedStep(state)): StepState | null {
  return shownSteps(state).find((one) => one.id === id) ?? null;
}

/**
 * Returns the question that a key press would answer. A question about a step can be answered only while that step is
 * selected.
 */
export function answerableQuestion(state: WizardState): Question | null {
  const { question } = state.ui;
  if (question === null || !('step' in question)) return question;
  return question.step === selectedStep(state) ? question : null;
}

/** Whether a question about a step is open while another step is selected. */
export function isQuestionElsewhere(state: WizardState): boolean {
  return state.ui.question !== null && answerableQuestion(state) === null;
}
