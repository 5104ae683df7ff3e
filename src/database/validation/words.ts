import { exitCodes, type Problem } from '../../domain/problem.ts';
import { textDifference } from '../../domain/text-difference.ts';
import type { BehaviourResult } from '../behaviour/check-behaviour.ts';
import type { Difference } from '../comparison/difference.ts';
import type { ObjectCounts } from '../counts.ts';

/** `38 = 14 erp + 24 agent`, with what the checklist's headline leaves out. */
export function tableCountWords({ tablesErp, tablesAgent }: ObjectCounts): string {
  const total = tablesErp + tablesAgent;
  const headline = total === 38 ? " (the checklist's headline, 35, leaves the 3 planning tables out)" : '';
  return `${total} = ${tablesErp} erp + ${tablesAgent} agent${headline}`;
}

/** One line for a step's summary. */
export function countWords(counts: ObjectCounts): string {
  const { tablesErp, tablesAgent, foreignKeys, foreignKeysCrossSchema, updatedAtTriggers, generatedColumns } =
    counts;
  const generated = generatedColumns === 1 ? 'variance_pct' : `${generatedColumns} generated columns`;
  return `${tablesErp + tablesAgent} tables (${tablesErp} erp, ${tablesAgent} agent), ${foreignKeys} keys (${foreignKeysCrossSchema} across), ${updatedAtTriggers} triggers, ${generated}`;
}

export function differenceWords({ kind, name, aspect, wanted, found }: Difference): string {
  if (aspect === 'missing') return `${kind} ${name}: missing`;
  if (aspect === 'extra') return `${kind} ${name}: nobody asked for it`;
  const [expected, actual] = textDifference(wanted ?? 'none', found ?? 'none');
  return `${kind} ${name}: ${aspect}: wanted ${expected}, found ${actual}`;
}

/** Names what is not compared, in one line; null if there is nothing. */
export function notComparedWords(names: readonly string[]): string | null {
  return names.length === 0 ? null : `not compared: ${names.join(', ')}`;
}

function behaviourWords({ name, wanted, found }: BehaviourResult): string {
  return `${name}: wanted ${wanted}, found ${found}`;
}

/** Returns how many behaviours were tested, and how many could not be. */
export function triedWords(results: readonly BehaviourResult[], tried: string): string {
  const untested = results.filter(({ notTested }) => notTested !== undefined).length;
  const rest = untested === 0 ? '' : `, ${untested} not tested`;
  return `${results.length - untested} behaviours ${tried}${rest}`;
}

/** How many places a problem lists; the rest is counted. */
const listed = 20;

/**
 * The database is not what the migrations say.
 * @param again the command that looks again, as the person would call it
 */
export function notAsMigrated(
  differences: readonly Difference[],
  behaviours: readonly BehaviourResult[],
  again: string,
): Problem {
  const lines = [...differences.map(differenceWords), ...behaviours.map(behaviourWords)];
  const places = lines.length === 1 ? '1 place' : `${lines.length} places`;
  const rest = lines.length > listed ? [`… and ${lines.length - listed} more`] : [];
  return {
    code: 'ERP-0530',
    what: `The database differs from the migrations in ${places}.`,
    why: 'Something changed it since they were applied, or a migration was not what was applied.',
    todo: [
      `Look: ${again}`,
      ...(differences.some(({ repair }) => repair.length > 0) ? [`Restore: ${again} --repair-sql`] : []),
    ],
    exit: exitCodes.notAsMigrated,
    excerpt: [...lines.slice(0, listed), ...rest],
  };
}
