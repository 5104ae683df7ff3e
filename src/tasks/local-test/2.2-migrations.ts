import type { Step } from '../../domain/step.ts';
import { lookAtMigrations, type MigrationBoxes, readBack } from '../../schema/look-at-migrations.ts';
import { planMigrations } from '../../schema/plan-migrations.ts';
import type { Context } from '../../workspace/context.ts';
import { bundled, layout } from '../../workspace/layout.ts';

/** Applies what the ledger lacks: one transaction a file. */
export const migrations: Step<Context> = {
  id: '2.2',
  phase: 'local-test',
  title: 'migrations',
  wanted: 'every migration of the workspace in the ledger, unchanged and in order',
  needs: [
    {
      step: '2.1',
      what: 'a local database',
      holds: async ({ database }) => (await database.state()).is === 'present',
    },
    fileNeed('1.1', bundled.erp),
    fileNeed('1.2', bundled.agent),
  ],
  check: (context) => lookAtMigrations(context, boxesOf),
  verify: (context) => readBack(context, '2.2', boxesOf),
  preview: (context) => planMigrations(context, '2.1'),
  foresee: (context) => planMigrations(context, '2.1'),
};

function fileNeed(step: '1.1' | '1.2', name: string): Step<Context>['needs'][number] {
  const path = `${layout.migrations}/${name}`;
  return { step, what: path, holds: async ({ files }) => (await files.look(path)).type === 'file' };
}

const boxesOf: MigrationBoxes = {
  [bundled.erp]: ['2.2#1', '2.2#2', '1.1#22'],
  [bundled.agent]: ['2.2#3', '2.2#4', '1.2#39'],
};
