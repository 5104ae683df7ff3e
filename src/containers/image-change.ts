import { posix } from 'node:path';
import { docker } from '../argv/docker.ts';
import { populatedTables } from '../database/populated-tables.ts';
import type { CommandChange, Consent, PlannedChange } from '../domain/change.ts';
import type { Problem } from '../domain/problem.ts';
import { DatabaseError } from '../domain/session.ts';
import type { ContainerTarget } from '../targets/target.ts';
import { linesFrom } from './ask-docker.ts';
import { type Container, containerNamed } from './container.ts';
import { holdsDatabase } from './env.ts';
import { imageOn, imageText } from './image.ts';
import { anotherMajor, nameAndImage } from './image-problems.ts';
import { folderOf, type ServiceState } from './service-state.ts';
import { switchHasBegun } from './upgrade-marker.ts';
import { switchUnfinished } from './upgrade-problems.ts';

/** What a restart of a database that exists needs, beside the command that recreates its container. */
export interface Restart {
  readonly more: Pick<CommandChange, 'effect' | 'summary' | 'onlyIf'>;
  readonly consent: Consent | null;
  /** The dump before another image runs on the rows; null if it is the same image, or if there is nothing to dump. */
  readonly dump: PlannedChange | null;
}

/** Seconds that a database of this size cannot be reached while its container is recreated, rounded up. */
const seconds = 10;

/**
 * Returns what recreating the container of a database needs; null if there is no container to recreate.
 * @param image the image of the new container
 * @param makeDump returns the dump of the running database
 * @returns the problem if the image has another major version of PostgreSQL than `data/`
 */
export async function restartOf(
  target: ContainerTarget,
  state: ServiceState,
  image: string,
  makeDump: () => Promise<PlannedChange | Problem>,
  signal: AbortSignal,
): Promise<Restart | Problem | null> {
  if (state.is === 'starting' || state.is === 'healthy') return null;
  if (await switchHasBegun(target.stack)) return switchUnfinished(target.stack);
  const container = state.is === 'absent' ? await formerContainer(target, signal) : state.container;
  if (container === null) return onExistingData(target, image, signal);
  const changes = container.image !== image;
  const [before, after] = changes
    ? await Promise.all([
        imageOn(target.stack, container.imageId, signal),
        imageOn(target.stack, image, signal),
      ])
    : [null, null];
  if (before !== null && after !== null && before.major !== after.major)
    return anotherMajor(target.stack, { from: container.image, to: image }, before.major, after.major);
  if (changes && state.is === 'absent') return nameAndImage(target.stack, container.image, image);
  const isRunning = container.status === 'running';
  const users = isRunning ? await usersOf(target) : null;
  const dump = changes && users?.hasRows === true ? await makeDump() : null;
  if (dump !== null && 'code' in dump) return dump;
  const images = changes
    ? `, image ${imageText(container.image, before)} → ${imageText(image, after)}`
    : ', same image';
  const what = `${isRunning ? 'restart' : 'recreate'} ${nameOf(target)}${images}${users === null ? '' : `, about ${seconds} s, connections now: ${users.connections}`}`;
  const consent = isRunning && target.stack.host.id === 'production' ? consentFor(what) : null;
  return {
    more: {
      summary: what,
      effect: isRunning ? 'changes' : 'adds',
      onlyIf: changes && after === null ? sameMajor(image, before?.major ?? null) : null,
    },
    consent,
    dump,
  };
}

const nameOf = ({ stack, database }: ContainerTarget) =>
  database.target === 'production'
    ? `production's database on ${stack.host.name}`
    : 'the database of the local test';

const consentFor = (what: string): Consent => ({
  flag: '--restart-database',
  why: `It would ${what}; connections are closed, and clients have to connect again.`,
});

/** Returns the container of the database under the name that it had before its name was changed; null if there is none. */
async function formerContainer(
  { stack, files }: ContainerTarget,
  signal: AbortSignal,
): Promise<Container | null> {
  if (!(await holdsDatabase(files))) return null;
  const folder = await folderOf(stack, signal);
  const [name] = await linesFrom(stack.host, docker.ofService(folder, stack.containers.database.key), signal);
  return name === undefined ? null : containerNamed(stack.host, name, signal);
}

/** Returns what starting a container on a `data/` without one needs: the image has to be of its major version. */
async function onExistingData(
  { stack, files }: ContainerTarget,
  image: string,
  signal: AbortSignal,
): Promise<Restart | Problem | null> {
  if (!(await holdsDatabase(files))) return null;
  const check = docker.hasMajorOf(posix.join(stack.host.files.root, stack.folder, 'data'), image);
  const known = await imageOn(stack, image, signal);
  if (known === null) return { more: { onlyIf: check }, consent: null, dump: null };
  const { exitCode } = await stack.host.processes.run(check.argv, null, signal, undefined, {
    inspects: true,
  });
  return exitCode === 0 ? null : anotherMajor(stack, { from: 'another image', to: image }, null, known.major);
}

/** An image that is not here yet is checked after it was pulled, before the container is touched. */
function sameMajor(image: string, major: string | null): CommandChange['onlyIf'] {
  return major === null ? null : docker.hasMajor(image, major);
}

/** A database that does not answer has no connections, and cannot be dumped: replacing its container may be the remedy. */
async function usersOf({ database }: ContainerTarget) {
  try {
    const session = await database.session();
    const [row] = await session.query(
      `select count(*)::int as connections from pg_catalog.pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    const { tables } = await populatedTables(session);
    return { connections: Number(row?.connections), hasRows: tables > 0 };
  } catch (error) {
    // A wrong password has to be reported first: `data/` would keep the old one.
    if (!(error instanceof DatabaseError)) throw error;
    return null;
  }
}
