import { Command, type OutputConfiguration } from 'commander';
import { type CommandName, commandNames } from '../../domain/events.ts';
import { type CommandDefinition, commands } from './command-table.ts';
import { type Flags, flagsSchema } from './flags.ts';
import { withCommonFlags } from './options.ts';

/** Runs one command and sets the exit code. */
export type CommandRunner = (name: CommandName, flags: Flags) => Promise<void>;

/** Defines all commands and flags for commander. Without a command, erp-deploy means `run`. */
export function programOf(version: string, runner: CommandRunner, output: OutputConfiguration = {}): Command {
  // Errors are reported as problems, by the caller.
  const silent = { ...output, outputError: () => undefined };
  const program = new Command('erp-deploy')
    .description(
      'Rolls out a two-schema PostgreSQL database, verifies every step, and can be stopped anywhere and resumed.',
    )
    .version(version)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .configureOutput(silent)
    .exitOverride();
  for (const name of commandNames) {
    const isDefault = name === 'run';
    defined(program.command(name, isDefault ? { isDefault } : {}), commands[name])
      .allowExcessArguments(false)
      .configureOutput(silent)
      .exitOverride()
      // Commander passes the arguments (only restore has one), then the options, then the command.
      .action((...given: readonly unknown[]) => {
        const [options, dump] = [given.at(-2), given.length > 2 ? given[0] : undefined];
        return runner(name, flagsSchema.parse({ ...Object(options), dump }));
      });
  }
  return program;
}

function defined(command: Command, { description, extend = (one) => one }: CommandDefinition): Command {
  return extend(withCommonFlags(command.description(description)));
}
