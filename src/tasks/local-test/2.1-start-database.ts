import { inLocalContainer } from '../../checklist/items.ts';
import { composeReady } from '../../containers/compose-ready.ts';
import { databaseUp } from '../../targets/database-up.ts';

/** Starts the local database, in its container or on the embedded engine. */
export const startDatabase = databaseUp({
  id: '2.1',
  phase: 'local-test',
  title: 'start database',
  expected: 'a local PostgreSQL that accepts connections; with the engine docker, in its container',
  target: ({ local }) => local,
  items: {
    started: inLocalContainer('2.1#1'),
    running: inLocalContainer('2.1#2'),
    log: inLocalContainer('2.1#3'),
    networks: [inLocalContainer('0.2#2')],
  },
  needs: [composeReady],
});
