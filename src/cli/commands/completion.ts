import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { Execute } from '../wiring/command.ts';
import { completionScript, shells } from '../wiring/completion-script.ts';

/** Prints the completion script of a shell, and nothing else. */
export const completion: Execute = async ({ flags, terminal }) => {
  const given = flags.argument ?? '';
  const shell = shells.find((one) => one === given);
  if (shell === undefined) throw new ProblemError(unknownShell(given));
  terminal.stdout.write(completionScript(shell));
  return exitCodes.done;
};

function unknownShell(given: string): Problem {
  return {
    code: 'ERP-0108',
    what: `There is no completion for "${given}".`,
    why: `The shells are ${shells.join(', ')}.`,
    todo: [{ text: 'Name one of them', command: ['erp-deploy', 'completion', 'bash'] }],
    exit: exitCodes.usage,
  };
}
