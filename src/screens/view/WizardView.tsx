import { isTooSmall } from '../layout.ts';
import { keyHints, textOf } from '../screens.ts';
import type { WizardState } from '../state.ts';
import { StepListView } from '../step-list/StepListView.tsx';
import { Frame } from './Frame.tsx';
import { headingOf } from './heading.ts';
import { Line, Lines } from './Lines.tsx';
import { TooSmallView } from './TooSmallView.tsx';

/** Draws the whole screen from the state. */
export function WizardView({ state }: { readonly state: WizardState }) {
  if (isTooSmall(state.size)) return <TooSmallView {...state.size} />;
  const { left, right } = headingOf(state);
  return (
    <Frame size={state.size} left={left} right={right} keys={keyHints(state)}>
      <Content state={state} />
    </Frame>
  );
}

function Content({ state }: { readonly state: WizardState }) {
  const text = textOf(state);
  if (text === null) return <StepListView state={state} />;
  const { title, lines, height, scroll } = text;
  return (
    <>
      {title !== null && <Line {...title} />}
      <Lines lines={lines} scroll={scroll} height={height} />
    </>
  );
}
