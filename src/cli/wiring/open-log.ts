import { join } from 'node:path';
import type { CommandParts } from './command.ts';
import type { World } from './world.ts';

/** One log for the whole run, however often it is begun again. */
export function openLog(parts: CommandParts, { root }: World): void {
  if (parts.teller.isLogged) return;
  const log = parts.adapters.openLog(root, `.erp-deploy/logs/${stampOf(parts.adapters.clock())}.jsonl`);
  parts.teller.log((event) => log.write(JSON.stringify(event)));
  parts.teller.tell({ type: 'log.opened', path: join(root, log.path) });
}

/** A time as a part of a file's name. */
export function stampOf(time: string): string {
  return time.replaceAll(':', '-');
}
