import { deployedMigrations } from '../documents/deployed.ts';
import type { Context } from '../workspace/context.ts';
import { markOfFiles, soundMigrations } from '../workspace/migrations.ts';

/** The step that validates production, its behaviour and its log included. */
const validating = '3.4';

/**
 * Why nobody can be told that production is ready; null where they can. What was applied is not ready for that: the
 * validation has to have succeeded with these very files, and not to have failed since.
 */
export async function notReady(context: Context): Promise<string | null> {
  const { memory } = context;
  if (deployedMigrations(context).length === 0) return 'nothing is deployed yet';
  const seen = memory.lastSeen(validating);
  const failure = memory.failures([validating]).findLast(({ at }) => seen === undefined || at > seen.at);
  if (failure !== undefined) return `the validation of production failed: ${failure.what}`;
  if (seen === undefined) return 'production is deployed, and not validated';
  const mark = markOfFiles(await soundMigrations(context));
  const same = seen.evidence.some(({ target, facts }) => target === 'production' && facts?.files === mark);
  return same ? null : 'production was validated with other migrations than the workspace has now';
}

/** Whether this very run validates production, so that it may be ready by the time when people are told. */
export async function maybeReadyLater(context: Context): Promise<boolean> {
  const validates = context.production !== null && context.selected.has(validating);
  return validates && (await notReady(context)) !== null;
}
