import { inProduction } from '../../checklist/items.ts';
import { appliedInProduction } from '../../targets/needs.ts';
import { notConfigured, productionOf } from '../../targets/production.ts';
import { validate } from '../../targets/validate.ts';

/** Compares the production database with what its migrations make of an empty one, and tests its behaviour. */
export const productionValidation = validate({
  id: '3.4',
  phase: 'production',
  title: 'validation',
  expected:
    'a production database that matches its migrations and passes the behaviour tests, no errors in its log',
  target: productionOf,
  items: {
    script: inProduction('3.4#1'),
    counts: inProduction('3.4#2'),
    keys: inProduction('3.4#3'),
    samples: inProduction('3.4#4'),
    errors: inProduction('3.4#5'),
  },
  needs: [appliedInProduction],
  skipReason: ({ production }) => (production === null ? notConfigured : undefined),
});
