import { exitCodes } from '../../domain/problem.ts';
import { lockHolder } from '../../engine/lock.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { byForce, unlockProduction } from '../wiring/production-lock.ts';
import { lockWorkspace, openWorkspace } from '../wiring/workspace.ts';
import { workspacePorts } from '../wiring/workspace-ports.ts';

/** Shows which process holds the lock, and takes the lock over if the process has ended, or with `--force`. */
export const unlock: Execute = async (parts) => {
  await unlockWorkspace(parts);
  // The production host comes second, so that an unreachable host or a faulty configuration does not prevent the first.
  const open = await openWorkspace(parts);
  try {
    await unlockProduction(parts, open);
  } finally {
    await open.ports.close();
  }
  return exitCodes.done;
};

async function unlockWorkspace(parts: CommandParts): Promise<void> {
  const { adapters, flags, reporter } = parts;
  const ports = workspacePorts(parts, flags.workspace);
  const folder = adapters.claimFolder(ports.root, '.erp-deploy/lock');
  const found = await lockHolder({ folder, processes: adapters.processTable() });
  const say = (text: string) => reporter.emit({ type: 'note', level: 'info', text });
  if (found === null) return say('The lock of this workspace is free already.');
  const { pid, user, host, command, since } = found.holder;
  const alive = { running: 'still runs', gone: 'has ended', unknown: 'cannot be checked from this machine' }[
    found.alive
  ];
  say(`Held by process ${pid} of ${user} on ${host} ("${command}", since ${since}); that process ${alive}.`);
  const lock = await lockWorkspace(parts, ports, flags.force, byForce);
  await lock.release();
  say('The lock is free now.');
}
