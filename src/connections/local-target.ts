import type { Config } from '../config/config.ts';
import { ownerLogIn } from '../containers/log-in.ts';
import type { Stack } from '../containers/stack.ts';
import type { Database } from '../domain/ports/database.ts';
import type { Host } from '../domain/ports/host.ts';
import type { ContainerTarget, EmbeddedTarget, Location } from '../targets/target.ts';
import { layout } from '../workspace/layout.ts';
import type { Kept } from './kept.ts';
import { serverDatabase } from './server-database.ts';

const name = 'local test';

/**
 * Returns the local test in containers on this machine's Docker engine.
 * @param kept what inspections of this machine and the database found
 */
export function localContainers(
  host: Host,
  { database, containers }: Config,
  signal: AbortSignal,
  kept: Kept,
): ContainerTarget {
  const stack: Stack = { host, folder: layout.stack, containers };
  const { isUp, open } = ownerLogIn(stack, { database: database.name, user: database.user }, signal);
  return {
    name,
    database: serverDatabase('docker', isUp, open, kept),
    stack,
    server: null,
    files: workspaceLocation(host),
    items: {},
  };
}

/** Returns the local test on the embedded engine. */
export function localEmbedded(host: Host, database: Database): EmbeddedTarget {
  return { name, database, stack: null, server: null, files: workspaceLocation(host), items: {} };
}

/** Returns the folder of the deployment in the workspace. */
export function workspaceLocation({ files }: Host): Location {
  return { files, folder: layout.stack };
}
