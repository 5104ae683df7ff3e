import { deployedMigrations } from '../documents/deployed.ts';
import type { Context } from '../workspace/context.ts';
import { markOfFiles, soundMigrations } from '../workspace/migrations.ts';

/** The step that validates production, including its behaviour and its log. */
const validating = '3.4';

/**
 * Returns why production is not ready; null if it is. It is ready if its validation succeeded with the workspace's
 * migrations, and has not failed since.
 */
export async function notReady(context: Context): Promise<string | null> {
  const { memory } = context;
  if (deployedMigrations(context).length === 0) return 'nothing is deployed yet';
  const seen = memory.lastVerified(validating);
  const failure = memory.failures([validating]).findLast(({ at }) => seen === undefined || at > seen.at);
  if (failure !== undefined) return `the validation of production failed: ${failure.what}`;
  if (seen === undefined) return 'production is deployed, but not validated';
  const mark = markOfFiles(await soundMigrations(context));
  const same = seen.evidence.some(({ target, facts }) => target === 'production' && facts?.files === mark);
  return same ? null : 'production was validated with different migrations than the workspace has now';
}

/** Whether production may become ready in this run, because the run validates it. */
export async function maybeReadyLater(context: Context): Promise<boolean> {
  const validates = context.production !== null && context.selected.has(validating);
  return validates && (await notReady(context)) !== null;
}
