import { anywhere, inLocalContainer } from '../../checklist/items.ts';
import type { Need } from '../../domain/step.ts';
import { migrate } from '../../targets/migrate.ts';
import type { Context } from '../../workspace/context.ts';
import { bundled, layout } from '../../workspace/layout.ts';

/** Applies the workspace's migrations to the local database. */
export const migrations = migrate({
  id: '2.2',
  phase: 'local-test',
  title: 'migrations',
  expected: 'every migration of the workspace in the ledger, unchanged and in order',
  target: ({ local }) => local,
  startedBy: '2.1',
  items: {
    [bundled.erp]: [inLocalContainer('2.2#1'), anywhere('2.2#2'), anywhere('1.1#22')],
    [bundled.agent]: [inLocalContainer('2.2#3'), anywhere('2.2#4'), anywhere('1.2#39')],
  },
  needs: [
    {
      step: '2.1',
      what: 'a local database',
      holds: async ({ local }) => (await local.database.state()).is === 'present',
    },
    installed('1.1', bundled.erp),
    installed('1.2', bundled.agent),
  ],
});

function installed(step: '1.1' | '1.2', name: string): Need<Context> {
  const path = `${layout.migrations}/${name}`;
  return { step, what: path, holds: async ({ files }) => (await files.inspect(path)).type === 'file' };
}
