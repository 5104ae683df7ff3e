import { Box } from 'ink';
import type { ReactNode } from 'react';
import { columnsOf, fitted } from '../columns.ts';
import { frameLines } from '../layout.ts';
import type { KeyHint } from '../screen.ts';
import type { Size } from '../state.ts';
import { Text } from './Text.tsx';

export interface FrameProps {
  readonly size: Size;
  readonly left: string;
  readonly right: string;
  readonly keys: readonly KeyHint[];
  readonly children: ReactNode;
}

/**
 * Draws a heading, a rule, the content, a rule and one line of keys. Always has the height of the terminal, so that no
 * line moves.
 */
export function Frame({ size: { columns, rows }, left, right, keys, children }: FrameProps) {
  const rule = ` ${'─'.repeat(Math.max(0, columns - 2))}`;
  const shown = fitting(keys, columns - 1);
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Text bold wrap="truncate-end">
        {` ${fitted(left, columns - 3 - columnsOf(right))} ${right}`}
      </Text>
      <Text dimColor>{rule}</Text>
      <Box flexDirection="column" height={rows - frameLines} overflow="hidden">
        {children}
      </Box>
      <Text dimColor>{rule}</Text>
      <Text wrap="truncate-end">
        {shown.map(([key, does]) => (
          <Text key={key + does}>
            {' '}
            <Text bold>{key}</Text>
            {` ${does} `}
          </Text>
        ))}
      </Text>
    </Box>
  );
}

/** The keys for help, and to quit. */
const alwaysShown: ReadonlySet<string> = new Set(['?', 'q', 'Ctrl-C']);
/** A key that other keys can replace, and keys that are not about the rollout. They are left out first. */
const shownLast: ReadonlySet<string> = new Set(['Y', '/', 'l', 'L', 'o', 'c']);

/**
 * Returns the keys that fit, in their order. The keys for help and to quit are always included. A key that does not fit
 * is left out entirely.
 */
function fitting(keys: readonly KeyHint[], width: number): readonly KeyHint[] {
  const rank = ([key]: KeyHint) => (alwaysShown.has(key) ? 0 : shownLast.has(key) ? 2 : 1);
  const shown = new Set<KeyHint>();
  let used = 0;
  for (const hint of keys.toSorted((one, other) => rank(one) - rank(other))) {
    const own = columnsOf(hint[0]) + columnsOf(hint[1]) + 3;
    if (used + own > width) continue;
    used += own;
    shown.add(hint);
  }
  return keys.filter((hint) => shown.has(hint));
}
