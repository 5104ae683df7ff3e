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
 * Each version is a file of its own, so that they run side by side.
 * @param all shares in `npm run test:all`: a real server of that version may have all changes
 */
export function describeOlder(major: '17' | '16', all = 1) {
  describe(`a live PostgreSQL ${major}, against what is expected of it on 18`, () => {
    let expected: Catalog;
    let session: Session;
    beforeAll(async () => {
      const newest = await applyBundled(await engines['18']());
      expected = await readCatalog(newest);
      await newest.close();
      session = await applyBundled(await engines[major]());
    }, 120_000);
    afterAll(() => session.close());

    test('a change is noticed by name', {
      timeout: 300_000,
    }, async () => {
      const mutations = allMutations(expected);
      expect(mutations.length).toBeGreaterThan(4000);
      const made = sampleOf(`schema changes on ${major}`, mutations, { usual: 40, all });
      await expectNoticed(session, expected, batchesOf(made, 20));
    });

    test('the repair of a change leaves nothing', { timeout: 300_000 }, async () => {
      const mutations = allMutations(expected);
      const sample = sampleOf(`repairs on ${major}`, mutations, { usual: 160, all: 11 });
      await expectNoticedAndRepaired(session, expected, batchesOf(sample, 12));
    });
  });
}
