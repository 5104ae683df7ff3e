import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../../../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../../../src/database/catalog/read-catalog.ts';
import type { Session } from '../../../../src/domain/session.ts';
import { sampleOf } from '../../../run/sample.ts';
import { applyBundled } from '../../../support/database/bundled-migrations.ts';
import { engines } from '../../../support/production/older-engines.ts';
import { allMutations } from './all-mutations.ts';
import { expectNoticed, expectNoticedAndRepaired } from './expect-noticed.ts';
import { batchesOf } from './mutation.ts';

/**
 * Each version has its own test file, so that they run in parallel.
 * @param all number of shares in `npm run test:all`; more than one if a real server of that version gets all changes
 */
export function describeOlder(major: '17' | '16', all = 1) {
  describe(`a live PostgreSQL ${major}, compared with the expected catalog of 18`, () => {
    let expected: Catalog;
    let session: Session;
    beforeAll(async () => {
      const newest = await applyBundled(await engines['18']());
      expected = await readCatalog(newest);
      await newest.close();
      session = await applyBundled(await engines[major]());
    }, 120_000);
    afterAll(() => session.close());

    test('a change is reported by name', {
      timeout: 300_000,
    }, async () => {
      const mutations = allMutations(expected);
      expect(mutations.length).toBeGreaterThan(4000);
      const made = sampleOf(`schema changes on ${major}`, mutations, { usual: 40, all });
      await expectNoticed(session, expected, batchesOf(made, 20));
    });

    test('the repair of a change leaves no difference', { timeout: 300_000 }, async () => {
      const mutations = allMutations(expected);
      const sample = sampleOf(`repairs on ${major}`, mutations, { usual: 160, all: 11 });
      await expectNoticedAndRepaired(session, expected, batchesOf(sample, 12));
    });
  });
}
