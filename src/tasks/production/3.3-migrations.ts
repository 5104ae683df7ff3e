import { inProduction } from '../../checklist/items.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { serverFit } from '../../host/server-fit.ts';
import { migrate } from '../../targets/migrate.ts';
import { notConfigured, productionOf } from '../../targets/production.ts';
import { bundled } from '../../workspace/layout.ts';

/** The workspace's migrations, applied to production's database; if it contains rows, it is dumped before. */
export const productionMigrations = migrate({
  id: '3.3',
  phase: 'production',
  title: 'migrations',
  wanted: "every migration of the workspace in the ledger of production's database",
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
      what: 'a server that takes migrations',
      holds: async (context) => {
        const { server } = productionOf(context);
        return server === null || !('code' in (await serverFit(context, server)));
      },
    },
    {
      step: '3.2',
      what: "production's database",
      holds: async (context) => (await productionOf(context).database.state()).is === 'present',
    },
  ],
  skipReason: ({ production }) => (production === null ? notConfigured : undefined),
});
