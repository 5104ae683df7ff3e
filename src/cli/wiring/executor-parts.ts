import type { CloudflareApi } from '../../domain/ports/cloudflare.ts';
import type { ExecutorParts } from '../../engine/executor.ts';
import type { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import type { Context } from '../../workspace/context.ts';
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
  { config, catalogs }: Pick<Context, 'config'> & Partial<Pick<Context, 'catalogs'>>,
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
    sql: (database) =>
      ports.sql(database, flags.waitForLock, {
        lockWaits: config.migrations,
        allowedRights: config.allowedRights ?? [],
        operator: by,
        ...(catalogs === undefined ? {} : { expected: (files) => catalogs.after(files) }),
      }),
  };
}
