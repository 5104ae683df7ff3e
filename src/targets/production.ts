import type { Stack } from '../containers/stack.ts';
import type { Context } from '../workspace/context.ts';
import type { Production, Target } from './target.ts';

/** Why the steps of production are skipped if it is not configured. */
export const notConfigured = 'no production host or database URL is configured';

const noContainers = 'production is a database URL: erp-deploy manages no containers there';

/** Returns why a step about production's containers is skipped; undefined if there are containers. */
export function withoutContainers({ production }: Context): string | undefined {
  if (production === null) return notConfigured;
  return production.stack === null ? noContainers : undefined;
}

/** Returns production, for steps that are skipped without one. */
export function productionOf({ production }: Context): Production {
  if (production === null) throw new Error('a step of production ran without a production target');
  return production;
}

/** Returns production's containers, for steps that are skipped without any. */
export function productionStack(context: Context): Stack {
  const { stack } = productionOf(context);
  if (stack === null) throw new Error('a step about the production host ran without containers');
  return stack;
}

/** Returns the last target of the rollout: production if it is configured, otherwise the local test. */
export function lastTarget({ local, production }: Context): Target {
  return production ?? local;
}
