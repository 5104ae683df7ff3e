import { exitCodes } from '../../domain/problem.ts';
import { lockHolder } from '../../engine/lock.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { byForce, unlockProduction } from '../wiring/production-lock.ts';
import { lockWorkspace, openWorkspace } from '../wiring/workspace.ts';
import { worldOf } from '../wiring/world.ts';

/** Shows who holds the lock, and takes it over: from a process that is gone, or with `--force` from any. */
export const unlock: Execute = async (parts) => {
  await unlockHere(parts);
  // The droplet's comes after: where it cannot be reached, or the configuration is at fault, this one is free.
  const open = await openWorkspace(parts);
  try {
    await unlockProduction(parts, open);
  } finally {
    await open.world.close();
  }
  return exitCodes.done;
};

async function unlockHere(parts: CommandParts): Promise<void> {
  const { adapters, flags, teller } = parts;
  const world = worldOf(parts, flags.workspace);
  const folder = adapters.claimFolder(world.root, '.erp-deploy/lock');
  const found = await lockHolder({ folder, processes: adapters.processTable() });
  const say = (text: string) => teller.tell({ type: 'note', level: 'info', text });
  if (found === null) return say('Nobody holds the lock of this workspace.');
  const { pid, user, host, command, since } = found.holder;
  const alive = { running: 'still runs', gone: 'is gone', unknown: 'cannot be checked from here' }[
    found.alive
  ];
  say(`Held by process ${pid} of ${user} on ${host} ("${command}", since ${since}); that process ${alive}.`);
  const lock = await lockWorkspace(parts, world, flags.force, byForce(parts));
  await lock.release();
  say('The lock is free now.');
}
