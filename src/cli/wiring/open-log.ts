import { join } from 'node:path';
import type { CommandParts } from './command.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

/** Opens the log of this command. A run that starts over with other settings keeps its log. */
export function openLog(parts: CommandParts, { root }: WorkspacePorts): void {
  if (parts.reporter.isLogged) return;
  const log = parts.adapters.openLog(root, `.erp-deploy/logs/${stampOf(parts.adapters.clock())}.jsonl`);
  parts.reporter.log((event) => log.write(JSON.stringify(event)));
  parts.reporter.emit({ type: 'log.opened', path: join(root, log.path) });
}

/** Returns a time in a form that file names may contain. */
export function stampOf(time: string): string {
  return time.replaceAll(':', '-');
}
