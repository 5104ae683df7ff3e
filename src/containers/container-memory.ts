import * as z from 'zod';
import { docker } from '../argv/docker.ts';
import { answerIn } from '../domain/answer.ts';
import type { Host } from '../domain/ports/host.ts';

const statsSchema = z.looseObject({ MemUsage: z.string() });

/** Bytes in a unit as docker(1) prints them (go-units, BytesSize). */
const units: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Returns the memory of a running container in MiB, rounded; null if the engine does not report it. */
export async function memoryTaken(
  host: Pick<Host, 'processes'>,
  id: string,
  signal: AbortSignal,
): Promise<number | null> {
  const answer = await host.processes.run(docker.stats(id), null, signal);
  if (answer.exitCode !== 0) return null;
  return megabytesIn(statsSchema.parse(answerIn(answer.stdout)).MemUsage);
}

/** Returns the first amount in a text such as `38.5MiB / 300MiB`, in MiB. */
export function megabytesIn(usage: string): number | null {
  const [, amount, unit = ''] = /^([\d.]+)([KMG]i?B|B)\b/.exec(usage) ?? [];
  const bytes = units[unit];
  return amount === undefined || bytes === undefined
    ? null
    : Math.round((Number(amount) * bytes) / 1024 ** 2);
}
