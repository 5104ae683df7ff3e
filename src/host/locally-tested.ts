import type { Need } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import { markOfFiles, soundMigrations } from '../workspace/migrations.ts';

/**
 * The gate of every step that changes production: the last local test passed with exactly these files, or the operator
 * gave a reason to skip it.
 */
export const locallyTested: Need<Context> = {
  step: '2.3',
  gate: true,
  waivedBy: ['--without-local-test', 'REASON'],
  what: 'a passed local test of exactly these files (or --without-local-test REASON)',
  holds: async (context) => context.withoutLocalTest !== null || (await passedLocally(context)),
};

/** Returns the reason for a rollout without a local test of these files; null if the test passed. */
export async function reasonWithoutTest(context: Context): Promise<string | null> {
  if (await passedLocally(context)) return null;
  return context.withoutLocalTest ?? context.memory.withoutLocalTest();
}

async function passedLocally(context: Context): Promise<boolean> {
  if (context.memory.isDisproved('2.3')) return false;
  const mark = markOfFiles(await soundMigrations(context));
  const evidence = context.memory.lastVerified('2.3')?.evidence ?? [];
  return evidence.some(({ facts }) => facts?.files === mark);
}
