import type { PlannedChange } from '../domain/change.ts';
import type { Item } from '../domain/evidence.ts';
import type { Problem } from '../domain/problem.ts';
import { blocked, type CheckResult, satisfied } from '../domain/step.ts';
import type { ManagedServer } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { serverFit } from './server-fit.ts';

/**
 * Checks that the server takes the migrations.
 * @param items the items about a production host, which the operator decides about
 */
export async function inspectServer(
  context: Context,
  server: ManagedServer,
  items: readonly Item[],
): Promise<CheckResult> {
  const fit = await serverFit(context, server);
  if ('code' in fit) return blocked(fit);
  const { address, fitness } = fit;
  const description = `PostgreSQL ${fitness.version} at ${address.name}`;
  const reason = `needs a production host: production is the database ${address.name}`;
  return satisfied(
    `${description}, ${address.protection}`,
    [
      {
        target: 'production',
        summary: `${description} accepts writes, and the migrations by ${address.user}; ${address.protection}`,
        facts: { server: address.name, version: fitness.version, user: address.user },
      },
    ],
    items.map(({ id }) => ({ item: id, reason })),
  );
}

/** Returns the problem of a server that does not fit; otherwise no changes, since the step makes none. */
export async function obstacleOn(
  context: Context,
  server: ManagedServer,
): Promise<readonly PlannedChange[] | Problem> {
  const fit = await serverFit(context, server);
  return 'code' in fit ? fit : [];
}
