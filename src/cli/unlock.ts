import { exitCodes } from '../domain/problem.ts';
import { lockHolder } from '../engine/lock.ts';
import type { Execute } from './command.ts';
import { lockWorkspace } from './workspace.ts';
import { worldOf } from './world.ts';

/** Shows who holds the lock, and takes it over: from a process that is gone, or with `--force` from any. */
export const unlock: Execute = async (parts) => {
  const { adapters, flags, teller } = parts;
  const world = worldOf(adapters, flags.workspace);
  const folder = adapters.claimFolder(world.root, '.erp-deploy/lock');
  const found = await lockHolder({ folder, processes: adapters.processTable() });
  const say = (text: string) => teller.tell({ type: 'note', level: 'info', text });
  if (found === null) {
    say('Nobody holds the lock of this workspace.');
    return exitCodes.done;
  }
  const { pid, user, host, command, since } = found.holder;
  const alive = { running: 'still runs', gone: 'is gone', unknown: 'is on another machine' }[found.alive];
  say(`Held by process ${pid} of ${user} on ${host} ("${command}", since ${since}); that process ${alive}.`);
  const lock = await lockWorkspace(parts, world, flags.force);
  await lock.release();
  say('The lock is free now.');
  return exitCodes.done;
};
