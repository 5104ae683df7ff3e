import { Box } from 'ink';
import { Text } from '../text.tsx';
import { type Size, smallest } from '../ui.ts';

/** Says what it needs, and waits: the roll-out goes on behind it. */
export function SmallView({ columns, rows }: Size) {
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
