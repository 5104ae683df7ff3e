import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import type { Session } from '../../../src/domain/session.ts';
import { sampleOf } from '../../run/sample.ts';
import { applyBundled } from '../../support/database/bundled-migrations.ts';
import { engines } from '../../support/production/older-engines.ts';
import { allMutations } from './mutations/all-mutations.ts';
import { expectNoticedAndRepaired } from './mutations/expect-noticed.ts';
import { batchesOf } from './mutations/mutation.ts';

let session: Session;
beforeAll(async () => {
  session = await applyBundled(await engines['18']());
}, 120_000);
afterAll(() => session.close());

test('reports a change to the bundled schema by name, and repairs it completely', {
  timeout: 300_000,
}, async () => {
  const expected = await readCatalog(session);
  const mutations = allMutations(expected);
  expect(mutations.length).toBeGreaterThan(4000);
  const made = sampleOf('schema changes on 18, with repair', mutations, { usual: 8 });
  await expectNoticedAndRepaired(session, expected, batchesOf(made, 12));
});
