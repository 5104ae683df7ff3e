import { createHash } from 'node:crypto';
import { allItems, anywhere } from '../../checklist/items.ts';
import { recordText, type TestRecord } from '../../documents/record-text.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { BoxId } from '../../domain/phase.ts';
import { blocked, missing, type Step, satisfied } from '../../domain/step.ts';
import { validatedLocally } from '../../targets/needs.ts';
import type { Context } from '../../workspace/context.ts';
import { layout } from '../../workspace/layout.ts';
import { soundMigrations } from '../../workspace/migrations.ts';
import { fileObstacle } from '../../workspace/obstacles.ts';
import { previewOf, stateOf } from '../../workspace/own-file.ts';

const localSteps = ['2.1', '2.2', '2.3', '2.4', '2.5'] as const;

const items = {
  issues: anywhere('2.6#1'),
  fixes: anywhere('2.6#2'),
  passed: anywhere('2.6#3'),
};

/** What the local test came to, in the workspace, for whoever decides on production. */
export const record: Step<Context> = {
  id: '2.6',
  phase: 'local-test',
  title: 'record',
  wanted: `${layout.testRecord} with the results of this very local test`,
  items: allItems(items),
  needs: [validatedLocally],
  reports: 'looks',
  async check(context) {
    const obstacle = await fileObstacle(context, [layout.testRecord]);
    if (obstacle !== null) return blocked(obstacle);
    const wanted = await recordOf(context);
    const found = await markIn(context);
    if (found !== markOf(wanted)) {
      const seen = found === null ? 'not there' : 'the record of another state';
      return missing({ what: layout.testRecord, wanted: 'the record of this state', found: seen });
    }
    const { issues } = wanted;
    return satisfied(layout.testRecord, [
      box(items.issues.id, issues.length === 0 ? 'no issues met' : `${issues.length} issues written down`),
      box(items.fixes.id, issues.length === 0 ? 'no fixes needed' : 'what was mended is written down'),
      box(items.passed.id, 'validation green for these checksums'),
    ]);
  },
  async preview(context): Promise<readonly PlannedChange[]> {
    const wanted = await recordOf(context);
    const file = { path: layout.testRecord, text: recordText(wanted, markOf(wanted)) };
    const change = (await stateOf(context, file)) === 'same' ? null : await previewOf(context, file);
    return change === null ? [] : [change];
  },
  async foresee(): Promise<readonly PlannedChange[]> {
    return [
      {
        status: 'pending',
        on: '2.3',
        scope: `write:${layout.testRecord}`,
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
    // One thing that was seen may prove several boxes.
    results: [
      ...new Set(
        localSteps.flatMap(
          (step) => context.memory.lastSeen(step)?.evidence.map(({ summary }) => summary) ?? [],
        ),
      ),
    ],
    issues: context.memory.failures(localSteps),
  };
}

/**
 * Names the state that a record tells of: it stands in the record, so that a look need not compare words.
 * The results do not count: a run that finds the same files validated, in a few other words, leaves the record.
 */
function markOf({ engine, migrations, issues }: TestRecord): string {
  return createHash('sha256').update(JSON.stringify({ engine, migrations, issues })).digest('hex');
}

async function markIn({ files }: Context): Promise<string | null> {
  if ((await files.look(layout.testRecord)).type !== 'file') return null;
  return /<!-- erp-deploy local-test ([0-9a-f]{64}) -->/.exec(await files.read(layout.testRecord))?.[1] ?? '';
}

function box(id: BoxId, summary: string): Evidence {
  return { box: id, target: 'workspace', summary };
}
