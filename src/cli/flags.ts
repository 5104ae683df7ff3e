import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import type { CommandName } from '../domain/events.ts';

/** What the person typed, parsed once: every flag has a value or is absent. */
const flagsSchema = z.object({
  config: z.string().optional(),
  workspace: z.string().default('.'),
  engine: z.enum(['auto', 'docker', 'embedded']).optional(),
  productionHost: z.string().optional(),
  databaseUrl: z.string().optional(),
  shadowDatabaseUrl: z.string().optional(),
  phase: z.array(z.string()).default([]),
  only: z.array(z.string()).default([]),
  skip: z.array(z.string()).default([]),
  from: z.string().optional(),
  until: z.string().optional(),
  nonInteractive: z.boolean().default(false),
  yes: z.boolean().default(false),
  json: z.boolean().default(false),
  verbose: z.boolean().default(false),
  color: z.boolean().default(true),
  overwrite: z.array(z.string()).default([]),
  fixStarter: z.boolean().default(false),
  allowPopulated: z.boolean().default(false),
  recorded: z.boolean().default(false),
  strict: z.boolean().default(false),
  behaviour: z.boolean().default(true),
  repairSql: z.boolean().default(false),
  force: z.boolean().default(false),
});

export type Flags = z.infer<typeof flagsSchema>;

/** Runs one command and sets the exit code. */
export type CommandRunner = (name: CommandName, flags: Flags) => Promise<void>;

/** All commands and flags. `run` is also what the bare name does. */
export function programOf(version: string, runner: CommandRunner): Command {
  const program = new Command('erp-deploy')
    .description(
      'Rolls out a two-schema PostgreSQL database, proves every step, and can be killed anywhere and resumed.',
    )
    .version(version)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  const add = (
    name: CommandName,
    description: string,
    extend: (command: Command) => Command = (one) => one,
  ) =>
    extend(
      withCommonFlags(
        program.command(name, name === 'run' ? { isDefault: true } : {}).description(description),
      ),
    )
      .allowExcessArguments(false)
      .configureOutput({ outputError: () => undefined })
      .exitOverride()
      .action((options: unknown) => runner(name, flagsSchema.parse(options)));
  add('run', 'the roll-out: shows what it would change, asks, changes it, and looks again', withConsents);
  add('plan', "every step's preview against the world as it is, changing nothing", withConsents);
  add('status', 'what the journal knows, looked at again in the world', (one) =>
    one.option('--recorded', 'read the journal alone, and look at nothing'),
  );
  add('validate', 'the schema checks alone; never migrates', (one) =>
    one
      .option('--strict', 'an extra index or view fails too')
      .option('--no-behaviour', 'leave out what is tried in a transaction that is rolled back')
      .option(
        '--repair-sql',
        'print the SQL that would restore what differs, alone on stdout; it is never applied',
      ),
  );
  add('doctor', 'every prerequisite, each with what to do about it');
  add('init', 'write a commented erp-deploy.config.yaml');
  add('unlock', 'show who holds the lock, and take it over', (one) =>
    one.option('--force', 'take it from a process that still runs'),
  );
  return program;
}

function withCommonFlags(command: Command): Command {
  return command
    .option('--config <file>', 'configuration (default: erp-deploy.config.yaml in the workspace)')
    .option('--workspace <dir>', 'where the service-builds folder lies', '.')
    .addOption(
      new Option('--engine <name>', 'where the local test runs').choices(['auto', 'docker', 'embedded']),
    )
    .option('--production-host <host>', 'the droplet, as ssh takes it')
    .option(
      '--database-url <url>',
      'a production database (- reads it from stdin; better without a password)',
    )
    .option(
      '--shadow-database-url <url>',
      'a server where an empty database may be made, for what the embedded engine lacks',
    )
    .option('--phase <name...>', 'only the steps of these phases')
    .option('--only <id...>', 'only these steps')
    .option('--skip <id...>', 'not these steps')
    .option('--from <id>', 'from this step on')
    .option('--until <id>', 'up to this step')
    .option(
      '--non-interactive',
      'ask nothing: consents to what plan shows, and to nothing with a flag of its own',
    )
    .option('--yes', 'consent to the plan beforehand')
    .option('--json', 'one event a line on stdout (implies --non-interactive)')
    .option('--verbose', 'diffs, SQL, output and evidence in full')
    .option('--no-color', 'no colours (so does NO_COLOR)');
}

function withConsents(command: Command): Command {
  return command
    .option('--overwrite <path>', 'consent: replace this file that a person wrote or changed', collected, [])
    .option('--fix-starter', "consent: add the starter schema's missing comma")
    .option('--allow-populated', 'consent: migrate a database that holds rows');
}

function collected(value: string, before: readonly string[]): readonly string[] {
  if (value === '') throw new InvalidArgumentError('a path is wanted.');
  return [...before, value];
}
