import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../../../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../../../src/database/catalog/read-catalog.ts';
import type { Session } from '../../../../src/domain/session.ts';
import { applyBundled } from '../../../support/bundled-migrations.ts';
import { engines } from '../../../support/older-engines.ts';
import { allMutations } from './all-mutations.ts';
import { expectNoticed, expectNoticedAndRepaired } from './expect-noticed.ts';
import { batchesOf } from './mutation.ts';

/**
 * Each version is a file of its own, so that they run side by side.
 * @param every of how many changes one is made: a real server of that version may have them all
 */
export function describeOlder(major: '17' | '16', every = 1) {
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

    test(`${every === 1 ? 'every' : `each ${every}th`} change is noticed by name`, {
      timeout: 300_000,
    }, async () => {
      const mutations = allMutations(expected);
      expect(mutations.length).toBeGreaterThan(4000);
      const made = mutations.filter((_, place) => place % every === 0);
      await expectNoticed(session, expected, batchesOf(made, 20));
    });

    test('the repair of every 11th change leaves nothing', { timeout: 300_000 }, async () => {
      const sample = allMutations(expected).filter((_, place) => place % 11 === 0);
      await expectNoticedAndRepaired(session, expected, batchesOf(sample, 12));
    });
  });
}
