import * as z from 'zod';
import { docker } from '../argv/docker.ts';
import { roomOf } from '../argv/room.ts';
import { type Service, servicesIn } from '../config/containers.ts';
import { askDocker, linesFrom } from '../containers/ask-docker.ts';
import { composeFile } from '../containers/compose-ready.ts';
import { holdsDatabase } from '../containers/env.ts';
import { imageOf } from '../containers/service-changes.ts';
import { imageIsHere } from '../containers/service-state.ts';
import { dataBytes } from '../containers/stack.ts';
import { answerIn } from '../domain/answer.ts';
import type { Facts } from '../domain/evidence.ts';
import type { Host } from '../domain/ports/host.ts';
import type { Problem } from '../domain/problem.ts';
import { productionOf, productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';
import { noDisk, noMemory } from './room-problems.ts';

/** The free bytes of a file system. */
interface Disk {
  readonly free: number;
  readonly mount: string;
}

/** The free resources of a machine, in bytes. */
export interface Room {
  readonly folder: Disk;
  /** The disk where the engine stores images: often the same file system. */
  readonly engine: Disk;
  readonly memory: { readonly total: number; readonly free: number };
}

/** Bytes that pulling an image needs: unpacked, with its compressed layers, rounded up. */
const imageBytes: Readonly<Record<Service['key'], number>> = {
  'postgres-erp': 600_000_000,
  'postgrest-erp': 150_000_000,
};

const listedSchema = z.looseObject({ Names: z.string(), State: z.string() });

/**
 * Returns the free disk space and memory of the production host, or the problem if they do not suffice for what it does
 * not store or run yet.
 * @param willBeWritten whether this rollout is going to write the compose file
 * @throws ProblemError if its engine does not answer
 */
export async function freeRoom(context: Context, willBeWritten: boolean): Promise<Facts | Problem> {
  const { host, containers } = productionStack(context);
  const services = servicesIn(containers);
  const names = services.map(({ name }) => name);
  const { argv, input } = roomOf(host.files.root);
  const [output, listed, holds] = await Promise.all([
    askDocker(host, argv, context.signal, { input }),
    linesFrom(host, docker.containersNamed(names), context.signal),
    holdsDatabase(productionOf(context).files),
  ]);
  const room = roomIn(output.stdout);
  const found = listed.map((line) => listedSchema.parse(answerIn(line)));
  const absent = services.filter(({ name }) => !found.some(({ Names }) => Names === name));
  const down = services.filter(
    ({ name }) => !found.some(({ Names, State }) => Names === name && State === 'running'),
  );
  const needed = {
    data: holds ? 0 : dataBytes,
    images: await bytesToFetch(context, absent, willBeWritten),
    memory: down.reduce((sum, { memory }) => sum + memory, 0),
  };
  return shortageOf(host, room, needed) ?? factsOf(room);
}

async function bytesToFetch(
  context: Context,
  absent: readonly Service[],
  willBeWritten: boolean,
): Promise<number> {
  if (absent.length === 0) return 0;
  const { composeText } = await composeFile(context, willBeWritten);
  const bytes = await Promise.all(
    absent.map(async (service) => {
      const image = imageOf(composeText, service);
      const here = await imageIsHere(productionStack(context), image, context.signal);
      return here ? 0 : imageBytes[service.key];
    }),
  );
  return bytes.reduce((sum, one) => sum + one, 0);
}

/** The resources that a rollout needs, in bytes. */
export interface Needed {
  readonly data: number;
  readonly images: number;
  readonly memory: number;
}

/** Returns the problem of a machine that lacks them; null if they suffice. */
export function shortageOf(
  host: Pick<Host, 'id' | 'name'>,
  { folder, engine, memory }: Room,
  needed: Needed,
): Problem | null {
  const shared = folder.mount === engine.mount;
  const [data, images] = shared ? [needed.data + needed.images, 0] : [needed.data, needed.images];
  const purpose =
    shared && needed.images > 0 ? "the database's folder and the images" : "the database's folder";
  if (folder.free < data) return noDisk(host, folder, data, purpose);
  if (engine.free < images) return noDisk(host, engine, images, 'the images');
  return memory.free < needed.memory ? noMemory(host, memory, needed.memory) : null;
}

/** Reads what `roomOf` prints. */
export function roomIn(text: string): Room {
  const disks = [...text.matchAll(/^\S.*?\s\d+\s+\d+\s+(\d+)\s+\S+\s+(\/.*)$/gm)].map(
    ([, kilobytes, mount = '']): Disk => ({ free: Number(kilobytes) * 1024, mount }),
  );
  const [folder, engine] = z.tuple([z.custom<Disk>(Boolean), z.custom<Disk>(Boolean)]).parse(disks);
  const kilobytes = (key: string) => Number(new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0);
  const free = kilobytes('MemAvailable') + kilobytes('SwapFree');
  return { folder, engine, memory: { total: kilobytes('MemTotal') * 1024, free: free * 1024 } };
}

const megabytes = (bytes: number) => Math.round(bytes / 1_000_000);

/** Returns the earlier figures unless they changed by more than a factor of two: they vary slightly with each check. */
export function steadyRoom(before: Facts | undefined, now: Facts): Facts {
  const near = Object.entries(now).every(([key, figure]) => {
    const [earlier, current] = [Number(before?.[key]), Number(figure)];
    return earlier <= current * 2 && current <= earlier * 2;
  });
  return near && before !== undefined ? before : now;
}

function factsOf({ folder, engine, memory }: Room): Facts {
  return {
    diskFreeMB: megabytes(folder.free),
    ...(folder.mount === engine.mount ? {} : { engineDiskFreeMB: megabytes(engine.free) }),
    memoryMB: megabytes(memory.total),
    memoryFreeMB: megabytes(memory.free),
  };
}
