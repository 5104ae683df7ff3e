import type { CommandName } from '../../domain/command-names.ts';
import type { CommandDefinition } from './command-definition.ts';
import { flagGroups, optionsOf } from './flag-table.ts';
import { maintenanceCommands } from './maintenance-commands.ts';

const { target, production, steps, approvals, savedPlans, events } = flagGroups;

/** Every command. To add one, add its name to `commandNames`, its definition here, and its module to `commandModules`. */
export const commands: Readonly<Record<CommandName, CommandDefinition>> = {
  run: {
    description: 'roll out: plan, confirm, apply, verify',
    flags: [
      ...target,
      'shadowDatabaseUrl',
      'cloudflareTokenFile',
      'waitForLock',
      ...steps,
      'nonInteractive',
      'yes',
      ...approvals,
      'savedPlan',
      'lessons',
      'verbose',
      'plain',
      ...events,
    ],
    examples: [
      ['run --non-interactive --engine embedded', 'local test only, without questions or Docker'],
      ['run --production-host droplet --from 3.1', 'continue with production, in the wizard'],
    ],
    acceptsNewWorkspace: true,
  },
  plan: {
    description: 'dry run: show what run would change',
    flags: [
      ...target,
      'shadowDatabaseUrl',
      'cloudflareTokenFile',
      ...steps,
      ...approvals,
      ...savedPlans,
      'lessons',
      'verbose',
      'askNothing',
      ...events,
    ],
    examples: [
      ['plan --phase prepare,local-test', 'only these two phases'],
      ['plan --out release.json', 'save it, for review and run --plan release.json'],
    ],
    isReadOnly: true,
    acceptsNewWorkspace: true,
  },
  status: {
    description: 'show completed steps and re-check them for drift',
    flags: [
      ...target,
      'shadowDatabaseUrl',
      'cloudflareTokenFile',
      ...steps,
      'recorded',
      'productionOnly',
      'quiet',
      'notifyOnChange',
      'strictPending',
      'askNothing',
      ...events,
    ],
    examples: [
      ['status', 'check every step; exit code 5 on drift'],
      ['status --recorded', 'read only the journal, in a moment'],
    ],
    isReadOnly: true,
  },
  validate: {
    description: 'run only the schema checks; never migrates',
    flags: [
      ...target,
      'shadowDatabaseUrl',
      'strict',
      'noBehaviour',
      'repairSql',
      'includeDestructive',
      'watch',
      'verbose',
      'askNothing',
      ...events,
    ],
    examples: [
      ['validate --database-url postgres://erp@db.example.com/erp', 'check any database'],
      ['validate --repair-sql > repair.sql', 'write the SQL that would repair the differences'],
    ],
    isReadOnly: true,
  },
  doctor: {
    description: 'check every prerequisite, and say how to fix what is missing',
    flags: [...target, 'cloudflareTokenFile', 'askNothing', ...events],
    examples: [
      ['doctor', 'check this machine'],
      ['doctor --production-host droplet', 'also check the production host'],
    ],
    acceptsNewWorkspace: true,
  },
  init: {
    description: 'write a commented erp-deploy.config.yaml',
    flags: ['workspace', ...events],
    examples: [
      ['init', 'write it into the current directory'],
      ['init --workspace demo', 'write it into another workspace'],
    ],
    acceptsNewWorkspace: true,
  },
  unlock: {
    description: 'show which process holds the lock, and take the lock over',
    flags: [
      'workspace',
      'config',
      'productionHost',
      'hostKeyFingerprint',
      'forceLock',
      'askNothing',
      ...events,
    ],
    examples: [
      ['unlock', 'take over the lock of a process that has ended'],
      ['unlock --production-host droplet', 'also the lock of that production host'],
    ],
  },
  restore: {
    description: 'restore a dump that erp-deploy made; without FILE, list the stored dumps',
    flags: [
      ...target,
      'shadowDatabaseUrl',
      'waitForLock',
      'forceRestore',
      'drill',
      'identity',
      'askNothing',
      ...events,
    ],
    examples: [
      ['restore --drill', 'try the newest backup on this machine, and report how long it takes'],
      ['restore NAME --force', 'restore a stored dump, after a dump of the current state'],
    ],
    argument: ['[file]', 'the name of a stored dump, or of a backup with --drill'],
  },
  token: {
    description: "print a short-lived token for the local API, or with --production-host for that host's",
    flags: ['workspace', 'config', 'productionHost', 'hostKeyFingerprint', 'role', 'ttl', 'askNothing'],
    examples: [
      ['token', 'a token for the local API, valid for an hour'],
      ['token --role erp_anon --ttl 5m --production-host droplet', 'a token for the API of that host'],
    ],
  },
  docs: {
    description: 'write only the documents, from the live database, its ledger and the journal',
    flags: [
      ...target,
      'shadowDatabaseUrl',
      'waitForLock',
      'only',
      'skip',
      'nonInteractive',
      'yes',
      'overwrite',
      'verbose',
      'plain',
      ...events,
    ],
    examples: [
      ['docs --non-interactive', 'write all documents'],
      ['docs --only 4.2', 'only the schema document, in the wizard'],
    ],
  },
  checklist: {
    description: 'print the checklist, items checked off from evidence; then what is left, and why',
    flags: [...target, 'file', 'write', 'verbose', 'askNothing', ...events],
    examples: [
      ['checklist', 'print the bundled checklist'],
      ['checklist --file tasks.md --write', 'check off the items in your own copy'],
    ],
    isReadOnly: true,
  },
  report: {
    description: 'write a self-contained HTML page about the last rollout',
    flags: [...target, 'output', 'askNothing', ...events],
    examples: [
      ['report', 'write .erp-deploy/report.html in the workspace'],
      ['report --output rollout.html', 'write it into the current directory'],
    ],
    isReadOnly: true,
  },
  probe: {
    description: 'check the public URL end to end; if it fails, find the broken hop',
    flags: [...production, 'cloudflareTokenFile', 'askNothing', ...events],
    examples: [
      ['probe --production-host droplet', 'check the public URL of that host'],
      ['probe --json', 'one event for each hop'],
    ],
    isReadOnly: true,
  },
  rollback: {
    description: 'return to the state before a rollout (the last one by default); shows each step first',
    flags: [
      ...target,
      'cloudflareTokenFile',
      'waitForLock',
      ...steps,
      'nonInteractive',
      'yes',
      'allowPopulated',
      'forceDrop',
      'allowCopiedJournal',
      'verbose',
      'plain',
      ...events,
    ],
    examples: [
      ['rollback NAME', 'undo that rollout and the later ones, step by step; `history` lists the names'],
      ['rollback --only 3.6 --non-interactive', 'undo only the public route of the last rollout'],
    ],
    argument: ['[rollout]', 'the name of a rollout, as `history` prints it'],
  },
  ...maintenanceCommands,
  completion: {
    description: 'print the script that completes commands and flags in bash, zsh or fish',
    flags: [],
    examples: [
      ['completion bash > ~/.local/share/bash-completion/completions/erp-deploy', 'install it for bash'],
      ['completion fish > ~/.config/fish/completions/erp-deploy.fish', 'install it for fish'],
    ],
    argument: ['<shell>', 'bash, zsh or fish'],
    isReadOnly: true,
  },
};

/** @param long the flag with its dashes, such as `--engine` */
export function acceptsFlag(name: CommandName, long: string): boolean {
  return optionsOf(commands[name].flags).some((option) => option.long === long);
}
