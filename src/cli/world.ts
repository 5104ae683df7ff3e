import { resolve } from 'node:path';
import { z } from 'zod';
import { embeddedDatabase } from '../adapters/embedded-database.ts';
import { packageFiles } from '../adapters/package-files.ts';
import { expectedCatalogs } from '../database/expected/expected-catalogs.ts';
import { sqlTarget } from '../database/ledger/sql-target.ts';
import type { StepId } from '../domain/phase.ts';
import type { Files, LocalDatabase } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';
import type { Recorded } from '../engine/journal.ts';
import type { Assets, Context, Memory } from '../tasks/context.ts';
import type { Adapters } from './adapters.ts';

/** PostgreSQL's major version in the bundled PGlite. */
const embeddedMajor = '18';

/** The folder of the package: `assets/` lies in it. */
const packageRoot = new URL(
  '..',
  import.meta.url.endsWith('.ts') ? new URL('..', import.meta.url) : import.meta.url,
);

const packaged = packageFiles(packageRoot);

const assets: Assets = { read: (path) => packaged.read(`assets/${path}`) };

/** The package's own version. */
export function programVersion(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(packaged.readNow('package.json'))).version;
}

/** What a command knows and a workspace does not. */
type ContextRest = Pick<Context, 'config' | 'engine' | 'selected' | 'signal' | 'progress'> & {
  readonly openShadow: (() => Promise<Session>) | null;
};

/** The ports of one workspace, and how to close them. */
export interface World {
  readonly root: string;
  readonly files: Files;
  readonly database: LocalDatabase;
  readonly adapters: Adapters;
  sql(): ReturnType<typeof sqlTarget>;
  context(rest: ContextRest, recorded: () => Recorded): Context;
}

export function worldOf(adapters: Adapters, workspace: string): World {
  const root = resolve(workspace);
  const files = adapters.filesIn(root);
  const database = embeddedDatabase(files, embeddedMajor, adapters.openEmbedded);
  return {
    root,
    files,
    database,
    adapters,
    sql: () => sqlTarget(database),
    context: ({ openShadow, ...rest }, recorded) => ({
      ...rest,
      files,
      database,
      assets,
      processes: adapters.processesIn(root),
      memory: memoryOf(recorded),
      catalogs: expectedCatalogs({
        openScratch: () => adapters.openEmbedded(),
        openShadow,
        shipped: async () => JSON.parse(await assets.read('data/expected-catalogs.json')),
        kept: keptIn(files),
      }),
    }),
  };
}

const keptFolder = '.erp-deploy/catalogs';

/** Kept only where a roll-out has its folder: a look makes none. */
function keptIn(files: Files) {
  return {
    read: async (key: string) => {
      const path = `${keptFolder}/${key}.json`;
      return (await files.look(path)).type === 'file' ? files.read(path) : null;
    },
    write: async (key: string, text: string) => {
      if ((await files.look('.erp-deploy')).type !== 'directory') return;
      await files.makeDirectory(keptFolder);
      await files.write(`${keptFolder}/${key}.json`, text, 0o600);
    },
  };
}

function memoryOf(recorded: () => Recorded): Memory {
  return {
    wrote: (path, sha256) => recorded().wrote(path, sha256),
    lastSeen: (step) => recorded().lastVerified(step),
    failures: (steps: readonly StepId[]) =>
      recorded().records.flatMap((record) =>
        record.type === 'failed' && steps.some((one) => one === record.step)
          ? [{ at: record.at, step: record.step, what: record.what }]
          : [],
      ),
  };
}
