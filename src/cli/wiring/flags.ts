import { Command, InvalidArgumentError, Option, type OutputConfiguration } from 'commander';
import { z } from 'zod';
import type { CommandName } from '../../domain/events.ts';

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
  createEnv: z.boolean().default(false),
  replaceRoute: z.boolean().default(false),
  replaceDns: z.boolean().default(false),
  cloudflareTokenFile: z.string().optional(),
  hostKeyFingerprint: z.string().optional(),
  withoutLocalTest: z.string().optional(),
  waitForLock: z.boolean().default(false),
  recorded: z.boolean().default(false),
  strict: z.boolean().default(false),
  behaviour: z.boolean().default(true),
  repairSql: z.boolean().default(false),
  includeDestructive: z.boolean().default(false),
  force: z.boolean().default(false),
  role: z.string().default('erp_api'),
  ttl: z.string().default('1h'),
  lessons: z.string().optional(),
  file: z.string().optional(),
  dump: z.string().optional(),
  output: z.string().optional(),
  write: z.boolean().default(false),
});

export type Flags = z.infer<typeof flagsSchema>;

/** Runs one command and sets the exit code. */
export type CommandRunner = (name: CommandName, flags: Flags) => Promise<void>;

/** All commands and flags. `run` is also what the bare name does. */
export function programOf(version: string, runner: CommandRunner, output: OutputConfiguration = {}): Command {
  const program = new Command('erp-deploy')
    .description(
      'Rolls out a two-schema PostgreSQL database, proves every step, and can be killed anywhere and resumed.',
    )
    .version(version)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .configureOutput({ ...output, outputError: () => undefined })
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
      .configureOutput({ ...output, outputError: () => undefined })
      .exitOverride()
      // Before the options come the arguments, of which restore alone has one; behind them the command.
      .action((...given: readonly unknown[]) => {
        const [options, dump] = [given.at(-2), given.length > 2 ? given[0] : undefined];
        return runner(name, flagsSchema.parse({ ...Object(options), dump }));
      });
  add('run', 'the roll-out: shows what it would change, asks, changes it, and looks again', withConsents);
  add('plan', "every step's preview against the world as it is, changing nothing", withConsents);
  add('status', 'what the journal knows, looked at again in the world', (one) =>
    one
      .option('--recorded', 'read the journal alone, and look at nothing')
      .option('--strict', 'a migration that is not applied yet fails too'),
  );
  add('validate', 'the schema checks alone; never migrates', (one) =>
    one
      .option('--strict', 'an extra index or view, or a migration that is not applied yet, fails too')
      .option('--no-behaviour', 'leave out what is tried in a transaction that is rolled back')
      .option(
        '--repair-sql',
        'print the SQL that would restore what differs, alone on stdout; it is never applied',
      )
      .option(
        '--include-destructive',
        'include repair statements that can lose rows; without it they are comments with the number of rows',
      ),
  );
  add('doctor', 'every prerequisite, each with what to do about it');
  add('init', 'write a commented erp-deploy.config.yaml');
  add('unlock', 'show who holds the lock, and take it over', (one) =>
    one.option('--force', 'take it from a process that still runs'),
  );
  add('restore', 'bring back a dump that erp-deploy made; without FILE, list those that are kept', (one) =>
    one
      .argument('[file]', 'the name of a dump that is kept')
      .option('--force', 'consent: drop what is there, and bring the dump back')
      .option('--wait-for-lock', 'wait where another roll-out works on production'),
  );
  add('token', "print a short-lived token for the local API (with --production-host, the droplet's)", (one) =>
    one
      .option('--role <name>', 'what its holder is: erp_api or erp_anon', 'erp_api')
      .option('--ttl <time>', 'how long it is good for: 90s, 30m, 1h; a day at most', '1h'),
  );
  add('docs', 'the documents alone, from the live database, its ledger and the journal', withConsents);
  add('checklist', 'the checklist, its boxes ticked from evidence; then what is left, and why', (one) =>
    one
      .option('--file <path>', 'your own checklist, relative to here (default: the one that comes with it)')
      .option('--write', 'tick the boxes in that file, and touch nothing else of it'),
  );
  add('probe', 'the public way in, hop by hop: asked from outside, and walked where it is broken');
  add('report', 'one self-contained HTML page of the last roll-out', (one) =>
    one.option('--output <file>', 'where to, relative to here (default: .erp-deploy/report.html)'),
  );
  add('rollback', "undo the last roll-out's reversible steps, newest first, each shown before", (one) =>
    one
      .option('--force', 'consent: drop schemas that hold rows, after a dump that is read back')
      .option('--wait-for-lock', 'wait where another roll-out works on the droplet'),
  );
  return program;
}

function withCommonFlags(command: Command): Command {
  return command
    .option('--config <file>', 'configuration (default: erp-deploy.config.yaml in the workspace)')
    .option('--workspace <dir>', 'where the service-builds folder lies', folder, '.')
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
    .option(
      '--cloudflare-token-file <file>',
      "a file with a token for Cloudflare's API, relative to here (- reads it from stdin)",
    )
    .option('--host-key-fingerprint <sha256>', 'consent: trust this host key of the droplet (SHA256:…)')
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
    .option('--allow-populated', 'consent: migrate a database that holds rows')
    .option('--create-env', 'consent: make the .env on the droplet, with secrets of its own')
    .option('--replace-route', 'consent: repoint a route of the tunnel that leads somewhere else')
    .option('--replace-dns', 'consent: replace a DNS record of the public name that is something else')
    .option('--wait-for-lock', 'wait where another roll-out works on production')
    .option(
      '--without-local-test <reason>',
      'go to production without a passing local test of these files; the reason is recorded',
      reasonIn,
    )
    .option('--lessons <file>', 'what was learned, in your words, for the lessons of step 5.3');
}

/** An unset variable of a shell would otherwise mean the current folder, or take the next flag for a folder. */
function folder(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('it names no folder; for the current one, write .');
  if (value.startsWith('-')) throw new InvalidArgumentError(`for a folder of that name, write ./${value}`);
  return value;
}

function collected(value: string, before: readonly string[]): readonly string[] {
  if (value === '') throw new InvalidArgumentError('a path is wanted.');
  return [...before, value];
}

/** It is recorded as given, so an empty one is refused. */
function reasonIn(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('a reason is required.');
  return value;
}
