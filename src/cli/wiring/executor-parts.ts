import type { Author } from '../../domain/author.ts';
import type { CloudflareApi } from '../../domain/ports/cloudflare.ts';
import type { ExecutorParts } from '../../engine/executor.ts';
import { httpRequests } from '../../engine/http-requests.ts';
import type { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import { cloudflareRequests } from '../../tunnel/cloudflare-requests.ts';
import type { Context } from '../../workspace/context.ts';
import type { CommandParts } from './command.ts';
import { authorOf } from './operator.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

/** Returns what the executor needs to apply changes. */
export function executorParts(
  parts: CommandParts,
  ports: WorkspacePorts,
  cloudflare: CloudflareApi | null,
  journal: Journal,
  lock: Lock,
  { config, catalogs }: Pick<Context, 'config'> & Partial<Pick<Context, 'catalogs'>>,
): ExecutorParts {
  const { adapters, flags, working } = parts;
  let author: Promise<Author> | undefined;
  const by = () => {
    author ??= authorOf(parts, ports, rolloutOf(parts, journal));
    return author;
  };
  return {
    files: ports.files,
    host: (id) => ports.hostOf(id),
    requests: (api) =>
      api === 'cloudflare'
        ? cloudflareRequests(cloudflare, () => ports.hostOf('production').processes)
        : httpRequests(adapters.http()),
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
        author: by,
        ...(catalogs === undefined ? {} : { expected: (files) => catalogs.after(files) }),
      }),
  };
}

/** Returns the rollout that a command makes or undoes: the one that the journal records last. */
function rolloutOf({ name }: CommandParts, { recorded: { records } }: Journal): string | null {
  if (name !== 'run' && name !== 'rollback') return null;
  const last = records.findLast(({ type }) => type === 'rollout' || type === 'rollback');
  return last !== undefined && 'rollout' in last ? last.rollout : null;
}
