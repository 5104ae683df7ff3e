import type { StyledLine } from '../styled-line.ts';
import type { Colour } from '../theme.ts';
import { Text } from './Text.tsx';

const tones: Readonly<Record<StyledLine['tone'], LineStyle>> = {
  plain: {},
  heading: { bold: true },
  added: { color: 'green' },
  removed: { color: 'red' },
  bad: { color: 'red' },
  dim: { dimColor: true },
};

type LineStyle = { readonly color: Colour } | { readonly bold?: true; readonly dimColor?: true };

/** Draws a line in its tone. Lines were made to fit; a line that does not is truncated, not wrapped. */
export function Line({ text, tone }: StyledLine) {
  return <Text wrap="truncate-end" {...tones[tone]}>{` ${text}`}</Text>;
}

/** Draws `height` lines of a text, starting at line `scroll`, but not beyond its end. */
export function Lines({
  lines,
  scroll,
  height,
}: {
  readonly lines: readonly StyledLine[];
  readonly scroll: number;
  readonly height: number;
}) {
  const first = Math.min(scroll, Math.max(0, lines.length - height));
  const shown = lines.slice(first, first + height).map((line, row) => ({ ...line, row }));
  const more = lines.length - first - shown.length;
  return (
    <>
      {shown.map(({ text, tone, row }) =>
        row === height - 1 && more > 0 ? (
          <Line key={row} text={`… ${more + 1} more lines below`} tone="dim" />
        ) : (
          <Line key={row} text={text} tone={tone} />
        ),
      )}
    </>
  );
}
