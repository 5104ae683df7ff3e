import * as z from 'zod';
import { docker } from '../argv/docker.ts';
import { answerIn } from '../domain/answer.ts';
import type { Stack } from './stack.ts';

/** What an image says about itself. */
export interface Image {
  readonly id: string;
  /** Such as `NAME@sha256:…`; empty if it was never in a registry. */
  readonly digests: readonly string[];
  /** PostgreSQL's major version; null if the image does not name it. */
  readonly major: string | null;
  /** The folder of its data (PGDATA); null if the image does not name it. */
  readonly data: string | null;
}

const imageSchema = z.object({
  id: z.string(),
  digests: z.array(z.string()).nullable(),
  env: z.array(z.string()).nullable(),
});

/** Returns what an image says about itself; null if it is not on the host. @param name or id */
export async function imageOn(
  { host }: Pick<Stack, 'host'>,
  name: string,
  signal: AbortSignal,
): Promise<Image | null> {
  const shown = await host.processes.run(docker.describeImage(name), null, signal, undefined, {
    inspects: true,
  });
  if (shown.exitCode !== 0) return null;
  const { id, digests, env } = imageSchema.parse(answerIn(shown.stdout));
  const variable = (name: string) =>
    (env ?? []).find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  return { id, digests: digests ?? [], major: variable('PG_MAJOR'), data: variable('PGDATA') };
}

/** Returns the name of an image with what identifies its content, such as `postgrest/postgrest:v14.17 (id …, digest …)`. */
export function imageText(name: string, image: Image | null): string {
  if (image === null) return `${name} (not pulled yet)`;
  const id = image.id.replace('sha256:', '').slice(0, 12);
  const digest = digestOf(image);
  return `${name} (id ${id}${digest === null ? '' : `, digest ${digest}`})`;
}

/**
 * Returns what a running container was made from, for the record: with the digest that pins the image in the
 * configuration (`image: NAME:TAG@sha256:…`).
 * @param image null if it was removed since
 */
export function imageRecord(name: string, image: Image | null): string {
  const digest = image === null ? null : digestOf(image);
  if (digest === null || name.endsWith(digest)) return name;
  return `${name} (digest ${digest})`;
}

/** Returns `sha256:…` of the image in its registry; null if it was never in one. */
export function digestOf({ digests }: Image): string | null {
  return digests[0]?.split('@')[1] ?? null;
}
