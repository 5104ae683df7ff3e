import { text } from 'node:stream/consumers';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { CommandParts } from './command.ts';
import { canAsk, isRollOut } from './terminal.ts';

/** Which option has read it. */
const readFor = new WeakMap<object, string>();

/**
 * What comes on stdin until it ends, for an option whose value is `-`.
 * @throws ProblemError (exit 2) where the wizard has the keyboard, or another option has read it
 */
export async function readStdin({ flags, name, terminal }: CommandParts, option: string): Promise<string> {
  if (isRollOut(name) && canAsk(flags, terminal)) {
    throw new ProblemError(notFree(option, 'The wizard reads its keys there.'));
  }
  const other = readFor.get(terminal.stdin);
  if (other !== undefined) throw new ProblemError(notFree(option, `${other} was read there already.`));
  readFor.set(terminal.stdin, option);
  return text(terminal.stdin);
}

function notFree(option: string, why: string): Problem {
  return {
    code: 'ERP-0104',
    what: `${option} cannot be read from stdin.`,
    why,
    todo: ['Give it without -, or pipe it in with --non-interactive, one option alone.'],
    exit: exitCodes.usage,
  };
}
