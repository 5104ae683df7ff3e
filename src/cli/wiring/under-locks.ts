import type { ExitCode } from '../../domain/problem.ts';
import type { Lock } from '../../engine/lock.ts';
import type { CommandParts } from './command.ts';
import { holdProduction } from './production-lock.ts';
import { lockWorkspace } from './workspace.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

/**
 * Runs `act` under the lock of the workspace, and of the production host if there is one. Closing the workspace's ports
 * releases the latter.
 */
export async function underLocks(
  parts: CommandParts,
  ports: WorkspacePorts,
  act: (lock: Lock) => Promise<ExitCode>,
): Promise<ExitCode> {
  const lock = await lockWorkspace(parts, ports);
  try {
    await hideFromGit(ports);
    if (ports.production !== null) await holdProduction(parts, ports.production);
    return await act(lock);
  } finally {
    await lock.release();
  }
}

/** Makes Git ignore `.erp-deploy`, because it belongs to one workspace and not into a repository. */
export async function hideFromGit({ files }: WorkspacePorts): Promise<void> {
  const path = '.erp-deploy/.gitignore';
  if ((await files.inspect(path)).type === 'absent') await files.write(path, '*\n', 0o644);
}
