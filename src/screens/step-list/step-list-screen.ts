import {
  type Binding,
  backKeys,
  clearsFilter,
  commonKeys,
  hintsOf,
  movesBy,
  pressBound,
  stopAtOnce,
} from '../bindings.ts';
import { filteredSteps } from '../filter.ts';
import type { Screen } from '../screen.ts';
import { isQuestionElsewhere, selectedStep, shownSteps } from '../selected-step.ts';
import { opened, type Ui, type WizardState } from '../state.ts';
import { questionAnswers } from '../step/step-question.ts';

/** The phases and their steps, with the selected step beside them; drawn in two columns. */
export const stepListScreen: Screen<'step-list'> = {
  lines: () => null,
  hints: (_, state) => hintsOf(bindings(state)),
  press: (_, key, state) => pressBound(bindings(state), key, state.ui),
};

function bindings(state: WizardState): readonly Binding[] {
  const { stopping } = state.ui;
  const answers = stopping ? [] : questionAnswers(state, { type: 'step-list' });
  return [
    ...(stopping ? [stopAtOnce] : answers),
    ...clearsFilter(state),
    ...selectionKeys(state, answers),
    ...commonKeys(state, answers.length > 0),
  ];
}

function selectionKeys(state: WizardState, answers: readonly Binding[]): readonly Binding[] {
  const { ui, rollout } = state;
  const selected = selectedStep(state);
  if (selected === null) return [];
  const move = (now: Ui, by: number): Ui => ({ ...now, chosen: neighbour(state, by) });
  const enterAnswers = answers.some(({ keys }) => keys.includes('enter'));
  const opens: Binding = {
    keys: ['enter', 'right'],
    hint: [enterAnswers ? '→' : '⏎', 'open'],
    press: (now) => ({ ui: opened({ ...now, chosen: selected }, { type: 'step' }) }),
  };
  const follows: Binding = {
    keys: backKeys,
    hint: [
      'Esc',
      isQuestionElsewhere(state) ? 'to the question' : isRunning(state) ? 'to the running step' : 'back',
    ],
    press: (now) => ({ ui: { ...now, chosen: null } }),
  };
  return [
    ...(rollout.steps.length > 1 ? [movesBy('step', move)] : []),
    opens,
    ...(ui.chosen === null ? [] : [follows]),
  ];
}

function isRunning({ rollout }: WizardState): boolean {
  return rollout.steps.some((step) => step.state === 'running');
}

function neighbour(state: WizardState, by: number): string | null {
  const steps = filteredSteps(shownSteps(state), state.ui.filter);
  const at = steps.findIndex(({ id }) => id === selectedStep(state));
  return steps[Math.min(Math.max(at + by, 0), steps.length - 1)]?.id ?? null;
}
