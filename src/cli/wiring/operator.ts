import { git } from '../../argv/git.ts';
import type { Author } from '../../domain/author.ts';
import type { Adapters } from './adapters.ts';
import type { CommandParts } from './command.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

/** Returns `user@machine` of the operator. */
export async function operatorAt(adapters: Pick<Adapters, 'processTable'>): Promise<string> {
  const { user, host } = await adapters.processTable().self();
  return `${user}@${host}`;
}

/**
 * Returns whom the databases record as the author of this command's changes.
 * @param rollout the name of the rollout that it makes or undoes; null if there is none
 */
export async function authorOf(
  { name, version, signal }: Pick<CommandParts, 'name' | 'version' | 'signal'>,
  ports: WorkspacePorts,
  rollout: string | null,
): Promise<Author> {
  const [operator, commit] = [await operatorAt(ports.adapters), await commitOf(ports, signal)];
  return { operator, commit, program: version, command: name, rollout };
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
