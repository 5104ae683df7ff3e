import type { StepState } from '../../domain/reducer.ts';
import { answers } from '../bindings.ts';
import { problemLines } from '../step/failure-lines.ts';
import { heading, labelled, plain, type StyledLine } from '../styled-line.ts';
import { textScreen } from '../text-screen.ts';

/** Shows each drifted step with its expected and actual state, and asks whether to resume. */
export const driftScreen = textScreen<'drift'>({
  lines: (_, { rollout }) => driftLines(rollout.steps.filter(isDrifted)),
  answers: () => [
    answers('enter', 'resume', { type: 'approve' }),
    answers('n', 'start over', { type: 'anew' }),
    answers('q', 'quit', { type: 'stop' }),
  ],
  back: ({ question }) => ({ type: 'resume', question }),
});

/** Whether a step was done but no longer is, or could not be checked now. */
export function isDrifted({ status }: StepState): boolean {
  return status?.state === 'drifted' || status?.state === 'unseen';
}

function driftLines(steps: readonly StepState[]): readonly StyledLine[] {
  return [
    heading('Drift since the steps were done'),
    plain('Checked just now. Resuming repairs it, after showing each change.'),
    plain(''),
    ...steps.flatMap(stepDrift),
  ];
}

function stepDrift({ id, title, status, summary }: StepState): readonly StyledLine[] {
  const { findings = [], problem } = status ?? {};
  const differences = findings.flatMap((one) => [
    plain(`  ${one.what}`, 4),
    labelled('    expected  ', one.expected),
    labelled('    actual    ', one.actual, 'bad'),
    ...(one.excerpt ?? []).map((line) => plain(`      ${line}`)),
  ]);
  const lines = problem === undefined ? differences : problemLines(problem).map(indented);
  const sign = status?.state === 'unseen' ? '?' : '≠';
  return [
    heading(`${sign} ${id} ${title}`),
    ...(lines.length > 0 ? lines : [plain(`  ${summary}`)]),
    plain(''),
  ];
}

function indented(line: StyledLine): StyledLine {
  return { ...line, text: `  ${line.text}`, ...(line.hang === undefined ? {} : { hang: line.hang + 2 }) };
}
