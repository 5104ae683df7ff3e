import { inProduction } from '../../checklist/items.ts';
import { deployed } from '../../host/deployed-files.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { databaseUp } from '../../targets/database-up.ts';
import { productionOf, withoutContainers } from '../../targets/production.ts';

/** The database's container on the production host. */
export const container = databaseUp({
  id: '3.2',
  phase: 'production',
  title: 'container',
  expected: 'postgres-erp healthy on the production host, within its limits, accepting connections',
  target: productionOf,
  items: {
    started: inProduction('3.2#1'),
    running: inProduction('3.2#2'),
    log: inProduction('3.2#3'),
    networks: [inProduction('3.2#4'), inProduction('0.2#2')],
  },
  needs: [locallyTested, deployed],
  skipReason: withoutContainers,
});
