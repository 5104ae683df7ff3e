import type { CommandName } from '../../domain/command-names.ts';
import type { CommandDefinition } from './command-definition.ts';
import { flagGroups } from './flag-table.ts';

const { target, events } = flagGroups;

/** Commands for the time after the first rollout. */
export const maintenanceCommands = {
  history: {
    description: 'list the rollouts of this workspace, and the changes that the database records',
    flags: [...target, 'recordedHistory', 'askNothing', ...events],
    examples: [
      ['history', 'all rollouts, the newest last'],
      ['history --recorded', 'only the journal; connect to nothing'],
    ],
    isReadOnly: true,
  },
  logs: {
    description: 'print the log of a container: database, api, tunnel or traefik',
    flags: [...target, 'follow', 'tail', 'since', 'askNothing', ...events],
    examples: [
      ['logs --since 1h', "the last hour of the local database's log"],
      ['logs api --follow --production-host droplet', "follow the log of a production host's API"],
    ],
    argument: ['[service]', 'database (default), api, tunnel or traefik'],
  },
  backup: {
    description: "make a backup of production's database, and copy it off the server",
    flags: [...target, 'waitForLock', 'installTimer', 'removeTimer', 'forceTimer', 'askNothing', ...events],
    examples: [
      ['backup --production-host droplet', 'a backup of a production host, and a copy in backup.folder'],
      ['backup --install-timer --production-host droplet', 'show the files of a daily backup there'],
    ],
  },
  psql: {
    description: 'open psql on the local database or the production host, as a role that can only read',
    flags: [...target, 'psqlRole', 'forceRole', 'askNothing'],
    examples: [
      ['psql --production-host droplet', "read a production host's database"],
      ['psql --role erp_admin --force', 'open the local database as its owner'],
    ],
    argument: ['[sql]', 'SQL to run; without it, psql reads from the terminal or stdin'],
  },
  credentials: {
    description:
      'set or rotate a credential: the password of erp_service or of PostgREST, or the key of tokens',
    flags: [
      ...target,
      'waitForLock',
      'forceCredential',
      'passwordFile',
      'finish',
      'compromised',
      'askNothing',
      ...events,
    ],
    examples: [
      ['credentials service --force --password-file erp_service.password', 'set the password of erp_service'],
      ['credentials jwt --force --production-host droplet', "rotate the key of a production host's tokens"],
    ],
    argument: ['[credential]', 'service, postgrest or jwt; without it, show unfinished rotations'],
  },
  upgrade: {
    description: 'upgrade a database in a container to the newer major version of the configured image',
    flags: [...target, 'waitForLock', 'upgradeMajor', 'askNothing', ...events],
    examples: [
      ['upgrade --production-host droplet', 'show what the upgrade would do; change nothing'],
      ['upgrade --upgrade-major', 'upgrade the database of the local test'],
    ],
  },
} as const satisfies Partial<Record<CommandName, CommandDefinition>>;
