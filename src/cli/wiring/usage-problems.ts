import type { CommanderError } from 'commander';
import { nearestName } from '../../config/nearest-name.ts';
import { type CommandName, commandNames } from '../../domain/command-names.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { Remedy } from '../../domain/remedy.ts';
import { acceptsFlag } from './command-table.ts';

/**
 * Returns the problem of a command that does not exist; null if the command line names a known one, or none. `run` is
 * the default command, so commander would read a mistyped command as an argument of `run`.
 */
export function unknownCommand([first = '', second = '']: readonly string[]): Problem | null {
  const named = first === 'help' ? second : first;
  const known = [...commandNames, 'help'];
  if (named === '' || named.startsWith('-') || known.some((name) => name === named)) return null;
  const meant = nearestName(named, known);
  return usage(
    `Unknown command "${named}"${meant === undefined ? '' : ` (did you mean ${meant}?)`}.`,
    'The command line is not valid.',
    { text: 'See the commands', command: ['erp-deploy', '--help'] },
  );
}

/** Returns the problem that an error of commander stands for. */
export function usageProblem({ code, message }: CommanderError, argv: readonly string[]): Problem {
  const text = message.replace(/^error: /, '').replace(/\n/g, ' ');
  const name = commandIn(argv);
  const flag = code === 'commander.unknownOption' ? (/'(--[\w-]+)/.exec(message)?.[1] ?? null) : null;
  const others = flag === null ? [] : commandsWith(flag);
  return usage(
    `${text}${/[.?)]$/.test(text) ? '' : '.'}`,
    others.length === 0 || flag === null
      ? 'The command line is not valid.'
      : `${flag} is a flag of ${listOf(others)}, and has no effect on ${name ?? 'run'}.`,
    name === null
      ? { text: 'See the commands and flags', command: ['erp-deploy', '--help'] }
      : { text: 'See its flags', command: ['erp-deploy', name, '--help'] },
  );
}

function usage(what: string, why: string, todo: Remedy): Problem {
  return { code: 'ERP-0103', what, why, todo: [todo], exit: exitCodes.usage };
}

function commandIn([first]: readonly string[]): CommandName | null {
  return commandNames.find((name) => name === first) ?? null;
}

function commandsWith(flag: string): readonly CommandName[] {
  return commandNames.filter((name) => acceptsFlag(name, flag));
}

function listOf(names: readonly string[]): string {
  if (names.length > 5) return 'other commands';
  const [last = '', ...rest] = [...names].reverse();
  return rest.length === 0 ? last : `${rest.reverse().join(', ')} and ${last}`;
}
