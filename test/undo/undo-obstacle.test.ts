import { describe, expect, it } from 'vitest';
import { dumps } from '../../src/argv/dump.ts';
import type { Undoable } from '../../src/domain/done.ts';
import type { PhaseName, StepId } from '../../src/domain/phase.ts';
import type { Database } from '../../src/domain/ports.ts';
import type { Session } from '../../src/domain/session.ts';
import { migrationThatStays } from '../../src/undo/undo-obstacle.ts';
import type { Context } from '../../src/workspace/context.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith, remembering, targetWith } from '../support/program/step-context.ts';

const folder = '.erp-deploy/dumps/db.example_5432_shop';
const address = 'db.example:5432/shop';

/** A database whose ledger has these migrations. */
function databaseWith(target: Database['target'], ...names: readonly string[]): Database {
  const rows = names.map((name) => ({ name, checksum: '', body: '', applied_at: '2026-11-22T09:00:02Z' }));
  const session: Partial<Session> = {
    script: async () => [[{ ledger: JSON.stringify(rows) }]],
  };
  const database: Partial<Database> = {
    target,
    state: async () => ({ is: 'present' }),
    // Only what reads a ledger is asked for.
    session: async () => session as Session,
  };
  // The same.
  return database as Database;
}

/** A rollout that applied `100_own.sql` locally and in production, with a dump before it there. */
function upgrade(...kept: readonly string[]): Context {
  const files = kept.reduce((all, name) => all.put(`${folder}/${name}`, 'dump'), new MemoryFiles());
  const names = ['001_erp_schema.sql', '002_agent_schema.sql', '100_own.sql'];
  const dump = dumps.make({ in: 'environment' }, folder).argv.join(' ');
  const server = {
    here: { name: 'this machine', files },
    address: async () => ({ name: address, database: 'shop', environment: async () => ({}) }),
  };
  const production = { database: databaseWith('production', ...names), stack: null, server };
  return contextWith({
    local: targetWith(databaseWith('embedded', ...names)),
    memory: remembering(
      { type: 'intended', step: '3.3', scope: `command:here:${dump}` },
      { type: 'intended', step: '3.3', scope: 'sql:production:migrate:100_own.sql' },
    ),
    // Of a server, only where its dumps are kept is asked for.
    production: production as unknown as Context['production'],
  });
}

function rollout(names: readonly string[] = ['100_own.sql']): Undoable {
  const at = '2026-11-22T09:00:01.000Z';
  const step = (step: StepId, database: Database['target'], ...productions: readonly string[]) => ({
    step,
    productions,
    done: [{ type: 'migrations', database, names, at } as const],
  });
  const steps = [step('3.3', 'production', address), step('2.2', 'embedded')];
  return { rollout: 'r1', at, rollouts: ['r1'], isUndone: false, steps };
}

const all = new Set<PhaseName>(['prepare', 'local-test', 'production']);

describe('a rollout whose migration cannot be undone', () => {
  it('is not undone at all, and names the newest dump from before it with the command that restores it', async () => {
    const dumps = ['20261121T090000Z.dump', '20261122T090000Z.dump', '20261122T090100Z.dump'];
    const problem = await migrationThatStays(upgrade(...dumps), rollout(), all, address);
    expect(problem).toMatchObject({ code: 'ERP-0834', exit: 3 });
    expect(problem?.what).toContain(`100_own.sql cannot be undone in ${address}`);
    expect(problem?.todo[0]?.text).toContain(`${folder}/20261122T090000Z.dump on this machine`);
    expect(problem?.todo[0]?.command).toEqual(['erp-deploy', 'restore', '20261122T090000Z.dump']);
  });

  it('says so if that dump is no longer kept', async () => {
    const problem = await migrationThatStays(upgrade('20261122T090100Z.dump'), rollout(), all, address);
    expect(problem?.todo[0]).toEqual({ text: 'No dump from before the migration is stored.' });
  });

  it('is not undone in part either', async () => {
    for (const phase of ['prepare', 'docs', 'production'] as const) {
      expect(await migrationThatStays(upgrade(), rollout(), new Set([phase]), address)).not.toBeNull();
    }
  });

  it('is undone in production if only the local test has other migrations', async () => {
    const context = upgrade();
    const found = { ...context, production: null };
    expect(await migrationThatStays(found, rollout(), new Set(['production']), null)).toBeNull();
    expect(await migrationThatStays(found, rollout(), all, null)).toMatchObject({
      what: expect.stringContaining('the embedded database'),
    });
  });
});

it('lets a rollout be undone whose migrations were never applied', async () => {
  expect(await migrationThatStays(upgrade(), rollout(['110_later.sql']), all, address)).toBeNull();
});
