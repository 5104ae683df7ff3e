import { text } from 'node:stream/consumers';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { CommandParts } from './command.ts';
import { canAsk, isRollout } from './terminal.ts';

/** The option that has read each stdin; it can be read only once. */
const readFor = new WeakMap<object, string>();

/**
 * Reads stdin to its end, for an option whose value is `-`.
 * @throws ProblemError (exit 2) if the wizard needs stdin, or another option has read it
 */
export async function readStdin({ flags, name, terminal }: CommandParts, option: string): Promise<string> {
  if (isRollout(name) && canAsk(flags, terminal)) {
    throw new ProblemError(notFree(option, 'The wizard reads key presses from stdin.'));
  }
  const other = readFor.get(terminal.stdin);
  if (other !== undefined) throw new ProblemError(notFree(option, `${other} was read from stdin already.`));
  readFor.set(terminal.stdin, option);
  return text(terminal.stdin);
}

function notFree(option: string, why: string): Problem {
  return {
    code: 'ERP-0104',
    what: `${option} cannot be read from stdin.`,
    why,
    todo: [{ text: 'Use a file instead of -, or pipe in one option only, with --non-interactive.' }],
    exit: exitCodes.usage,
  };
}
