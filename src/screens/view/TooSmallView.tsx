import { Box } from 'ink';
import { smallest } from '../layout.ts';
import type { Size } from '../state.ts';
import { Text } from './Text.tsx';

/** Shows the size that the wizard needs. The rollout continues meanwhile. */
export function TooSmallView({ columns, rows }: Size) {
  const lines = [
    'erp-deploy',
    `needs ${smallest.columns}×${smallest.rows}`,
    `here: ${columns}×${rows}`,
    'Ctrl-C stops',
  ];
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {lines.slice(0, rows).map((line) => (
        <Text key={line} wrap="truncate-end">
          {line}
        </Text>
      ))}
    </Box>
  );
}
