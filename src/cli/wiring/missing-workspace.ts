import { resolve } from 'node:path';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { CommandParts } from './command.ts';
import { commands } from './command-table.ts';

/** Returns the problem of a command about a workspace that does not exist; null if it exists or may be made. */
export async function missingWorkspace({
  name,
  flags,
  adapters,
  cwd,
}: CommandParts): Promise<Problem | null> {
  if (commands[name].mayStartAnew === true) return null;
  const root = resolve(cwd, flags.workspace);
  if ((await adapters.filesIn(root).inspect('.')).type !== 'absent') return null;
  return {
    code: 'ERP-0114',
    what: `The workspace ${root} does not exist.`,
    why: `Only run, init, plan and doctor work without one; \`${name}\` is about what is there.`,
    todo: [
      { text: 'Check the path after --workspace.' },
      { text: 'To start a workspace there', command: ['erp-deploy', 'run'] },
    ],
    exit: exitCodes.usage,
  };
}
