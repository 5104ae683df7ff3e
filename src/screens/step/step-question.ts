import type { Question } from '../../domain/front-end.ts';
import type { StepState } from '../../domain/reducer.ts';
import { answers, type Binding, opens, stops } from '../bindings.ts';
import { editAnswers } from '../edit-answers/edit-answers.ts';
import { answerableQuestion } from '../selected-step.ts';
import type { Asked, Mode, WizardState } from '../state.ts';
import { excerptLines, plain, type StyledLine } from '../styled-line.ts';
import { failedChecks } from './failed-check-lines.ts';
import { failureLines } from './failure-lines.ts';

/** A question about a step or the plan. It can be answered in the list of steps and in the opened step. */
interface StepQuestion {
  readonly answers: readonly Binding[];
  /** Returns the text of the question in an opened step; null to show the step's summary instead. */
  readonly lines: (step: StepState) => readonly StyledLine[] | null;
}

/** Returns the keys that answer the question about the selected step or about the plan. */
export function questionAnswers(state: WizardState, over: Mode<'step-list' | 'step'>): readonly Binding[] {
  const question = answerableQuestion(state);
  if (question === null) return [];
  // After the operator has moved to a step or opened it, Enter applies to that step, and does not start the first one.
  const isMoved = over.type === 'step' || state.ui.chosen !== null;
  if (question.type === 'confirm-plan' && isMoved) return planAnswers('s', question);
  return partsOf(question, over).answers;
}

/** Returns the question about this step; null if there is none. */
export function questionLines(step: StepState, question: Question | null): readonly StyledLine[] | null {
  if (question === null || !('step' in question) || question.step !== step.id) return null;
  return partsOf(question, { type: 'step' }).lines(step);
}

function partsOf(question: Question, over: Mode<'step-list' | 'step'>): StepQuestion {
  const skips = (does: string) => opens('s', does, { type: 'skip-reason', text: '', over });
  switch (question.type) {
    case 'confirm-plan':
      return { answers: planAnswers('enter', question), lines: () => null };
    case 'skipped':
      return skippedSteps(question);
    case 'confirm-more':
      return confirmMore(question, skips('skip'));
    case 'consent':
      return consent(question, skips('skip step'));
    case 'repeat':
      return repeat(question);
    case 'failure':
      return failure(question, skips(skipText(question)), over);
    // These have screens of their own.
    case 'setup':
    case 'resume':
    case 'host-key':
    case 'words':
    case 'passphrase':
      return { answers: [], lines: () => null };
  }
}

/** @param key the key that is shown for the first answer; `s` always works */
function planAnswers(key: 'enter' | 's', { skipped = [] }: Asked<'confirm-plan'>): readonly Binding[] {
  return [
    { ...answers(key, 'step by step', { type: 'step-by-step' }), keys: [key, 's'] },
    answers('a', 'apply all', { type: 'approve' }),
    ...(skipped.length === 0 ? [] : [takesBack(skipped)]),
    answers('q', 'quit', { type: 'decline' }),
  ];
}

function takesBack(steps: readonly string[]): Binding {
  return answers('u', `take back ${steps.length === 1 ? 'the skip' : `${steps.length} skips`}`, {
    type: 'take-back',
  });
}

/** At the end of the rollout, asks whether to run the skipped steps after all. */
function skippedSteps({ steps }: Asked<'skipped'>): StepQuestion {
  return { answers: [answers('enter', 'finish', { type: 'approve' }), takesBack(steps)], lines: () => null };
}

function confirmMore({ beyond }: Asked<'confirm-more'>, skip: Binding): StepQuestion {
  return {
    answers: [
      answers('y', 'apply', { type: 'approve' }),
      answers('Y', 'apply phase', { type: 'approve-phase' }),
      answers('a', 'apply all', { type: 'approve-all' }),
      answers('n', 'decline', { type: 'decline' }),
      skip,
      stops('quit'),
    ],
    lines: () => (beyond ? [{ text: 'This goes beyond what you approved:', tone: 'bad' }, plain('')] : null),
  };
}

function consent({ consent: { flag, value, why, excerpt } }: Asked<'consent'>, skip: Binding): StepQuestion {
  return {
    answers: [
      answers('y', 'apply', { type: 'approve' }),
      answers('n', 'decline', { type: 'decline' }),
      skip,
      stops('quit'),
    ],
    lines: () => [
      { text: why, tone: 'bad' },
      ...excerptLines(excerpt ?? []),
      plain(
        `This always needs separate approval. Its flag: ${value === undefined ? flag : `${flag} ${value}`}`,
      ),
      plain(''),
    ],
  };
}

function repeat({ change }: Asked<'repeat'>): StepQuestion {
  return {
    answers: [
      answers('y', 'apply again', { type: 'approve' }),
      answers('n', 'decline', { type: 'decline' }),
      stops('quit'),
    ],
    lines: () => [
      { text: `"${change}" may have happened before the last run was interrupted.`, tone: 'bad' },
      plain(
        'erp-deploy cannot check whether it did. If it must not happen twice, decline and find out first.',
      ),
      plain(''),
    ],
  };
}

/** Returns the hint for `s`: skipping a step also skips the steps that depend on it. */
function skipText({ dependents }: Asked<'failure'>): string {
  if (dependents.length === 0) return 'skip';
  return `skip ${dependents.length + 1} steps`;
}

function failure(
  { editable, fields = [], problem, declined }: Asked<'failure'>,
  skip: Binding,
  over: Mode<'step-list' | 'step'>,
): StepQuestion {
  if (declined) return declinedChange(skip);
  const edits = opens('e', 'edit answer', editAnswers(fields, over));
  return {
    answers: [
      answers('r', 'retry', { type: 'retry' }),
      ...(editable && fields.length > 0 ? [edits] : []),
      skip,
      answers('q', 'quit', { type: 'stop' }),
    ],
    lines: (step) => failureLines(problem, failedChecks(step, '       ')),
  };
}

/** Declining is the operator's choice and not an error, so neither a code nor a flag is shown. */
function declinedChange(skip: Binding): StepQuestion {
  return {
    answers: [answers('r', 'ask again', { type: 'retry' }), skip, answers('q', 'quit', { type: 'stop' })],
    lines: () => [plain('You declined this change. Nothing of it was done.'), plain('')],
  };
}
