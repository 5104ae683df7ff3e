import type { StepState } from '../../domain/reducer.ts';
import { answers, opens } from '../bindings.ts';
import { isDrifted } from '../drift/drift-screen.ts';
import type { Asked } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';
import { textScreen } from '../text-screen.ts';

/** Shows what an unfinished rollout did and what is left, checked just now, and asks whether to resume it. */
export const resumeScreen = textScreen<'resume'>({
  lines: ({ question }, { rollout }) => resumeLines(question, rollout.steps),
  answers: ({ question }, { rollout }) => [
    answers('enter', 'go on', { type: 'approve' }),
    ...(rollout.steps.some(isDrifted) ? [opens('d', 'what drifted', { type: 'drift', question })] : []),
    answers('n', 'start anew (keeps the old journal)', { type: 'anew' }),
    answers('q', 'leave it', { type: 'stop' }),
  ],
});

function resumeLines(
  { startedAt, stoppedIn }: Asked<'resume'>,
  steps: readonly StepState[],
): readonly StyledLine[] {
  const having = (state: string) => steps.filter(({ status }) => status?.state === state);
  const [done, drifted, open] = [having('true'), having('drifted'), having('open')];
  const unseen = having('unseen');
  const next = steps.find(({ status }) => ['drifted', 'unseen', 'open'].includes(status?.state ?? ''));
  return [
    heading('A roll-out is unfinished.'),
    plain(`begun ${minuteOf(startedAt)}, stopped ${stoppedIn}`),
    plain(''),
    plain(`  ✔ ${count(done)} done and still true`),
    plain(`  ≠ ${count(drifted)} drifted since`),
    ...drifted.map(stepLine),
    ...(unseen.length === 0
      ? []
      : [plain(`  ! ${count(unseen)} could not be looked at`), ...unseen.map(stepLine)]),
    plain(`  ○ ${count(open)} to come`),
    plain(''),
    plain(next === undefined ? 'It goes on to its end.' : `It goes on at ${next.id} ${next.title}.`),
    plain('Every step is looked at again first; what is done is not done twice.'),
  ];
}

function stepLine({ id, title, summary }: StepState): StyledLine {
  return { text: `         ${id} ${title}  ${summary}`, tone: 'bad', hang: 13 };
}

function count(steps: readonly StepState[]): string {
  return `${String(steps.length).padStart(2)} ${steps.length === 1 ? 'step ' : 'steps'}`;
}

/** `2026-11-21 17:52 UTC` of a time in ISO 8601; whatever else it is, as it is. */
function minuteOf(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, '$1 $2 UTC');
}
