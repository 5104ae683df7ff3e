import { z } from 'zod';
import { docker } from '../argv/docker.ts';
import type { Host } from '../domain/ports.ts';

const statsSchema = z.looseObject({ MemUsage: z.string() });

/** Bytes in a unit as docker(1) prints them (go-units, BytesSize). */
const units: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Megabytes (of 1024² bytes, rounded) that a running container takes now; null where the engine does not say. */
export async function memoryTaken(
  host: Pick<Host, 'processes'>,
  id: string,
  signal: AbortSignal,
): Promise<number | null> {
  const answer = await host.processes.run(docker.stats(id), null, signal);
  if (answer.exitCode !== 0) return null;
  return megabytesIn(statsSchema.parse(JSON.parse(answer.stdout)).MemUsage);
}

/** The first amount in `38.5MiB / 300MiB`. */
export function megabytesIn(usage: string): number | null {
  const [, amount, unit = ''] = /^([\d.]+)([KMG]i?B|B)\b/.exec(usage) ?? [];
  const bytes = units[unit];
  return amount === undefined || bytes === undefined
    ? null
    : Math.round((Number(amount) * bytes) / 1024 ** 2);
}
