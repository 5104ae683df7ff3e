import type { Config } from '../../config/config.ts';
import type { CloudflareApi } from '../../domain/ports.ts';
import type { ExecutorParts } from '../../engine/executor.ts';
import type { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import type { CommandParts } from './command.ts';
import { operatorWithCommit } from './operator.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

/** Returns what the executor needs to apply changes. */
export function executorParts(
  { adapters, flags, working, signal }: CommandParts,
  ports: WorkspacePorts,
  cloudflare: CloudflareApi | null,
  journal: Journal,
  lock: Lock,
  config: Config,
): ExecutorParts {
  let operator: Promise<string> | undefined;
  const by = () => {
    operator ??= operatorWithCommit(ports, signal);
    return operator;
  };
  return {
    files: ports.files,
    host: (id) => ports.hostOf(id),
    http: adapters.http(),
    cloudflare,
    randomBytes: adapters.randomBytes,
    journal,
    lock,
    assertLocksHeld: async () => {
      await lock.assertHeld();
      await ports.production?.lock?.assertHeld();
    },
    working,
    sql: (database) => ports.sql(database, flags.waitForLock, config.migrations, config.allowedRights, by),
  };
}
