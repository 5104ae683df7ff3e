import type { Command } from 'commander';
import type { CommandName } from '../../domain/events.ts';
import type { Execute } from './command.ts';
import { withApprovals } from './options.ts';

/** A command of erp-deploy. */
export interface CommandDefinition {
  /** The line in `erp-deploy --help`. */
  readonly description: string;
  /** Adds the command's own arguments and flags. */
  readonly extend?: (command: Command) => Command;
  /** Whether the command only checks. If it is interrupted, its result is incomplete. */
  readonly isReadOnly?: true;
  /** Loads the command; called only when it runs, so that `--help` stays fast. */
  load(): Promise<Execute>;
}

/** Every command. To add one, add its name to `commandNames` and its definition here. */
export const commands: Readonly<Record<CommandName, CommandDefinition>> = {
  run: {
    description: 'roll out: plan, confirm, apply, verify',
    extend: withApprovals,
    load: async () => (await import('../commands/run.ts')).run,
  },
  plan: {
    description: 'dry run: show what run would change',
    extend: withApprovals,
    isReadOnly: true,
    load: async () => (await import('../commands/plan.ts')).plan,
  },
  status: {
    description: 'show completed steps and re-check them for drift',
    extend: (command) =>
      command
        .option('--recorded', 'read only the journal; check nothing')
        .option('--strict', 'also fail if a migration is not applied yet'),
    isReadOnly: true,
    load: async () => (await import('../commands/status.ts')).status,
  },
  validate: {
    description: 'run only the schema checks; never migrates',
    extend: (command) =>
      command
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
    isReadOnly: true,
    load: async () => (await import('../commands/validate.ts')).validate,
  },
  doctor: {
    description: 'check every prerequisite, and say how to fix what is missing',
    isReadOnly: true,
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  init: {
    description: 'write a commented erp-deploy.config.yaml',
    load: async () => (await import('../commands/init.ts')).init,
  },
  unlock: {
    description: 'show which process holds the lock, and take the lock over',
    extend: (command) => command.option('--force', 'take the lock even from a process that still runs'),
    load: async () => (await import('../commands/unlock.ts')).unlock,
  },
  restore: {
    description: 'restore a dump that erp-deploy made; without FILE, list the stored dumps',
    extend: (command) =>
      command
        .argument('[file]', 'the name of a stored dump')
        .option('--force', 'allow dropping the current schemas before the dump is restored')
        .option('--wait-for-lock', 'wait while another rollout works on production'),
    load: async () => (await import('../commands/restore.ts')).restore,
  },
  token: {
    description: "print a short-lived token for the local API, or with --production-host for that host's",
    extend: (command) =>
      command
        .option('--role <name>', 'database role: erp_api or erp_anon', 'erp_api')
        .option('--ttl <time>', 'lifetime, such as 90s, 30m or 1h; at most 24h', '1h'),
    load: async () => (await import('../commands/token.ts')).token,
  },
  docs: {
    description: 'write only the documents, from the live database, its ledger and the journal',
    extend: withApprovals,
    load: async () => (await import('../commands/docs.ts')).docs,
  },
  checklist: {
    description: 'print the checklist, items checked off from evidence; then what is left, and why',
    extend: (command) =>
      command
        .option(
          '--file <path>',
          'your own checklist, relative to the current directory (default: the bundled checklist)',
        )
        .option('--write', 'check off the items in that file; the rest of the file is unchanged'),
    isReadOnly: true,
    load: async () => (await import('../commands/checklist.ts')).checklist,
  },
  report: {
    description: 'write a self-contained HTML page about the last rollout',
    extend: (command) =>
      command.option(
        '--output <file>',
        'output file, relative to the current directory (default: .erp-deploy/report.html)',
      ),
    isReadOnly: true,
    load: async () => (await import('../commands/report.ts')).report,
  },
  probe: {
    description: 'check the public URL end to end; if it fails, find the broken hop',
    isReadOnly: true,
    load: async () => (await import('../commands/probe.ts')).probe,
  },
  rollback: {
    description: 'undo the reversible steps of the last rollout, newest first; shows each step first',
    extend: (command) =>
      command
        .option('--force', 'allow dropping schemas that contain rows, after a verified dump')
        .option('--wait-for-lock', 'wait while another rollout works on the production host'),
    load: async () => (await import('../commands/rollback.ts')).rollback,
  },
};
