import type { Context } from '../workspace/context.ts';

/** A migration in production's own ledger. */
export interface Deployed {
  readonly checksum: string;
  readonly appliedAt: string;
}

/** The step that applies the migrations in production. */
const deploying = '3.3';

/** Returns the migrations that are deployed, from evidence of production only: a local ledger is no deployment. */
export function deployedMigrations({ memory }: Context): readonly Deployed[] {
  const evidence = memory.lastVerified(deploying)?.evidence ?? [];
  return evidence.flatMap(({ target, facts }) => {
    const { checksum, appliedAt } = facts ?? {};
    return target === 'production' && typeof checksum === 'string' && typeof appliedAt === 'string'
      ? [{ checksum, appliedAt }]
      : [];
  });
}
