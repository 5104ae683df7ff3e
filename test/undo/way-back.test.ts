import { describe, expect, it } from 'vitest';
import { dumps } from '../../src/argv/dump.ts';
import type { Database } from '../../src/domain/ports/database.ts';
import type { Session } from '../../src/domain/session.ts';
import { migratedBy } from '../../src/undo/migrated.ts';
import { wayBack } from '../../src/undo/way-back.ts';
import type { Context } from '../../src/workspace/context.ts';
import { layout } from '../../src/workspace/layout.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith, remembering, targetWith } from '../support/program/step-context.ts';

const folder = '.erp-deploy/dumps/db.example_5432_shop';
const address = 'db.example:5432/shop';
const at = '2026-11-22T09:00:01.000Z';

/** Returns a database whose ledger contains these migrations. */
function databaseWith(target: Database['target'], ...names: readonly string[]): Database {
  const rows = names.map((name) => ({
    name,
    checksum: '',
    body: 'select 1;\n',
    applied_at: '2026-11-22T09:00:02Z',
  }));
  const session: Partial<Session> = {
    script: async () => [[{ ledger: JSON.stringify(rows) }]],
  };
  const database: Partial<Database> = {
    target,
    state: async () => ({ is: 'present' }),
    // Only the reads of the ledger are supported.
    session: async () => session as Session,
  };
  // As above.
  return database as Database;
}

interface Upgrade {
  /** The dumps that are stored. */
  readonly kept?: readonly string[];
  readonly hasRows?: boolean;
  /** The user's files beside the migrations, by name. */
  readonly own?: Readonly<Record<string, string>>;
  /** Migrations that others applied afterwards. */
  readonly later?: readonly string[];
}

/** The expected catalog of every ledger. */
const catalogs: Context['catalogs'] = {
  after: async () => ({ serverVersion: '17.6', objects: [] }),
  matching: async () => ({ serverVersion: '17.6', objects: [] }),
  scratch: async () => {
    throw new Error('no scratch database is needed');
  },
};

/** A rollout that applied `100_own.sql` locally and in production, with a dump before it there. */
function upgrade({ kept = [], hasRows = true, own = {}, later = [] }: Upgrade = {}): Context {
  const files = kept.reduce((all, name) => all.put(`${folder}/${name}`, 'dump'), new MemoryFiles());
  const names = ['001_erp_schema.sql', '002_agent_schema.sql', '100_own.sql', ...later];
  const dump = dumps.make({ in: 'environment' }, folder).argv.join(' ');
  const server = {
    here: { name: 'this machine', files },
    address: async () => ({ name: address, database: 'shop', environment: async () => ({}) }),
  };
  const production = { database: databaseWith('production', ...names), stack: null, server };
  const workspace = new MemoryFiles();
  for (const [name, text] of Object.entries(own)) workspace.put(`${layout.migrations}/${name}`, text);
  return contextWith({
    files: workspace,
    catalogs,
    local: targetWith(databaseWith('embedded', ...names)),
    memory: remembering(
      ...(hasRows ? [{ type: 'intended', step: '3.3', scope: `command:here:${dump}` } as const] : []),
      { type: 'intended', step: '3.3', scope: 'sql:production:migrate:100_own.sql' },
    ),
    // Only the location of the dumps is read.
    production: production as unknown as Context['production'],
  });
}

async function ways(context: Context, database: Database['target'] = 'production') {
  const done = { type: 'migrations', database, names: ['100_own.sql'], at } as const;
  const found = await migratedBy(context, done);
  if (found.is !== 'applied') throw new Error(`it is ${found.is}`);
  return wayBack(context, done, found);
}

const [earlier, before, after] = ['20261121T090000Z.dump', '20261122T090000Z.dump', '20261122T090100Z.dump'];

describe('a migration of a production database that contained rows', () => {
  it('is undone by the newest dump from before it', async () => {
    const way = await ways(upgrade({ kept: [earlier, before, after] }));
    expect(way).toMatchObject({ is: 'restore', dump: { name: before }, location: { folder } });
  });

  it('is not undone if that dump is no longer stored', async () => {
    const way = await ways(upgrade({ kept: [after] }));
    expect(way).toMatchObject({ is: 'refused', byDownFiles: true });
    expect(way).toMatchObject({ why: expect.stringContaining('no longer in .erp-deploy/dumps/') });
  });

  it('is undone by its down file rather than by the dump', async () => {
    const own = { '100_own.down.sql': 'select 2;\n' };
    const way = await ways(upgrade({ kept: [before], own }));
    expect(way).toMatchObject({
      is: 'down',
      files: [{ migration: '100_own.sql', file: { text: 'select 2;\n' } }],
    });
  });

  it('is undone by the dump if its down file is not valid', async () => {
    const own = { '100_own.down.sql': 'commit;\n' };
    expect(await ways(upgrade({ kept: [before], own }))).toMatchObject({ is: 'restore' });
  });

  it('is not undone if others applied a migration later', async () => {
    const way = await ways(upgrade({ kept: [before], later: ['110_theirs.sql'] }));
    expect(way).toMatchObject({ is: 'refused', byDownFiles: false });
    expect(way).toMatchObject({ why: expect.stringContaining('110_theirs.sql was applied there later') });
  });
});

describe('a migration that had no rows to keep', () => {
  it.each(['production', 'embedded'] as const)(
    'is undone in %s by rebuilding the schemas',
    async (database) => {
      const way = await ways(upgrade({ hasRows: false }), database);
      expect(way).toMatchObject({
        is: 'rebuild',
        remaining: [{ name: '001_erp_schema.sql' }, { name: '002_agent_schema.sql' }],
      });
    },
  );

  it('is undone in this way in the local test, regardless of dumps of production', async () => {
    expect(await ways(upgrade({ kept: [before] }), 'embedded')).toMatchObject({ is: 'rebuild' });
  });
});
