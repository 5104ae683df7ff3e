import { inLocalContainer } from '../../checklist/items.ts';
import { composeReady } from '../../containers/compose-ready.ts';
import { api } from '../../targets/api.ts';
import { validatedLocally } from '../../targets/needs.ts';

const needsDocker = 'needs Docker';

/** Starts the API for the local database. */
export const postgrest = api({
  id: '2.5',
  phase: 'local-test',
  title: 'PostgREST',
  expected: 'PostgREST healthy: rejects requests without a token, accepts a signed token for both schemas',
  target: ({ local }) => local,
  items: {
    started: inLocalContainer('2.5#1'),
    endpoints: [inLocalContainer('2.5#2'), inLocalContainer('2.5#3')],
    json: inLocalContainer('2.5#4'),
    limits: inLocalContainer('0.2#3'),
  },
  needs: [composeReady, validatedLocally],
  skipReason: ({ local }) => (local.stack === null ? needsDocker : undefined),
});
