import { resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { ConnectedProduction } from '../../connections/connected-production.ts';
import { inspectedHere } from '../../connections/inspected-host.ts';
import { Kept } from '../../connections/kept.ts';
import { localContainers, localEmbedded } from '../../connections/local-target.ts';
import { withoutComposeVariables } from '../../containers/stack.ts';
import { type MigrationSettings, sqlApplier } from '../../database/apply-sql-change.ts';
import { expectedCatalogs } from '../../database/expected/expected-catalogs.ts';
import type { HostId } from '../../domain/change.ts';
import { embeddedMajor } from '../../domain/embedded-major.ts';
import type { Files } from '../../domain/ports/files.ts';
import type { Host, Processes } from '../../domain/ports/host.ts';
import type { Session } from '../../domain/session.ts';
import type { SqlChange } from '../../domain/sql-change.ts';
import type { Recorded } from '../../engine/journal.ts';
import type { Target } from '../../targets/target.ts';
import type { Assets, Context } from '../../workspace/context.ts';
import type { Adapters } from './adapters.ts';
import type { CommandParts } from './command.ts';
import { journalQueries } from './journal-queries.ts';
import { knownAddress } from './known-address.ts';
import { assets } from './package-assets.ts';

/** The parts of a context that only the command knows. */
type ContextRest = Pick<
  Context,
  | 'config'
  | 'engine'
  | 'selected'
  | 'leftOut'
  | 'lessons'
  | 'webhook'
  | 'cloudflare'
  | 'signal'
  | 'progress'
  | 'output'
  | 'withoutLocalTest'
  | 'withoutRehearsal'
> & {
  readonly openShadow: (() => Promise<Session>) | null;
};

/** The ports of one workspace. `close` closes what they opened. */
export interface WorkspacePorts {
  readonly root: string;
  readonly files: Files;
  /** The local test. */
  readonly local: Target;
  /** Null if none is configured. */
  readonly production: ConnectedProduction | null;
  readonly adapters: Adapters;
  readonly assets: Assets;
  hostOf(id: HostId): Host;
  sql(
    database: SqlChange['database'],
    waits: boolean,
    settings: MigrationSettings,
  ): ReturnType<typeof sqlApplier>;
  /** Closes the databases and the connection to production, and releases the lock of the production host. */
  close(): Promise<void>;
  context(rest: ContextRest, recorded: () => Recorded): Context;
}

/**
 * Returns the ports of a workspace. Connects to nothing yet.
 * @param docker the configuration of the containers of the local test; null if it uses the embedded engine
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a table: the ports of a workspace
export function workspacePorts(
  { adapters, env, cwd }: Pick<CommandParts, 'adapters' | 'env' | 'cwd'>,
  workspace: string,
  docker: { readonly config: Config; readonly signal: AbortSignal } | null = null,
  production: ConnectedProduction | null = null,
): WorkspacePorts {
  const root = resolve(cwd, workspace);
  const kept = new Kept();
  const ownProcesses = adapters.processesIn(root, withoutComposeVariables(env));
  const here = inspectedHere(thisMachine(adapters, ownProcesses, adapters.filesIn(root)), kept);
  const { files, processes } = here;
  const embedded = () =>
    adapters.embeddedDatabase(files, `${embeddedMajor}`, adapters.openEmbedded, adapters.openEmbeddedDump);
  const local =
    docker === null
      ? localEmbedded(here, embedded())
      : localContainers(here, docker.config, docker.signal, kept);
  return {
    root,
    files,
    local,
    adapters,
    assets,
    production,
    hostOf: (id) => {
      if (id === 'here') return here;
      if (production?.stack == null) throw new Error('no production host is configured');
      return production.stack.host;
    },
    sql: (name, waits, settings) => {
      const named = name === 'production' ? production?.database : local.database;
      if (named === undefined) throw new Error('no production is configured');
      const stillHeld = async () => production?.lock?.assertHeld();
      const mayCommit = name === 'production' ? stillHeld : undefined;
      return sqlApplier(named, adapters.randomBytes, waits, mayCommit, settings);
    },
    close: async () => {
      await local.database.close();
      await production?.close();
    },
    context: ({ openShadow, ...rest }, recorded) => ({
      ...rest,
      assets,
      files,
      local,
      production,
      processes,
      web: adapters.publicWeb,
      memory: journalQueries(recorded, () => knownAddress(rest.config, production) ?? undefined),
      clock: adapters.clock,
      catalogs: expectedCatalogs({
        openScratch: () => adapters.openEmbedded(),
        openShadow,
        shipped: async () => JSON.parse(await assets.read('data/expected-catalogs.json')),
        kept: catalogCache(files),
      }),
    }),
  };
}

function thisMachine(adapters: Adapters, processes: Processes, files: Files): Host {
  return {
    id: 'here',
    name: 'this machine',
    files,
    processes,
    ...adapters.loopback,
  };
}

const cacheFolder = '.erp-deploy/catalogs';

/** Caches expected catalogs. A check never creates `.erp-deploy`, so without that folder nothing is cached. */
function catalogCache(files: Files) {
  return {
    read: async (key: string) => {
      const path = `${cacheFolder}/${key}.json`;
      return (await files.inspect(path)).type === 'file' ? files.read(path) : null;
    },
    write: async (key: string, text: string) => {
      if ((await files.inspect('.erp-deploy')).type !== 'directory') return;
      await files.makeDirectory(cacheFolder);
      await files.write(`${cacheFolder}/${key}.json`, text, 0o600);
    },
  };
}
