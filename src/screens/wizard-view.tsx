import { Box } from 'ink';
import { columnsOf, fittedEnd } from './columns.ts';
import { Frame } from './frame/Frame.tsx';
import { Line, Lines } from './frame/Lines.tsx';
import { keyHints } from './keys.ts';
import { frameLines, pageOf } from './page.ts';
import { phaseCount, rowsOf } from './rollout/rows.ts';
import { listWidthOf, StepList } from './rollout/StepList.tsx';
import { StepPane } from './rollout/StepPane.tsx';
import { SmallView } from './small/SmallView.tsx';
import { Text } from './text.tsx';
import { clockOf } from './theme.ts';
import { answerable, currentStep, isTooSmall, shownSteps, stepOf, type WizardState } from './ui.ts';

/** The whole screen as a function of its state. */
export function WizardView({ state }: { readonly state: WizardState }) {
  if (isTooSmall(state.size)) return <SmallView {...state.size} />;
  const { left, right } = headingOf(state);
  return (
    <Frame size={state.size} left={left} right={right} keys={keyHints(state)}>
      <Content state={state} />
    </Frame>
  );
}

function Content({ state }: { readonly state: WizardState }) {
  const page = pageOf(state);
  if (page === null) return <RolloutView state={state} />;
  const { title, lines, height, most, atEnd } = page;
  return (
    <>
      {title !== null && <Line {...title} />}
      <Lines lines={lines} scroll={atEnd ? most : state.ui.scroll} height={height} />
    </>
  );
}

function RolloutView({ state }: { readonly state: WizardState }) {
  const { columns, rows } = state.size;
  const height = rows - frameLines;
  const width = listWidthOf(columns);
  const list = rowsOf(shownSteps(state), currentStep(state), height);
  return (
    <Box>
      <StepList rows={list} now={state.now} width={width} />
      <Rule height={height} />
      <StepPane step={stepOf(state)} asked={isAsked(state)} height={height} width={columns - width - 1} />
    </Box>
  );
}

/** Whether the step that is looked at waits for an answer. */
function isAsked(state: WizardState): boolean {
  const question = answerable(state);
  return question !== null && 'step' in question;
}

function Rule({ height }: { readonly height: number }) {
  return (
    <Box width={1} flexShrink={0}>
      <Text dimColor aria-hidden>
        {Array.from({ length: height }, () => '│').join('\n')}
      </Text>
    </Box>
  );
}

function headingOf(state: WizardState): { left: string; right: string } {
  const { rollout, now } = state;
  const { started, finished, steps } = rollout;
  if (started === null)
    return { left: 'erp-deploy', right: state.ui.setup === null ? 'looking …' : 'set-up' };
  const { done, of } = phaseCount(steps);
  const until = finished === null ? now : Date.parse(finished.at);
  const clock = clockOf(until - Date.parse(started.at));
  const right = `${activityOf(state)}${clock}  ${done}/${of}`;
  const [before, behind] = ['erp-deploy  ', ` · engine ${started.engine}`];
  // A blank more than the heading itself keeps between the two.
  const room = state.size.columns - 4 - columnsOf(before + behind + right);
  return { left: `${before}${fittedEnd(started.workspace, room)}${behind}`, right };
}

function counted(changes: number): string {
  return changes === 1 ? '1 change' : `${changes} changes`;
}

/** What waits for the person, or what they asked for and is not there yet, or is. */
function activityOf({ rollout, ui }: WizardState): string {
  if (ui.stopping) return 'stopping …  ';
  if (ui.question?.type === 'confirm-plan') return `${counted(ui.question.changes)} planned  `;
  if (!ui.paused) return '';
  return rollout.steps.some(({ state }) => state === 'running') ? 'pausing  ' : 'paused  ';
}
