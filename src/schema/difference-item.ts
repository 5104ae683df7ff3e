import type { Difference } from '../database/comparison/difference.ts';
import { type RepairOptions, repairScript } from '../database/comparison/repair-script.ts';
import type { Progress } from '../domain/events.ts';
import { oneLine } from '../domain/one-line.ts';
import { textDifference } from '../domain/text-difference.ts';

/** Returns an object with differences: its line, and the lines that it shows when it is expanded. */
export function differenceItem(
  differences: readonly Difference[],
  options: RepairOptions,
): Pick<Progress, 'name' | 'lines'> {
  return {
    name: differences.map(({ kind, name, aspect }) => `${kind} ${name}: ${aspectText(aspect)}`).join('; '),
    lines: [
      ...differences.flatMap(({ aspect, expected: wanted, actual: found }) => {
        if (isPresence(aspect)) return [];
        const [expected, actual] = textDifference(wanted ?? 'none', found ?? 'none');
        return [`expected ${expected}`, `actual   ${actual}`];
      }),
      ...repairScript(differences, options).map((sql) => `repair   ${oneLine(sql)};`),
    ],
  };
}

function isPresence(aspect: string): boolean {
  return aspect === 'missing' || aspect === 'extra';
}

function aspectText(aspect: string): string {
  return aspect === 'extra' ? 'unexpected object' : aspect;
}
