import type { Context } from '../workspace/context.ts';

/** A migration that production's own ledger showed. */
export interface Deployed {
  readonly checksum: string;
  readonly appliedAt: string;
}

/** The step that applies the migrations in production. */
const deploying = '3.3';

/** What was deployed: production's evidence alone tells it, since a local ledger is no deployment. */
export function deployedMigrations({ memory }: Context): readonly Deployed[] {
  const evidence = memory.lastSeen(deploying)?.evidence ?? [];
  return evidence.flatMap(({ target, facts }) => {
    const { checksum, appliedAt } = facts ?? {};
    return target === 'production' && typeof checksum === 'string' && typeof appliedAt === 'string'
      ? [{ checksum, appliedAt }]
      : [];
  });
}
