import { Box } from 'ink';
import { fitted } from '../columns.ts';
import { seconds, signOf } from '../theme.ts';
import { Text } from '../view/Text.tsx';
import { phaseCount, type Row } from './list-rows.ts';

/** Returns the width of the list in columns, without the rule at its right. */
export function listWidthOf(columns: number): number {
  return columns < 80 ? 32 : 36;
}

interface ListProps {
  readonly rows: readonly Row[];
  readonly now: number;
  readonly width: number;
}

/** Draws the phases and steps, each with its symbol and its time. */
export function StepList({ rows, now, width }: ListProps) {
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      {rows.map((row) =>
        row.type === 'phase' ? (
          <PhaseRow key={row.name} row={row} width={width} />
        ) : (
          <StepRow key={row.step.id} row={row} now={now} width={width} />
        ),
      )}
    </Box>
  );
}

function PhaseRow({ row, width }: { readonly row: Extract<Row, { type: 'phase' }>; readonly width: number }) {
  const { done, of } = phaseCount(row.steps);
  const failed = row.steps.some(({ state }) => state === 'failed');
  const running = row.steps.some(({ state }) => state === 'running');
  const drifted = row.steps.some((step) => signOf(step).sign === '≠');
  const sign = failed ? '✖' : running ? '●' : of === 0 ? '–' : drifted ? '≠' : done === of ? '✔' : '○';
  const count = of === 0 ? 'skip' : `${done}/${of}`;
  return (
    <Text wrap="truncate-end">
      <Text bold>{` ${fitted(row.title, width - 10)} `}</Text>
      {`${sign} ${count}`}
    </Text>
  );
}

function StepRow({
  row: { step, current },
  now,
  width,
}: {
  readonly row: Extract<Row, { type: 'step' }>;
  readonly now: number;
  readonly width: number;
}) {
  const { sign, color } = signOf(step);
  const spent =
    step.state === 'running' && step.startedAt !== null
      ? now - Date.parse(step.startedAt)
      : step.milliseconds;
  const name = fitted(`${step.id} ${step.title}`, width - 11);
  return (
    <Text wrap="truncate-end" inverse={current}>
      {` ${current ? '▸' : ' '}${name} `}
      <Text {...(color === undefined || current ? {} : { color })}>{sign}</Text>
      {` ${seconds(spent)}`.padEnd(7)}
    </Text>
  );
}
