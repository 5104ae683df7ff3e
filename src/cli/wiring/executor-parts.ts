import type { CloudflareApi } from '../../domain/ports.ts';
import type { ExecutorParts } from '../../engine/executor.ts';
import type { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import type { CommandParts } from './command.ts';
import type { World } from './world.ts';

/** What the one executor reaches the world with, for a command that changes it. */
export function executorParts(
  { adapters, flags }: CommandParts,
  world: World,
  cloudflare: CloudflareApi | null,
  journal: Journal,
  lock: Lock,
): ExecutorParts {
  return {
    files: world.files,
    host: (id) => world.hostOf(id),
    http: adapters.http(),
    cloudflare,
    randomBytes: adapters.randomBytes,
    journal,
    lock,
    sql: (database) => world.sql(database, flags.waitForLock),
  };
}
