import { Argument, Command, Option, type OutputConfiguration } from 'commander';
import { type CommandName, commandNames } from '../../domain/command-names.ts';
import type { CommandDefinition } from './command-definition.ts';
import { commands } from './command-table.ts';
import { optionsOf } from './flag-table.ts';

/** Runs one command with its options, which are not validated yet, and sets the exit code. */
export type CommandRunner = (name: CommandName, given: unknown) => Promise<void>;

/**
 * Defines the commands and flags for commander. Without a command, erp-deploy means `run`.
 * @param argv the command line: only the commands that it may mean get their flags, because each takes time to define
 */
export function programOf(
  version: string,
  runner: CommandRunner,
  argv: readonly string[],
  output: OutputConfiguration = {},
): Command {
  // Errors are reported as problems, by the caller.
  const silent = { ...output, outputError: () => undefined };
  const program = new Command('erp-deploy')
    .description(
      'Rolls out a two-schema PostgreSQL database, verifies every step, and can be stopped anywhere and resumed.',
    )
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', "print a command's flags and examples")
    .usage('[command] [flags]')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput(silent)
    .exitOverride();
  for (const name of commandNames) {
    const isDefault = name === 'run';
    const isMeant = argv.includes(name) || (isDefault && !namesCommand(argv));
    const command = program
      .command(name, isDefault ? { isDefault } : {})
      .description(commands[name].description);
    (isMeant ? defined(command, commands[name]) : command)
      .allowExcessArguments(false)
      .configureOutput(silent)
      .exitOverride()
      // Commander passes the arguments (at most one), then the options, then the command.
      .action((...given: readonly unknown[]) => {
        const [options, argument] = [given.at(-2), given.length > 2 ? given[0] : undefined];
        return runner(name, { ...Object(options), argument });
      });
  }
  return program;
}

/** Returns whether the first word is a command, so that the default is not meant. */
function namesCommand([first]: readonly string[]): boolean {
  return commandNames.some((name) => name === first);
}

/** Adds the flags and the examples of a command. */
function defined(command: Command, { flags, examples, argument }: CommandDefinition): Command {
  command
    .usage(argument === undefined ? '[flags]' : `${argument[0]} [flags]`)
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Output:'))
    .addHelpText('after', `\nExamples:\n${examples.map(exampleText).join('\n')}`);
  if (argument !== undefined) command.addArgument(new Argument(...argument));
  for (const option of optionsOf(flags)) command.addOption(option);
  return command;
}

function exampleText([line, purpose]: CommandDefinition['examples'][number]): string {
  return `  # ${purpose}\n  erp-deploy ${line}`;
}
