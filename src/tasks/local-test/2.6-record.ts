import { createHash } from 'node:crypto';
import { allItems, anywhere } from '../../checklist/items.ts';
import { findMissingCommas } from '../../database/starter-schema/missing-comma.ts';
import { recordText, type TestRecord } from '../../documents/record-text.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { ItemId } from '../../domain/phase.ts';
import { blocked, missing, type Step, satisfied } from '../../domain/step.ts';
import { appliedSummary } from '../../schema/inspect-migrations.ts';
import { validatedLocally } from '../../targets/needs.ts';
import type { Context } from '../../workspace/context.ts';
import { layout } from '../../workspace/layout.ts';
import { soundMigrations } from '../../workspace/migrations.ts';
import { fileObstacle } from '../../workspace/obstacles.ts';
import { previewOf, stateOf } from '../../workspace/own-file.ts';
import { starterPath } from '../../workspace/starter.ts';

const localSteps = ['2.1', '2.2', '2.3', '2.4', '2.5'] as const;

const items = {
  issues: anywhere('2.6#1'),
  fixes: anywhere('2.6#2'),
  passed: anywhere('2.6#3'),
};

/** Writes the results of the local test into the workspace, as a basis for the decision about production. */
export const record: Step<Context> = {
  id: '2.6',
  phase: 'local-test',
  title: 'record',
  expected: `${layout.testRecord} with the results of this local test`,
  items: allItems(items),
  needs: [validatedLocally],
  reports: 'checks',
  async check(context) {
    const obstacle = await fileObstacle(context, [layout.testRecord]);
    if (obstacle !== null) return blocked(obstacle);
    const expected = await recordOf(context);
    const mark = await markIn(context);
    if (mark !== markOf(expected)) {
      const found = mark === null ? 'missing' : 'the record of another local test';
      return missing({ what: layout.testRecord, expected: 'the record of this local test', actual: found });
    }
    const { issues, fixes } = expected;
    const fixed = [...fixes, ...(issues.length === 0 ? [] : [`${issues.length} issues, recorded`])];
    return satisfied(layout.testRecord, [
      evidence(items.issues.id, issues.length === 0 ? 'no issues' : `${issues.length} issues recorded`),
      evidence(items.fixes.id, fixed.length === 0 ? 'no fixes needed' : fixed.join(' ')),
      evidence(items.passed.id, 'validation passed for these checksums'),
    ]);
  },
  async preview(context): Promise<readonly PlannedChange[]> {
    const expected = await recordOf(context);
    const file = { path: layout.testRecord, text: recordText(expected, markOf(expected)) };
    const change = (await stateOf(context, file)) === 'same' ? null : await previewOf(context, file);
    return change === null ? [] : [change];
  },
  async foresee(): Promise<readonly PlannedChange[]> {
    return [
      {
        status: 'pending',
        on: '2.3',
        subject: { kind: 'write', host: 'here', path: layout.testRecord },
        digest: null,
        summary: `write ${layout.testRecord}`,
      },
    ];
  },
};

async function recordOf(context: Context): Promise<TestRecord> {
  const files = await soundMigrations(context);
  return {
    engine: context.engine,
    migrations: files.map(({ name, checksum }) => ({ name, checksum })),
    // One result may be evidence for several items.
    results: [
      ...new Set(
        localSteps.flatMap((step) => context.memory.lastVerified(step)?.evidence.map(resultText) ?? []),
      ),
    ],
    issues: context.memory.failures(localSteps),
    fixes: await fixesIn(context),
  };
}

/**
 * Returns what step 0.4 fixed. Its note tells, and not the journal, which a clone of the workspace does not have: every
 * clone writes the same record.
 */
async function fixesIn(context: Context): Promise<readonly string[]> {
  const path = starterPath(context);
  for (const file of [layout.starterFix, path]) {
    if ((await context.files.inspect(file)).type !== 'file') return [];
  }
  const { commas } = await findMissingCommas(await context.files.read(path));
  if (commas.length > 0) return [];
  return [`Step 0.4 added the comma that was missing in ${path}; ${layout.starterFix} shows the change.`];
}

/** Leaves out the time at which a migration was applied to the embedded database, which differs in every clone. */
function resultText({ target, summary, facts }: Evidence): string {
  const migration = facts?.migration;
  return target === 'embedded' && typeof migration === 'string' ? appliedSummary(migration, null) : summary;
}

/**
 * Identifies the local test that a record describes. The record contains the mark, so a check does not compare wording.
 * The results do not count: if only their wording changes, the record stays as it is.
 */
function markOf({ engine, migrations, issues, fixes }: TestRecord): string {
  // Without fixes, the mark is that of the records of earlier versions.
  const known = { engine, migrations, issues, ...(fixes.length === 0 ? {} : { fixes }) };
  return createHash('sha256').update(JSON.stringify(known)).digest('hex');
}

async function markIn({ files }: Context): Promise<string | null> {
  if ((await files.inspect(layout.testRecord)).type !== 'file') return null;
  return /<!-- erp-deploy local-test ([0-9a-f]{64}) -->/.exec(await files.read(layout.testRecord))?.[1] ?? '';
}

function evidence(id: ItemId, summary: string): Evidence {
  return { item: id, target: 'workspace', summary };
}
