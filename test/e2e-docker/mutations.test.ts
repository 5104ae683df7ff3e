import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import type { Catalog } from '../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../src/database/catalog/read-catalog.ts';
import { compareCatalogs } from '../../src/database/comparison/compare.ts';
import type { Session } from '../../src/domain/session.ts';
import { allMutations } from '../database/comparison/mutations/all-mutations.ts';
import { expectNoticed, expectNoticedAndRepaired } from '../database/comparison/mutations/expect-noticed.ts';
import { batchesOf } from '../database/comparison/mutations/mutation.ts';
import { sampleOf } from '../run/sample.ts';
import { applyBundled } from '../support/database/bundled-migrations.ts';
import { engines } from '../support/production/older-engines.ts';
import { dockerMachine, rollOutIn } from '../support/production/on-docker.ts';
import { sharedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

describe('PostgreSQL 17 in its container, compared with the expected catalog of 18', () => {
  let machine: Machine;
  let session: Session;
  let expected: Catalog;
  beforeAll(async () => {
    machine = await dockerMachine();
    const workspace = sharedWorkspace();
    expect(await rollOutIn(machine, workspace, ['--until', '2.4'])).toMatchObject({ exit: 0 });
    const newest = await applyBundled(await engines['18']());
    expected = await readCatalog(newest);
    await newest.close();
    const password = /^POSTGRES_PASSWORD=(.*)$/m.exec(textOf(workspace, `${stack}/.env`))?.[1];
    const port = await machine.forward(5432);
    session = await openPostgres({
      host: '127.0.0.1',
      port,
      user: 'erp_admin',
      database: 'portfolio',
      password,
    });
  });
  afterAll(async () => {
    await session.close();
    await machine.remove();
  });

  test('an unchanged database has no difference', async () => {
    const differences = await compareCatalogs(expected, await readCatalog(session));
    expect(differences.filter(({ severity }) => severity === 'difference')).toEqual([]);
  });

  test('a change is reported by name', { timeout: 600_000 }, async () => {
    const mutations = allMutations(expected);
    expect(mutations.length).toBeGreaterThan(4000);
    const made = sampleOf('schema changes on 17 in a container', mutations, { usual: 40 });
    await expectNoticed(session, expected, batchesOf(made, 40));
  });

  test('the repair of a change leaves no difference', { timeout: 600_000 }, async () => {
    const mutations = allMutations(expected);
    const sample = sampleOf('repairs on 17 in a container', mutations, { usual: 160, all: 11 });
    await expectNoticedAndRepaired(session, expected, batchesOf(sample, 12));
  });
});
