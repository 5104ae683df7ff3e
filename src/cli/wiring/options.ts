import { type Command, InvalidArgumentError, Option } from 'commander';

/** Adds the flags that every command has. */
export function withCommonFlags(command: Command): Command {
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

/** Adds the flags of the commands that roll out, or plan to. */
export function withApprovals(command: Command): Command {
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
