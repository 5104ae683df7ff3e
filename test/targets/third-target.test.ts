import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../../src/adapters/embedded-session.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { sqlApplier } from '../../src/database/apply-sql-change.ts';
import { expectedCatalogs } from '../../src/database/expected/expected-catalogs.ts';
import type { StepId } from '../../src/domain/phase.ts';
import type { Database } from '../../src/domain/ports/database.ts';
import type { Session } from '../../src/domain/session.ts';
import type { Step } from '../../src/domain/step.ts';
import { api } from '../../src/targets/api.ts';
import { databaseUp } from '../../src/targets/database-up.ts';
import { migrate } from '../../src/targets/migrate.ts';
import { applied, validated } from '../../src/targets/needs.ts';
import { validate } from '../../src/targets/validate.ts';
import type { Context } from '../../src/workspace/context.ts';
import { bundled, layout } from '../../src/workspace/layout.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith, remembering, targetWith } from '../support/program/step-context.ts';

/** An embedded database in memory, which is absent until it is created. */
function memoryDatabase(): Database {
  let session: Promise<Session> | undefined;
  const open = () => {
    session ??= openEmbedded();
    return session;
  };
  return {
    target: 'embedded',
    state: async () => ({ is: session === undefined ? 'absent' : 'present' }),
    session: open,
    create: open,
    ignore: () => undefined,
    close: async () => (await session)?.close(),
  };
}

const asset = (path: string) => readFile(`assets/${path}`, 'utf8');
const database = memoryDatabase();
const staging = { ...targetWith(database), name: 'staging' };
const head = { phase: 'production', expected: 'staging as its migrations say', items: {} } as const;
const target = () => staging;
const noApi = 'staging has no containers';

/** The declaration that a contributor would write for the new target. */
const steps: readonly Step<Context>[] = [
  databaseUp({ ...head, id: '6.1', title: 'staging database', target, needs: [] }),
  migrate({
    ...head,
    id: '6.2',
    title: 'staging migrations',
    target,
    startedBy: '6.1',
    needs: [
      {
        step: '6.1',
        what: "staging's database",
        holds: async () => (await database.state()).is === 'present',
      },
    ],
  }),
  validate({ ...head, id: '6.3', title: 'staging validation', target, needs: [applied('6.2', target)] }),
  api({
    ...head,
    id: '6.4',
    title: 'staging API',
    target,
    needs: [validated('6.3', 'a validated staging database', target)],
    skipReason: () => (staging.stack === null ? noApi : undefined),
  }),
];

/** A workspace with the bundled migrations. It has neither a local test nor production. */
async function stagingContext(): Promise<Context> {
  const config = parseConfig('', 'erp-deploy.config.yaml');
  if ('faults' in config) throw new Error('an empty configuration is valid');
  const files = new MemoryFiles();
  for (const name of Object.values(bundled)) {
    files.put(`${layout.migrations}/${name}`, await asset(`migrations/${name}`));
  }
  return contextWith({
    config: config.config,
    files,
    memory: remembering(),
    assets: { read: asset },
    catalogs: expectedCatalogs({
      openScratch: () => openEmbedded(),
      openShadow: null,
      shipped: async () => JSON.parse(await asset('data/expected-catalogs.json')),
      kept: { read: async () => null, write: async () => undefined },
    }),
    progress: () => undefined,
    output: () => undefined,
    signal: new AbortController().signal,
  });
}

function stepOf(id: StepId): Step<Context> {
  const step = steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
}

describe('a third target, declared with the functions of the other two', () => {
  let context: Context;
  const unmet = async (id: StepId) => {
    const { needs } = stepOf(id);
    const held = await Promise.all(
      needs.map(async (need) => ((await need.holds(context)) ? [] : [need.step])),
    );
    return held.flat();
  };
  /** Applies the previewed changes to staging's database, as the executor does. */
  const apply = async (id: StepId) => {
    const changes = await stepOf(id).preview(context);
    if ('code' in changes) throw new Error(changes.what);
    const executor = sqlApplier(database, () => Buffer.alloc(0));
    for (const planned of changes) {
      if (planned.status !== 'exact' || planned.change.kind !== 'sql') throw new Error('not a change of SQL');
      await executor.apply(planned.change);
    }
    return changes.length;
  };
  const inspect = (id: StepId) => stepOf(id).check(context);
  const verify = (id: StepId) => {
    const step = stepOf(id);
    return (step.verify ?? step.check)(context);
  };

  beforeAll(async () => {
    context = await stagingContext();
  });

  afterAll(() => database.close());

  it('starts its database', async () => {
    expect(await unmet('6.2')).toEqual(['6.1']);
    expect(await inspect('6.1')).toMatchObject({ state: 'missing' });
    expect(await apply('6.1')).toBe(1);
    expect(await verify('6.1')).toMatchObject({ state: 'satisfied', open: [] });
    expect(await unmet('6.2')).toEqual([]);
  });

  it('applies the migrations to its database', async () => {
    expect(await unmet('6.3')).toEqual(['6.2']);
    expect(await inspect('6.2')).toMatchObject({
      state: 'missing',
      findings: [{ what: bundled.erp }, { what: bundled.agent }],
    });
    expect(await apply('6.2')).toBe(2);
    expect(await verify('6.2')).toMatchObject({ state: 'satisfied', summary: '2 applied', open: [] });
    expect(await unmet('6.3')).toEqual([]);
  });

  it('validates its database', async () => {
    expect(await verify('6.3')).toMatchObject({ state: 'satisfied', open: [] });
    expect(await unmet('6.4')).toEqual([]);
    await (await database.session()).script('alter table erp.people drop column notes');
    expect(await inspect('6.3')).toMatchObject({ state: 'blocked', problem: { code: 'ERP-0530' } });
    expect(await unmet('6.4')).toEqual(['6.3']);
  });

  it('verifies no item of the checklist, which has no section about it', async () => {
    const result = await inspect('6.2');
    const evidence = result.state === 'satisfied' ? result.evidence : [];
    expect(evidence).toHaveLength(2);
    expect(evidence.filter((one) => 'item' in one)).toEqual([]);
    expect(steps.flatMap(({ items = [] }) => items)).toEqual([]);
  });

  it('has an API only with containers', async () => {
    expect(await stepOf('6.4').skipReason?.(context)).toBe(noApi);
  });
});
