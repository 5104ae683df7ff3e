import { Box } from 'ink';
import { frameLines } from '../layout.ts';
import { answerable, selectedStep, shownSteps, stepOf } from '../selected-step.ts';
import type { WizardState } from '../state.ts';
import { Text } from '../view/Text.tsx';
import { rowsOf } from './list-rows.ts';
import { listWidthOf, StepList } from './StepList.tsx';
import { StepPane } from './StepPane.tsx';

/** Draws the list of steps, a rule, and the selected step. */
export function StepListView({ state }: { readonly state: WizardState }) {
  const { columns, rows } = state.size;
  const height = rows - frameLines;
  const width = listWidthOf(columns);
  const list = rowsOf(shownSteps(state), selectedStep(state), height);
  return (
    <Box>
      <StepList rows={list} now={state.now} width={width} />
      <Rule height={height} />
      <StepPane step={stepOf(state)} asked={isAsked(state)} height={height} width={columns - width - 1} />
    </Box>
  );
}

/** Whether the selected step waits for an answer. */
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
