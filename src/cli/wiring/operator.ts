import { git } from '../../argv/git.ts';
import type { Adapters } from './adapters.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

/** Returns `user@machine` of the operator. */
export async function operatorAt(adapters: Pick<Adapters, 'processTable'>): Promise<string> {
  const { user, host } = await adapters.processTable().self();
  return `${user}@${host}`;
}

/** Returns what the ledger records as applied by: the operator, and the commit of the workspace if there is one. */
export async function operatorWithCommit(ports: WorkspacePorts, signal: AbortSignal): Promise<string> {
  const [operator, commit] = [await operatorAt(ports.adapters), await commitOf(ports, signal)];
  return commit === null ? operator : `${operator}, commit ${commit}`;
}

/** Returns the commit of the workspace's repository; null if it is not in one, or Git is not installed. */
export async function commitOf({ hostOf }: WorkspacePorts, signal: AbortSignal): Promise<string | null> {
  try {
    const { exitCode, stdout } = await hostOf('here').processes.run(git.commit(), '.', signal);
    return exitCode === 0 ? stdout.trim() : null;
  } catch (error) {
    // The rollout that follows stops at once, and records why.
    if (signal.aborted && error === signal.reason) return null;
    throw error;
  }
}
