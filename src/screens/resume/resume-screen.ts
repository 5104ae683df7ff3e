import type { StepState } from '../../domain/reducer.ts';
import { answers, opens } from '../bindings.ts';
import { isDrifted } from '../drift/drift-screen.ts';
import type { Asked } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';
import { textScreen } from '../text-screen.ts';

/** Shows what an unfinished rollout did and what is left, as just checked, and asks whether to resume it. */
export const resumeScreen = textScreen<'resume'>({
  lines: ({ question }, { rollout }) => resumeLines(question, rollout.steps),
  answers: ({ question }, { rollout }) => [
    answers('enter', 'resume', { type: 'approve' }),
    ...(rollout.steps.some(isDrifted) ? [opens('d', 'show drift', { type: 'drift', question })] : []),
    answers('n', 'start over', { type: 'anew' }),
    answers('q', 'quit', { type: 'stop' }),
  ],
});

function resumeLines(
  { startedAt, stoppedIn }: Asked<'resume'>,
  steps: readonly StepState[],
): readonly StyledLine[] {
  const having = (state: string) => steps.filter(({ status }) => status?.state === state);
  const [done, drifted, open] = [having('true'), having('drifted'), having('open')];
  const [blocked, unchecked] = [having('blocked'), having('unseen')];
  const next = steps.find(({ status }) =>
    ['drifted', 'blocked', 'unseen', 'open'].includes(status?.state ?? ''),
  );
  const where = next === undefined ? 'with the end of the rollout' : `at ${next.id} ${next.title}`;
  return [
    heading('An unfinished rollout'),
    plain(`started ${minuteOf(startedAt)}, stopped ${stoppedIn}`),
    plain(`Resumes ${where}.`),
    plain(''),
    plain(`  ✔ ${count(done)} done, and verified just now`),
    plain(`  ≠ ${count(drifted)} drifted`),
    ...drifted.map(stepLine),
    ...(blocked.length === 0 ? [] : [plain(`  ⊘ ${count(blocked)} depend on a drifted step`)]),
    ...(unchecked.length === 0
      ? []
      : [plain(`  ? ${count(unchecked)} could not be checked`), ...unchecked.map(stepLine)]),
    plain(`  ○ ${count(open)} pending`),
    plain(''),
    plain('Every step is checked again first. What is done is not done twice.'),
    plain('Starting over sets the journal aside: rollback then no longer undoes what was done so far.'),
  ];
}

function stepLine({ id, title, summary }: StepState): StyledLine {
  return { text: `         ${id} ${title}  ${summary}`, tone: 'bad', hang: 13 };
}

function count(steps: readonly StepState[]): string {
  return `${String(steps.length).padStart(2)} ${steps.length === 1 ? 'step ' : 'steps'}`;
}

/** Returns `2026-11-21 17:52 UTC` for a time in ISO 8601, and any other text as it is. */
function minuteOf(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, '$1 $2 UTC');
}
