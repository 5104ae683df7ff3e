import { Box } from 'ink';
import type { StepState } from '../../domain/reducer.ts';
import { filteredSteps } from '../filter.ts';
import { frameLines } from '../layout.ts';
import { answerableQuestion, selectedStep, shownSteps, stepOf } from '../selected-step.ts';
import type { WizardState } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';
import { Lines } from '../view/Lines.tsx';
import { Text } from '../view/Text.tsx';
import { wrapLines } from '../wrap.ts';
import { rowsOf } from './list-rows.ts';
import { paneLines } from './pane-lines.ts';
import { planSummary } from './plan-summary.ts';
import { listWidthOf, StepList } from './StepList.tsx';
import { StepPane } from './StepPane.tsx';

/** Draws the list of steps, a rule, and the selected step. */
export function StepListView({ state }: { readonly state: WizardState }) {
  const { rollout, ui } = state;
  const { columns, rows } = state.size;
  const height = rows - frameLines;
  const width = listWidthOf(columns);
  const shown = filteredSteps(shownSteps(state), state.ui.filter);
  const list = rowsOf(shown, selectedStep(state), height);
  return (
    <Box>
      <StepList rows={list} now={state.now} width={width} />
      <Rule height={height} />
      {ui.question?.type === 'confirm-plan' && ui.chosen === null ? (
        <PlanPane
          summary={planSummary(rollout)}
          step={stepOf(state)}
          height={height}
          width={columns - width - 1}
        />
      ) : (
        <StepPane step={stepOf(state)} asked={isAsked(state)} height={height} width={columns - width - 1} />
      )}
    </Box>
  );
}

interface PlanPaneProps {
  readonly summary: readonly StyledLine[];
  readonly step: StepState | null;
  readonly height: number;
  readonly width: number;
}

/** Until a step is selected, shows what an approval of the whole plan covers and, below that, the first step. */
function PlanPane({ summary, step, height, width }: PlanPaneProps) {
  const above = wrapLines([...summary, plain('')], width - 2);
  const room = Math.max(0, height - above.length - 1);
  const first =
    step === null ? [] : [heading(`${step.id} ${step.title}`), ...paneLines(step, width - 2, room)];
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Lines lines={[...above, ...first]} scroll={0} height={height} />
    </Box>
  );
}

/** Whether the selected step waits for an answer. */
function isAsked(state: WizardState): boolean {
  const question = answerableQuestion(state);
  return question !== null && 'step' in question;
}

function Rule({ height }: { readonly height: number }) {
  return (
    <Box width={1} flexShrink={0}>
      <Text dimColor>{Array.from({ length: height }, () => '│').join('\n')}</Text>
    </Box>
  );
}
