import { docker } from '../argv/docker.ts';
import { composeFile } from '../containers/compose-ready.ts';
import { logSince } from '../containers/container-log.ts';
import { inspectContainersAhead } from '../containers/inspect-containers-ahead.ts';
import { imageOf } from '../containers/service-changes.ts';
import { folderOf, imageIsHere } from '../containers/service-state.ts';
import { FileFault } from '../domain/ports/files.ts';
import type { Host } from '../domain/ports/host.ts';
import { inspectDatabaseAhead } from '../schema/inspect-database-ahead.ts';
import { productionOf, productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';
import { deployedFolders } from './deployed-files.ts';

/**
 * Asks the production host, in one round trip, what its steps will inspect one after another. Only the order of the
 * questions changes: each is asked again by its step, which gets the answer that the host keeps, or asks the host if it
 * was an error.
 * @param paths of the deployed files
 * @param images of the containers
 */
export async function inspectAhead(
  context: Context,
  paths: readonly string[],
  images: readonly string[],
): Promise<void> {
  const stack = productionStack(context);
  const { host, containers } = stack;
  if (host.forget === undefined) return;
  const { signal } = context;
  const [container] = await Promise.allSettled([
    inspectContainersAhead(stack, signal),
    folderOf(stack, signal),
    host.processes.run(docker.publishing(containers.database.port), null, signal, undefined, {
      inspects: true,
    }),
    ...images.map((image) => imageIsHere(stack, image, signal)),
    ...filesAhead(host, paths),
  ]);
  const found = container.status === 'fulfilled' ? container.value : null;
  if (found?.status !== 'running') return;
  // Nothing waits for the database here. A step asks again if this failed, and reports why.
  void inspectDatabaseAhead(productionOf(context), signal);
  void Promise.allSettled([logSince(host, found.id, found.startedAt, signal, true)]);
}

/** Returns the images of the deployed compose file; none if it cannot be read. */
export async function imagesOf(context: Context): Promise<readonly string[]> {
  try {
    const { composeText } = await composeFile(context, false);
    return Object.values(productionStack(context).containers).flatMap(
      (service) => imageOf(composeText, service) ?? [],
    );
  } catch (error) {
    if (error instanceof FileFault) return [];
    throw error;
  }
}

function filesAhead({ files }: Host, paths: readonly string[]): readonly Promise<unknown>[] {
  return [
    files.list('data'),
    ...deployedFolders.map((path) => files.inspect(path)),
    ...[...paths, '.env'].flatMap((path) => [files.inspect(path), files.read(path), files.hash(path)]),
  ];
}
