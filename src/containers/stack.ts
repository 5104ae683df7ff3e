import { posix } from 'node:path';
import { projectIn } from '../argv/compose.ts';
import type { Containers } from '../config/containers.ts';
import { parseEnvFile } from '../config/env-file.ts';
import type { Host } from '../domain/ports/host.ts';
import type { Secret } from '../domain/secret.ts';

/** The keys of the secrets in `.env`; PostgREST logs in with the last one. */
export const secretKeys = ['POSTGRES_PASSWORD', 'POSTGREST_JWT_SECRET', 'POSTGREST_DB_PASSWORD'] as const;

type SecretKey = (typeof secretKeys)[number];

/**
 * Returns an environment for Compose in which `.env` decides. In real Compose, v1 and v2, the environment wins over
 * `.env`, for what the compose file interpolates as for settings such as COMPOSE_FILE. Everything else stays: without
 * DOCKER_HOST or DOCKER_CONTEXT, another engine would be used.
 */
export function withoutComposeVariables<Value>(
  environment: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  const interpolated: readonly string[] = secretKeys;
  const kept = Object.entries(environment).filter(
    ([name]) => !name.startsWith('COMPOSE_') && !interpolated.includes(name),
  );
  return Object.fromEntries(kept);
}

/** The containers of a target, on this machine's Docker engine or a production host's. */
export interface Stack {
  readonly host: Host;
  /** The folder of docker-compose.yml, .env and data/, relative to the host's folder. */
  readonly folder: string;
  readonly containers: Containers;
}

/** Returns the name of the stack's project in Compose. */
export function projectOf({ host, folder }: Pick<Stack, 'host' | 'folder'>): string {
  return projectIn(posix.join(host.files.root, folder));
}

/** Bytes that a new database needs in `data/` (47 MB, `du -sh data`), with room to grow. */
export const dataBytes = 500_000_000;

/** Reads a secret from the `.env` beside the compose file; null if it is missing. */
export async function secretOf(
  { host, folder }: Pick<Stack, 'host' | 'folder'>,
  key: SecretKey,
): Promise<Secret | null> {
  const path = `${folder}/.env`;
  const [node, text] = await Promise.allSettled([host.files.inspect(path), host.files.read(path)]);
  if (node.status === 'rejected') throw node.reason;
  if (node.value.type !== 'file') return null;
  if (text.status === 'rejected') throw text.reason;
  const { entries } = parseEnvFile(text.value, secretKeys);
  return entries.find((entry) => entry.key === key)?.value ?? null;
}
