import type { Evidence } from '../domain/evidence.ts';
import type { Context } from '../workspace/context.ts';
import { bundled, layout } from '../workspace/layout.ts';
import { soundMigrations } from '../workspace/migrations.ts';

/**
 * Verifies the checklist's "test locally" of 0.5, 1.1 and 1.2: applies the files to a scratch database and runs the
 * validation script on it. It is left out if the same run includes the local test, which verifies the same soon
 * after. Files that were verified before with the same checksums are not tested again.
 */
export async function applyMigrationsProof(context: Context): Promise<readonly Evidence[]> {
  if (context.selected.has('2.2') && context.selected.has('2.3')) return [];
  const files = await soundMigrations(context);
  const script = await context.files.read(`${layout.migrations}/${bundled.validation}`);
  const checksums = files.map(({ checksum }) => checksum).join(' ');
  const facts = { checksums, script: await context.files.hash(`${layout.migrations}/${bundled.validation}`) };
  const evidence = evidenceFrom(facts);
  const before = context.memory.lastVerified('1.2')?.evidence ?? [];
  const isVerified = before.some(
    ({ facts: old }) => old?.checksums === facts.checksums && old.script === facts.script,
  );
  if (!isVerified) await context.catalogs.scratch(files, (session) => session.script(script));
  return evidence;
}

function evidenceFrom(facts: Evidence['facts']): readonly Evidence[] {
  const target = 'embedded';
  const of = (item: NonNullable<Evidence['item']>, summary: string): Evidence => ({
    item,
    target,
    summary,
    ...(facts === undefined ? {} : { facts }),
  });
  return [
    of('0.5#5', `${bundled.validation} ran on a scratch database`),
    of('1.1#22', `${bundled.erp} applied to a scratch database`),
    of('1.2#39', `${bundled.agent} applied to a scratch database`),
  ];
}
