import { z } from 'zod';
import { docker } from '../argv/docker.ts';
import { roomOf } from '../argv/room.ts';
import { askEngine, linesFrom } from '../containers/ask-engine.ts';
import { composeFile } from '../containers/compose-ready.ts';
import { holdsDatabase } from '../containers/env.ts';
import { imageOf } from '../containers/service-changes.ts';
import { imageIsHere } from '../containers/service-state.ts';
import { dataBytes, type Service, services } from '../containers/stack.ts';
import type { Facts } from '../domain/evidence.ts';
import type { Problem } from '../domain/problem.ts';
import { productionOf, productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';
import { noDisk, noMemory } from './room-problems.ts';

/** Free bytes below a path, and which file system that is. */
interface Disk {
  readonly free: number;
  readonly mount: string;
}

/** Bytes of a machine that nobody uses. */
export interface Room {
  readonly folder: Disk;
  /** Where the engine keeps images: often the same file system. */
  readonly engine: Disk;
  readonly memory: { readonly total: number; readonly free: number };
}

/** Bytes that an image takes where it is fetched: unpacked, with its packed layers beside it, rounded up. */
const imageBytes: Readonly<Record<Service['name'], number>> = {
  [services.database.name]: 600_000_000,
  [services.api.name]: 150_000_000,
};

const listedSchema = z.looseObject({ Names: z.string(), State: z.string() });

/**
 * Whether the droplet has room for what is to come there: of disk and memory, no more is wanted than what does not lie
 * or run there yet.
 * @throws ProblemError where its engine does not answer
 */
export async function roomThere(context: Context, toCome: boolean): Promise<Facts | Problem> {
  const { host } = productionStack(context);
  const names = Object.values(services).map(({ name }) => name);
  const { argv, input } = roomOf(host.files.root);
  const [said, listed, holds] = await Promise.all([
    askEngine(host, argv, context.signal, 0, input),
    linesFrom(host, docker.containersNamed(names), context.signal),
    holdsDatabase(productionOf(context).files),
  ]);
  const room = roomIn(said.stdout);
  const containers = listed.map((line) => listedSchema.parse(JSON.parse(line)));
  const absent = Object.values(services).filter(
    ({ name }) => !containers.some(({ Names }) => Names === name),
  );
  const down = Object.values(services).filter(
    ({ name }) => !containers.some(({ Names, State }) => Names === name && State === 'running'),
  );
  const wanted = {
    data: holds ? 0 : dataBytes,
    images: await bytesToFetch(context, absent, toCome),
    memory: down.reduce((sum, { memory }) => sum + memory, 0),
  };
  return shortOf(host.name, room, wanted) ?? factsOf(room);
}

async function bytesToFetch(context: Context, absent: readonly Service[], toCome: boolean): Promise<number> {
  if (absent.length === 0) return 0;
  const { composeText } = await composeFile(context, toCome);
  const bytes = await Promise.all(
    absent.map(async (service) => {
      const image = imageOf(composeText, service);
      const here =
        image === undefined || (await imageIsHere(productionStack(context), image, context.signal));
      return here ? 0 : imageBytes[service.name];
    }),
  );
  return bytes.reduce((sum, one) => sum + one, 0);
}

/** What is still to come, in bytes. */
export interface Wanted {
  readonly data: number;
  readonly images: number;
  readonly memory: number;
}

/** What a machine lacks for that; null where there is room. */
export function shortOf(name: string, { folder, engine, memory }: Room, wanted: Wanted): Problem | null {
  const shared = folder.mount === engine.mount;
  const [data, images] = shared ? [wanted.data + wanted.images, 0] : [wanted.data, wanted.images];
  const what = shared && wanted.images > 0 ? "the database's folder and the images" : "the database's folder";
  if (folder.free < data) return noDisk(name, folder, data, what);
  if (engine.free < images) return noDisk(name, engine, images, 'the images');
  return memory.free < wanted.memory ? noMemory(name, memory, wanted.memory) : null;
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

/** The figures as they were last told, as long as they are not far from it: they differ by a little with each look. */
export function toldRoom(before: Facts | undefined, now: Facts): Facts {
  const near = Object.entries(now).every(([key, figure]) => {
    const [told, seen] = [Number(before?.[key]), Number(figure)];
    return told <= seen * 2 && seen <= told * 2;
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
