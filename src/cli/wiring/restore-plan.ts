import { otherSessions } from '../../database/other-sessions.ts';
import type { Author } from '../../domain/author.ts';
import type { Undoable } from '../../domain/done.ts';
import { restorableDump } from '../../dumps/restorable-dump.ts';
import { costChange, costIn, estimatedCost, type RestoreCost } from '../../dumps/restore-cost.ts';
import { applyChange, type ExecutorParts } from '../../engine/executor.ts';
import { type Applied, migratedBy } from '../../undo/migrated.ts';
import { assertRemaining, type RestorePlan } from '../../undo/restore-plan.ts';
import { type WayBack, wayBack } from '../../undo/way-back.ts';
import type { Context } from '../../workspace/context.ts';
import type { CommandParts } from './command.ts';

type Restore = Extract<WayBack, { is: 'restore' }>;

/**
 * Finds out what undoing production's migrations by a dump would cost; null if none is to be restored. The dump is
 * restored into a scratch database for that, which is announced, and recorded in the journal.
 * @throws ProblemError if the dump cannot be restored, or is of another state
 */
export async function planRestore(
  parts: CommandParts,
  context: Context,
  executor: ExecutorParts,
  author: Author,
  steps: Undoable['steps'],
): Promise<RestorePlan | null> {
  for (const done of steps.flatMap((step) => step.done)) {
    if (done.type !== 'migrations' || done.database !== 'production') continue;
    const found = await migratedBy(context, done);
    const way = found.is === 'applied' ? await wayBack(context, done, found) : null;
    if (found.is === 'applied' && way?.is === 'restore')
      return measured(parts, context, executor, found, way, author);
  }
  return null;
}

async function measured(
  parts: CommandParts,
  context: Context,
  executor: ExecutorParts,
  found: Applied,
  { location, dump: { name } }: Restore,
  author: Author,
): Promise<RestorePlan> {
  const dump = await restorableDump(context, location, name);
  const change = costChange(location, name, dump.schemas);
  parts.reporter.emit({ type: 'note', level: 'info', text: `${change.summary ?? ''} …` });
  const lines: string[] = [];
  // The signal is not passed on, so that the scratch database is dropped.
  await applyChange(executor, '3.3', change, new AbortController().signal, (line) => lines.push(line));
  parts.signal.throwIfAborted();
  const cost: RestoreCost =
    costIn(lines) ?? (await estimatedCost(location, found.session, name, dump.schemas, parts.signal));
  const plan = { dump, cost, sessions: await otherSessions(found.session), author };
  assertRemaining(found, plan);
  return plan;
}
