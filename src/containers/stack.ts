import { parseEnvFile } from '../config/env-file.ts';
import type { Database, Host } from '../domain/ports.ts';
import type { Secret } from '../domain/secret.ts';

/** The secrets of the stack; PostgREST logs in with the last one. */
export const secretKeys = ['POSTGRES_PASSWORD', 'POSTGREST_JWT_SECRET', 'POSTGREST_DB_PASSWORD'] as const;

type SecretKey = (typeof secretKeys)[number];

/** The containers in one place: on this machine's engine, or on a droplet's. */
export interface Stack {
  readonly target: 'docker' | 'production';
  readonly host: Host;
  /** Where docker-compose.yml, .env and data/ lie, relative to the host's folder. */
  readonly folder: string;
  readonly database: Database;
}

/** The names and ports that the compose file gives; tests/assets hold the two together. */
export const services = {
  database: { name: 'postgres-erp', port: 5432, memory: 300 * 1024 ** 2, nanoCpus: 500_000_000 },
  api: { name: 'postgrest-erp', port: 3000, memory: 100 * 1024 ** 2, nanoCpus: 250_000_000 },
} as const;

/** Bytes that a fresh PostgreSQL folder takes in its container (47 MB, `du -sh data`), with room for what comes. */
export const dataBytes = 500_000_000;

export type Service = (typeof services)[keyof typeof services];

export const networkName = 'portfolio-network';

/** The value of a secret, from the `.env` beside the compose file; null where that has none. */
export async function secretOf(
  { host, folder }: Pick<Stack, 'host' | 'folder'>,
  key: SecretKey,
): Promise<Secret | null> {
  const path = `${folder}/.env`;
  if ((await host.files.look(path)).type !== 'file') return null;
  const { entries } = parseEnvFile(await host.files.read(path), secretKeys);
  return entries.find((entry) => entry.key === key)?.value ?? null;
}
