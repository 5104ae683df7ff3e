import { anywhere, inLocalContainer } from '../../checklist/items.ts';
import { appliedLocally } from '../../targets/needs.ts';
import { validate } from '../../targets/validate.ts';
import { bundled, layout } from '../../workspace/layout.ts';

const script = `${layout.migrations}/${bundled.validation}`;

/** Compares the local database with what its migrations make of an empty one, and tests its behaviour. */
export const validation = validate({
  id: '2.3',
  phase: 'local-test',
  title: 'validation',
  expected: 'a database that matches its migrations and passes the behaviour tests',
  target: ({ local }) => local,
  items: {
    script: inLocalContainer('2.3#1'),
    counts: anywhere('2.3#2'),
    keys: anywhere('2.3#3'),
    samples: anywhere('2.3#4'),
    errors: anywhere('2.3#5'),
    scriptRan: anywhere('0.5#5'),
    inserts: {
      'insert into erp.people': anywhere('2.4#6'),
      'insert into agent.sessions': anywhere('2.4#7'),
    },
  },
  needs: [
    appliedLocally,
    { step: '0.5', what: script, holds: async ({ files }) => (await files.inspect(script)).type === 'file' },
  ],
});
