import type { Question } from '../../domain/front-end.ts';
import type { StepState } from '../../domain/reducer.ts';
import { stepOf } from '../selected-step.ts';
import { heading } from '../styled-line.ts';
import { textScreen } from '../text-screen.ts';
import { signOf } from '../theme.ts';
import { stepLines } from './step-lines.ts';
import { questionAnswers } from './step-question.ts';

/** The selected step, opened: the question about it, and everything that is known of it. */
export const stepScreen = textScreen<'step'>({
  title: (_, state) => {
    const step = stepOf(state);
    return step === null ? null : heading(titleOf(step, state.ui.question));
  },
  lines: (_, state) => {
    const step = stepOf(state);
    return step === null ? [] : stepLines(step, state.ui.question);
  },
  answers: (mode, state) => questionAnswers(state, mode),
  back: () => ({ type: 'step-list' }),
});

function titleOf(step: StepState, question: Question | null): string {
  const { sign, word } = signOf(step);
  const isAsked = question !== null && 'step' in question && question.step === step.id;
  return `${sign} ${step.id} ${step.title}  ${isAsked ? waitingWord(question) : word}`;
}

function waitingWord(question: Question): string {
  if (question.type !== 'failure') return 'waiting for confirmation';
  return `${question.declined ? 'declined' : 'failed'}, waiting for your decision`;
}
