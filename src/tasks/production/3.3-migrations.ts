import { inProduction } from '../../checklist/items.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { serverFit } from '../../host/server-fit.ts';
import { migrate } from '../../targets/migrate.ts';
import { notConfigured, productionOf } from '../../targets/production.ts';
import { bundled } from '../../workspace/layout.ts';

/** Applies the workspace's migrations to the production database, and dumps it first if it contains rows. */
export const productionMigrations = migrate({
  id: '3.3',
  phase: 'production',
  title: 'migrations',
  expected: 'every migration of the workspace in the ledger of the production database',
  target: productionOf,
  startedBy: '3.2',
  guardsRows: true,
  items: {
    [bundled.erp]: [inProduction('3.3#1'), inProduction('3.3#2')],
    [bundled.agent]: [inProduction('3.3#3'), inProduction('3.3#4')],
  },
  needs: [
    locallyTested,
    {
      step: '3.1',
      what: 'a server that is suitable for migrations',
      holds: async (context) => {
        const { server } = productionOf(context);
        return server === null || !('code' in (await serverFit(context, server)));
      },
    },
    {
      step: '3.2',
      what: 'the production database',
      holds: async (context) => (await productionOf(context).database.state()).is === 'present',
    },
  ],
  skipReason: ({ production }) => (production === null ? notConfigured : undefined),
});
