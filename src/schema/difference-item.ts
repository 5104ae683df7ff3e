import type { Difference } from '../database/comparison/difference.ts';
import { type RepairOptions, repairScript } from '../database/comparison/repair-script.ts';
import { oneLine } from '../domain/one-line.ts';
import { textDifference } from '../domain/text-difference.ts';
import type { Progress } from '../workspace/context.ts';

/** An object that is not what it should be: in a line, and opened. */
export function differenceItem(
  differences: readonly Difference[],
  options: RepairOptions,
): Pick<Progress, 'name' | 'lines'> {
  return {
    name: differences.map(({ kind, name, aspect }) => `${kind} ${name}: ${aspectWord(aspect)}`).join('; '),
    lines: [
      ...differences.flatMap(({ aspect, wanted, found }) => {
        if (isPresence(aspect)) return [];
        const [expected, actual] = textDifference(wanted ?? 'none', found ?? 'none');
        return [`wanted   ${expected}`, `found    ${actual}`];
      }),
      ...repairScript(differences, options).map((sql) => `restore  ${oneLine(sql)};`),
    ],
  };
}

function isPresence(aspect: string): boolean {
  return aspect === 'missing' || aspect === 'extra';
}

function aspectWord(aspect: string): string {
  return aspect === 'extra' ? 'nobody asked for it' : aspect;
}
