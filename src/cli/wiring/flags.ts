import { Command, InvalidArgumentError, Option, type OutputConfiguration } from 'commander';
import { z } from 'zod';
import type { CommandName } from '../../domain/events.ts';

/** The flags of one command line, validated once; flags with a default always have a value. */
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

/** Defines all commands and flags. Without a command, erp-deploy means `run`. */
export function programOf(version: string, runner: CommandRunner, output: OutputConfiguration = {}): Command {
  const program = new Command('erp-deploy')
    .description(
      'Rolls out a two-schema PostgreSQL database, verifies every step, and can be stopped anywhere and resumed.',
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
      // Commander passes the arguments (only restore has one), then the options, then the command.
      .action((...given: readonly unknown[]) => {
        const [options, dump] = [given.at(-2), given.length > 2 ? given[0] : undefined];
        return runner(name, flagsSchema.parse({ ...Object(options), dump }));
      });
  add('run', 'roll out: plan, confirm, apply, verify', withApprovals);
  add('plan', 'dry run: show what run would change', withApprovals);
  add('status', 'show completed steps and re-check them for drift', (one) =>
    one
      .option('--recorded', 'read only the journal; check nothing')
      .option('--strict', 'also fail if a migration is not applied yet'),
  );
  add('validate', 'run only the schema checks; never migrates', (one) =>
    one
      .option('--strict', 'also fail on an extra index or view, or a migration that is not applied yet')
      .option('--no-behaviour', 'skip the behaviour tests (they run in a transaction that is rolled back)')
      .option(
        '--repair-sql',
        'print the SQL that would repair the differences (only the SQL on stdout); never applied',
      )
      .option(
        '--include-destructive',
        'include repair statements that can lose rows (default: commented out, with the number of rows)',
      ),
  );
  add('doctor', 'check every prerequisite, and say how to fix what is missing');
  add('init', 'write a commented erp-deploy.config.yaml');
  add('unlock', 'show which process holds the lock, and take the lock over', (one) =>
    one.option('--force', 'take the lock even from a process that still runs'),
  );
  add('restore', 'restore a dump that erp-deploy made; without FILE, list the stored dumps', (one) =>
    one
      .argument('[file]', 'the name of a stored dump')
      .option('--force', 'allow dropping the current schemas before the dump is restored')
      .option('--wait-for-lock', 'wait while another rollout works on production'),
  );
  add(
    'token',
    "print a short-lived token for the local API (with --production-host, for the production host's)",
    (one) =>
      one
        .option('--role <name>', 'database role: erp_api or erp_anon', 'erp_api')
        .option('--ttl <time>', 'lifetime, such as 90s, 30m or 1h; at most 24h', '1h'),
  );
  add('docs', 'write only the documents, from the live database, its ledger and the journal', withApprovals);
  add(
    'checklist',
    'print the checklist with its items checked off from evidence; then what is left, and why',
    (one) =>
      one
        .option(
          '--file <path>',
          'your own checklist, relative to the current directory (default: the bundled checklist)',
        )
        .option('--write', 'check off the items in that file; the rest of the file is unchanged'),
  );
  add('probe', 'check the public URL end to end; if it fails, find the hop that is broken');
  add('report', 'write a self-contained HTML page about the last rollout', (one) =>
    one.option(
      '--output <file>',
      'output file, relative to the current directory (default: .erp-deploy/report.html)',
    ),
  );
  add(
    'rollback',
    'undo the reversible steps of the last rollout, newest first; each is shown before it is undone',
    (one) =>
      one
        .option('--force', 'allow dropping schemas that contain rows, after a verified dump')
        .option('--wait-for-lock', 'wait while another rollout works on the production host'),
  );
  return program;
}

function withCommonFlags(command: Command): Command {
  return command
    .option('--config <file>', 'configuration (default: erp-deploy.config.yaml in the workspace)')
    .option('--workspace <dir>', 'directory that contains the service-builds folder', folder, '.')
    .addOption(
      new Option('--engine <name>', 'engine of the local test').choices(['auto', 'docker', 'embedded']),
    )
    .option('--production-host <host>', 'SSH destination of the production host')
    .option(
      '--database-url <url>',
      'URL of a production database (- reads it from stdin); avoid a password in it',
    )
    .option(
      '--shadow-database-url <url>',
      'server on which a temporary database may be created, for SQL that the embedded engine cannot run',
    )
    .option(
      '--cloudflare-token-file <file>',
      'file with a Cloudflare API token, relative to the current directory (- reads it from stdin)',
    )
    .option('--host-key-fingerprint <sha256>', 'allow this host key of the production host (SHA256:…)')
    .option('--phase <name...>', 'only the steps of these phases')
    .option('--only <id...>', 'only these steps')
    .option('--skip <id...>', 'skip these steps')
    .option('--from <id>', 'from this step on')
    .option('--until <id>', 'up to this step')
    .option(
      '--non-interactive',
      'ask nothing: approves the plan, except changes that need an allow flag of their own',
    )
    .option('--yes', 'approve the plan in advance')
    .option('--json', 'one JSON event per line on stdout (implies --non-interactive)')
    .option('--verbose', 'show diffs, SQL, output and evidence in full')
    .option('--no-color', 'no colors (as with NO_COLOR)');
}

function withApprovals(command: Command): Command {
  return command
    .option(
      '--overwrite <path>',
      'allow replacing this file, although it was written or changed by hand',
      collected,
      [],
    )
    .option('--fix-starter', "allow adding the starter schema's missing comma")
    .option('--allow-populated', 'allow migrating a database that contains rows')
    .option('--create-env', 'allow creating the .env on the production host, with its own secrets')
    .option('--replace-route', 'allow changing a tunnel route that points to another service')
    .option('--replace-dns', 'allow replacing a DNS record of the public host name that points elsewhere')
    .option('--wait-for-lock', 'wait while another rollout works on production')
    .option(
      '--without-local-test <reason>',
      'roll out to production although these files did not pass a local test; the reason is recorded',
      reasonIn,
    )
    .option('--lessons <file>', 'Markdown file with the lessons learned, for step 5.3');
}

/** Refuses the values that an unset shell variable leads to: nothing, or the next flag. */
function folder(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('it is empty; for the current directory, write .');
  if (value.startsWith('-')) throw new InvalidArgumentError(`for a directory of that name, write ./${value}`);
  return value;
}

function collected(value: string, before: readonly string[]): readonly string[] {
  if (value === '') throw new InvalidArgumentError('a path is required.');
  return [...before, value];
}

/** Refuses an empty reason: the journal records it. */
function reasonIn(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('a reason is required.');
  return value;
}
