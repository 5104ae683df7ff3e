import { inProduction } from '../../checklist/items.ts';
import { deployed } from '../../host/deployed-files.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { api } from '../../targets/api.ts';
import { validatedInProduction } from '../../targets/needs.ts';
import { productionOf, withoutContainers } from '../../targets/production.ts';
import { routeNamesTaken } from '../../tunnel/traefik.ts';

/** The API on the production host. */
export const productionPostgrest = api({
  id: '3.5',
  phase: 'production',
  title: 'PostgREST',
  expected:
    'PostgREST healthy on the production host: rejects requests without a token, accepts a signed token',
  target: productionOf,
  obstacle: routeNamesTaken,
  items: {
    started: inProduction('3.5#1'),
    running: inProduction('3.5#2'),
    log: inProduction('3.5#3'),
    endpoints: [inProduction('3.5#4')],
    limits: inProduction('0.2#3'),
  },
  needs: [locallyTested, deployed, validatedInProduction],
  skipReason: withoutContainers,
});
