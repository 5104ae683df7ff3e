import type { PlannedChange } from '../domain/change.ts';
import type { Problem } from '../domain/problem.ts';
import { blocked, type Look, satisfied } from '../domain/step.ts';
import type { ManagedServer } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { serverFit } from './server-fit.ts';

/** Whether the server fits. The boxes are about a droplet, and stay a person's to judge. */
export async function lookAtServer(context: Context, server: ManagedServer): Promise<Look> {
  const fit = await serverFit(context, server);
  if ('code' in fit) return blocked(fit);
  const { address, fitness } = fit;
  const words = `PostgreSQL ${fitness.version} at ${address.name}`;
  const reason = `speaks of a droplet: production is the database ${address.name}`;
  return satisfied(
    `${words}, ${address.protection}`,
    [
      {
        target: 'production',
        summary: `${words} takes writes, and the migrations of ${address.user}; ${address.protection}`,
        facts: { server: address.name, version: fitness.version, user: address.user },
      },
    ],
    (['3.1#1', '3.1#2', '3.1#3', '3.1#4'] as const).map((box) => ({ box, reason })),
  );
}

/** What is in the way before anything is there; nothing is ever changed by the step. */
export async function obstacleOn(
  context: Context,
  server: ManagedServer,
): Promise<readonly PlannedChange[] | Problem> {
  const fit = await serverFit(context, server);
  return 'code' in fit ? fit : [];
}
