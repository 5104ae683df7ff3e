import { resolve } from 'node:path';
import { commandNames } from '../../domain/command-names.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { CommandParts } from './command.ts';
import { commands } from './command-table.ts';

/** Returns a problem if the workspace does not exist and the command needs one that does; null otherwise. */
export async function missingWorkspace({
  name,
  flags,
  adapters,
  cwd,
}: CommandParts): Promise<Problem | null> {
  if (commands[name].acceptsNewWorkspace === true) return null;
  const root = resolve(cwd, flags.workspace);
  if ((await adapters.filesIn(root).inspect('.')).type !== 'absent') return null;
  const others = commandNames.filter((other) => commands[other].acceptsNewWorkspace === true);
  return {
    code: 'ERP-0114',
    what: `The workspace ${root} does not exist.`,
    why: `${name} needs an existing workspace. Only these commands accept a new one: ${others.join(', ')}.`,
    todo: [
      { text: 'Check the path after --workspace.' },
      { text: 'To create a workspace there', command: ['erp-deploy', 'run'] },
    ],
    exit: exitCodes.usage,
  };
}
