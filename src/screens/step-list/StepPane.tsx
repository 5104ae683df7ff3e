import { Box } from 'ink';
import { Fragment } from 'react';
import type { ProgressGroup, StepState } from '../../domain/reducer.ts';
import type { StyledLine } from '../styled-line.ts';
import { signOf } from '../theme.ts';
import { Line } from '../view/Lines.tsx';
import { Text } from '../view/Text.tsx';
import { cellLines } from './cell-lines.ts';
import { paneLines } from './pane-lines.ts';
import { partLines } from './part-lines.ts';

/** Columns of a bar, if the pane is wide enough. */
const usualBar = 16;
/** Columns of a group's name, of its count, and of the number of failures. */
const besideBar = 25;
const leastBar = 4;

/** Minimum number of lines for the checked objects; if the parts of the groups would leave fewer, they are left out. */
const leastRoom = 5;

/** Shows what the selected step is doing or did: its groups of checked objects, its output, its evidence. */
export function StepPane({
  step,
  asked,
  height,
  width,
}: {
  readonly step: StepState | null;
  /** Whether the step waits for an answer. */
  readonly asked: boolean;
  readonly height: number;
  readonly width: number;
}) {
  if (step === null) return <Text> checking …</Text>;
  const { word, color } = signOf(step);
  const waiting = word === 'failed' ? word : 'to be confirmed';
  const shade = color === undefined ? {} : { color };
  const barLines = step.progress.length === 0 ? 0 : step.progress.length + 1;
  const below = height - 2 - barLines;
  const bars = barsOf(step.progress, width - 2, below - leastRoom);
  const room = Math.max(0, below - bars.reduce((sum, { parts }) => sum + parts.length, 0));
  const lines = paneLines(step, width - 2, room).map((line, row) => ({ ...line, row }));
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Text wrap="truncate-end">
        <Text bold>{` ${step.id} ${step.title}  `}</Text>
        <Text {...shade}>{asked ? waiting : word}</Text>
      </Text>
      <Text> </Text>
      {bars.map(({ group, parts }) => (
        <Fragment key={group.name}>
          <Bar group={group} width={barWidthIn(width)} />
          {parts.map((line) => (
            <Line key={line.text} {...line} />
          ))}
        </Fragment>
      ))}
      {bars.length > 0 && <Text> </Text>}
      {lines.map(({ text, tone, row }) => (
        <Line key={row} text={text} tone={tone} />
      ))}
    </Box>
  );
}

interface BarLines {
  readonly group: ProgressGroup;
  readonly parts: readonly StyledLine[];
}

/** Returns each group with its parts: as cells if all of them fit, otherwise as numbers, otherwise without parts. */
function barsOf(groups: readonly ProgressGroup[], width: number, room: number): readonly BarLines[] {
  const none = groups.map((group): BarLines => ({ group, parts: [] }));
  const numbers = groups.map((group): BarLines => ({ group, parts: partLines(group, width) }));
  const cells = numbers.map(({ group, parts }): BarLines => {
    const own = group.name === 'tables' ? cellLines(group, width) : [];
    return { group, parts: own.length > 0 ? own : parts };
  });
  const fits = (bars: readonly BarLines[]) => bars.reduce((sum, { parts }) => sum + parts.length, 0) <= room;
  return [cells, numbers].find(fits) ?? none;
}

/** Returns the number of columns left for a bar beside its count; 0 if they are too few. */
function barWidthIn(pane: number): number {
  const left = Math.min(usualBar, pane - besideBar);
  return left < leastBar ? 0 : left;
}

function Bar({
  group: { name, total, done, failed },
  width,
}: {
  readonly group: ProgressGroup;
  readonly width: number;
}) {
  const filled = total === 0 ? width : Math.floor((done / total) * width);
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
  const count = `${done}/${total}`.padStart(5);
  return (
    <Text wrap="truncate-end">
      {` ${name.padEnd(13)} `}
      <Text color={failed > 0 ? 'red' : 'green'}>{bar}</Text>
      {` ${count}${failed > 0 ? ` ✖ ${failed}` : ''}`}
    </Text>
  );
}
