import { exitCodes, type Problem } from '../../domain/problem.ts';
import { textDifference } from '../../domain/text-difference.ts';
import type { BehaviourResult } from '../behaviour/check-behaviour.ts';
import type { Difference } from '../comparison/difference.ts';
import type { ObjectCounts } from '../counts.ts';

/** Returns `38 = 14 erp + 24 agent`, with a remark if the checklist's headline counts fewer. */
export function tableCountText({
  tablesErp,
  tablesAgent,
}: Pick<ObjectCounts, 'tablesErp' | 'tablesAgent'>): string {
  const total = tablesErp + tablesAgent;
  const headline = total === 38 ? " (the checklist's headline, 35, leaves the 3 planning tables out)" : '';
  return `${total} = ${tablesErp} erp + ${tablesAgent} agent${headline}`;
}

/** Returns `34 foreign keys`, with a remark if the checklist's estimate is lower than what it lists. */
export function keyCountText(count: number): string {
  return `${count} foreign keys${count === 34 ? ' (the checklist estimates 15 to 20, and lists 34)' : ''}`;
}

/** Returns the counts in one line, for the summary of a step. */
export function countsText(counts: ObjectCounts): string {
  const { tablesErp, tablesAgent, foreignKeys, foreignKeysCrossSchema, updatedAtTriggers, generatedColumns } =
    counts;
  const generated = generatedColumns === 1 ? 'variance_pct' : `${generatedColumns} generated columns`;
  return `${tablesErp + tablesAgent} tables (${tablesErp} erp, ${tablesAgent} agent), ${foreignKeys} foreign keys (${foreignKeysCrossSchema} cross-schema), ${updatedAtTriggers} triggers, ${generated}`;
}

/** Returns a difference in one line. */
export function differenceText({ kind, name, aspect, expected: wanted, actual: found }: Difference): string {
  if (aspect === 'missing') return `${kind} ${name}: missing`;
  if (aspect === 'extra') return `${kind} ${name}: unexpected object`;
  const [expected, actual] = textDifference(wanted ?? 'none', found ?? 'none');
  return `${kind} ${name}: ${aspect}: expected ${expected}, actual ${actual}`;
}

/** Returns the objects that are not compared, in one line; null if there are none. */
export function notComparedText(names: readonly string[]): string | null {
  return names.length === 0 ? null : `not compared: ${names.join(', ')}`;
}

function behaviourText({ name, expected: wanted, actual: found }: BehaviourResult): string {
  return `${name}: expected ${wanted}, actual ${found}`;
}

/** Returns how many behaviours were tested, and how many could not be. */
export function testedText(results: readonly BehaviourResult[]): string {
  const untested = results.filter(({ notTested }) => notTested !== undefined).length;
  const rest = untested === 0 ? '' : `, ${untested} not tested`;
  const tested = results.length - untested;
  return `${tested} ${tested === 1 ? 'behaviour' : 'behaviours'} tested and rolled back${rest}`;
}

/** How many differences a problem lists at most; it counts the rest. */
const mostListed = 20;

/**
 * The database does not match its migrations.
 * @param again the command that validates again
 */
export function notAsMigrated(
  differences: readonly Difference[],
  behaviours: readonly BehaviourResult[],
  again: readonly string[],
): Problem {
  const lines = [...differences.map(differenceText), ...behaviours.map(behaviourText)];
  const places = lines.length === 1 ? '1 place' : `${lines.length} places`;
  const rest = lines.length > mostListed ? [`… and ${lines.length - mostListed} more`] : [];
  return {
    code: 'ERP-0530',
    what: `The database differs from the migrations in ${places}.`,
    why: 'It was changed after the migrations were applied, or other migrations were applied.',
    todo: [
      { text: 'Inspect', command: again },
      ...(differences.some(({ repair }) => repair.length > 0)
        ? [{ text: 'Print the repair SQL', command: [...again, '--repair-sql'] }]
        : []),
    ],
    exit: exitCodes.notAsMigrated,
    excerpt: [...lines.slice(0, mostListed), ...rest],
  };
}
