import { Option } from 'commander';
import { psqlRoles } from '../../domain/psql-role.ts';
import { collected, folder, listed, reasonIn, validity } from './flag-values.ts';

/** The headings under which help lists flags, in this order. */
const headings = {
  target: 'Target:',
  production: 'Production:',
  steps: 'Steps:',
  approval: 'Approval:',
  own: 'Options:',
  output: 'Output:',
} as const;

function flag(heading: keyof typeof headings, syntax: string, description: string): Option {
  return new Option(syntax, description).helpGroup(headings[heading]);
}

/**
 * Every flag, by the name under which commands refer to it. Two entries may define the same flag, if its description
 * depends on the command.
 */
const flagTable = {
  workspace: () =>
    flag('target', '--workspace <dir>', 'directory that contains the service-builds folder')
      .argParser(folder)
      .default('.', 'the current directory'),
  config: () =>
    flag('target', '--config <file>', 'configuration (default: erp-deploy.config.yaml in the workspace)'),
  engine: () =>
    flag('target', '--engine <name>', 'engine of the local test').choices(['auto', 'docker', 'embedded']),
  shadowDatabaseUrl: () =>
    flag(
      'target',
      '--shadow-database-url <url>',
      'server on which a temporary database may be created, for SQL that the embedded engine cannot run',
    ),
  productionHost: () =>
    flag('production', '--production-host <host>', 'SSH destination of the production host'),
  databaseUrl: () =>
    flag(
      'production',
      '--database-url <url>',
      'URL of a production database (- reads it from stdin); avoid a password in it',
    ),
  hostKeyFingerprint: () =>
    flag(
      'production',
      '--host-key-fingerprint <sha256>',
      'allow this host key of the production host (SHA256:…)',
    ),
  cloudflareTokenFile: () =>
    flag(
      'production',
      '--cloudflare-token-file <file>',
      'file with a Cloudflare API token, relative to the current directory (- reads it from stdin)',
    ),
  waitForLock: () => flag('production', '--wait-for-lock', 'wait while another rollout works on production'),
  phase: () => flag('steps', '--phase <name...>', 'only the steps of these phases').argParser(listed),
  only: () => flag('steps', '--only <id...>', 'only these steps, such as 2.1,2.2').argParser(listed),
  skip: () => flag('steps', '--skip <id...>', 'skip these steps').argParser(listed),
  from: () => flag('steps', '--from <id>', 'from this step on'),
  until: () => flag('steps', '--until <id>', 'up to this step'),
  nonInteractive: () =>
    flag(
      'approval',
      '--non-interactive',
      'ask nothing: approves the plan, except changes that need an allow flag of their own',
    ),
  askNothing: () =>
    flag('output', '--non-interactive', 'ask nothing, not even for the passphrase of an SSH key'),
  yes: () => flag('approval', '--yes', 'approve the plan in advance'),
  overwrite: () =>
    flag(
      'approval',
      '--overwrite <path>',
      'allow replacing this file, although it was written or changed by hand',
    ).argParser(collected),
  fixStarter: () => flag('approval', '--fix-starter', "allow adding the starter schema's missing comma"),
  allowPopulated: () =>
    flag('approval', '--allow-populated', 'allow migrating a database that contains rows'),
  forceLoss: () =>
    flag('approval', '--force', 'allow migrations that can lose data (DROP, TRUNCATE, DELETE, …)'),
  createEnv: () =>
    flag('approval', '--create-env', 'allow creating the .env on the production host, with its own secrets'),
  restartDatabase: () =>
    flag(
      'approval',
      '--restart-database',
      "allow restarting production's database, which closes connections",
    ),
  upgradeMajor: () =>
    flag('approval', '--upgrade-major', 'allow the upgrade to another major version of PostgreSQL'),
  replaceRoute: () =>
    flag('approval', '--replace-route', 'allow changing a tunnel route that points to another service'),
  replaceDns: () =>
    flag(
      'approval',
      '--replace-dns',
      'allow replacing a DNS record of the public host name that points elsewhere',
    ),
  withoutLocalTest: () =>
    flag(
      'approval',
      '--without-local-test <reason>',
      'roll out to production although these files did not pass a local test; the reason is recorded',
    ).argParser(reasonIn),
  withoutRehearsal: () =>
    flag(
      'approval',
      '--without-rehearsal <reason>',
      "apply migrations that were tested on another PostgreSQL version than production's without a rehearsal there; the reason is recorded",
    ).argParser(reasonIn),
  forceDrop: () =>
    flag(
      'approval',
      '--force',
      'allow restoring a dump, or dropping schemas that contain rows, after a verified dump',
    ),
  allowCopiedJournal: () =>
    flag(
      'approval',
      '--allow-copied-journal',
      'allow undoing what a journal describes that was written in another folder',
    ),
  forceRestore: () =>
    flag('approval', '--force', 'allow dropping the current schemas before the dump is restored'),
  installTimer: () =>
    flag('own', '--install-timer', 'install a daily backup on the production host (systemd, otherwise cron)'),
  removeTimer: () => flag('own', '--remove-timer', 'remove the daily backup from the production host'),
  forceTimer: () => flag('approval', '--force', 'allow installing or removing the timer'),
  identity: () =>
    flag('own', '--identity <file>', 'with --drill: file with the private key of age, mode 600'),
  drill: () =>
    flag(
      'own',
      '--drill',
      'restore the newest backup into a fresh container of this machine, validate it, and remove the container',
    ),
  forceLock: () => flag('own', '--force', 'take the lock even from a process that still runs'),
  lessons: () => flag('own', '--lessons <file>', 'Markdown file with the lessons learned, for step 5.3'),
  recorded: () => flag('own', '--recorded', 'read only the journal; check nothing'),
  recordedHistory: () => flag('own', '--recorded', 'read only the journal; connect to nothing'),
  productionOnly: () =>
    flag('own', '--production-only', 'check only production, also disks, backups, certificate and token'),
  quiet: () =>
    flag('own', '--quiet', 'print only what changed since the last such check (implies --production-only)'),
  notifyOnChange: () =>
    flag(
      'own',
      '--notify-on-change',
      'post what changed to ERP_DEPLOY_NOTIFY_ROLLOUT_URL (implies --production-only)',
    ),
  strictPending: () => flag('own', '--strict', 'also fail if a migration is not applied yet'),
  strict: () =>
    flag('own', '--strict', 'also fail on an extra index or view, or a migration that is not applied yet'),
  noBehaviour: () =>
    flag('own', '--no-behaviour', 'skip the behaviour tests (they run in a transaction that is rolled back)'),
  repairSql: () =>
    flag(
      'own',
      '--repair-sql',
      'print the SQL that would repair the differences (only the SQL on stdout); never applied',
    ),
  includeDestructive: () =>
    flag(
      'own',
      '--include-destructive',
      'include repair statements that can lose rows (default: commented out, with the number of rows)',
    ),
  role: () => flag('own', '--role <name>', 'database role: erp_api or erp_anon').default('erp_api'),
  psqlRole: () =>
    flag('own', '--role <name>', 'database role; those that can write need --force')
      .choices(psqlRoles)
      .default('erp_readonly'),
  forceRole: () => flag('approval', '--force', 'allow a role that can write'),
  forceCredential: () =>
    flag('approval', '--force', 'allow changing the credential, which clients with the old value notice'),
  passwordFile: () =>
    flag('own', '--password-file <file>', 'write the password of erp_service into this new file, mode 600'),
  finish: () => flag('own', '--finish', 'jwt: end the overlap, so that only the new key is accepted'),
  compromised: () =>
    flag('own', '--compromised', 'jwt: replace the key at once, without an overlap with the old one'),
  ttl: () => flag('own', '--ttl <time>', 'lifetime, such as 90s, 30m or 1h; at most 24h').default('1h'),
  file: () =>
    flag(
      'own',
      '--file <path>',
      'your own checklist, relative to the current directory (default: the bundled checklist)',
    ),
  write: () => flag('own', '--write', 'check off the items in that file; the rest of the file is unchanged'),
  output: () =>
    flag(
      'own',
      '--output <file>',
      'output file, relative to the current directory, or - for stdout (default: .erp-deploy/report.html in the workspace)',
    ),
  savedPlan: () =>
    flag(
      'own',
      '--plan <file>',
      'go on only if the plan is still the one that plan --out saved in this file',
    ),
  planOut: () => flag('own', '--out <file>', 'save the plan in this file, for review and run --plan'),
  validFor: () =>
    flag('own', '--valid-for <time>', 'how long the saved plan can be applied, such as 8h or 3d; at most 30d')
      .argParser(validity)
      .default(86_400_000, '24h'),
  planShow: () => flag('own', '--show <file>', 'print a saved plan; checks nothing and connects to nothing'),
  planFormat: () =>
    flag('own', '--format <name>', 'markdown prints the plan for a pull request')
      .choices(['text', 'markdown'])
      .default('text'),
  follow: () => flag('own', '-f, --follow', 'continue with new lines until Ctrl-C'),
  watch: () =>
    flag('own', '--watch', 'validate again when a migration or the database changes, until Ctrl-C'),
  tail: () => flag('own', '--tail <lines>', 'only the last lines, or "all"').default('200'),
  since: () =>
    flag('own', '--since <time>', 'only lines since a time such as 2026-11-30T08:00:00Z, or 90m ago'),
  verbose: () => flag('output', '-v, --verbose', 'show diffs, SQL, output and evidence in full'),
  json: () => flag('output', '--json', 'one JSON event per line on stdout (implies --non-interactive)'),
  plain: () =>
    flag(
      'output',
      '--plain',
      'ask and report in lines of text, without redrawing (as with TERM=dumb or a screen reader)',
    ),
  noColor: () => flag('output', '--no-color', 'no colors (as with NO_COLOR)'),
} as const satisfies Readonly<Record<string, () => Option>>;

export type FlagName = keyof typeof flagTable;

/** Returns the options of commander that these names stand for, grouped as in help. */
export function optionsOf(names: readonly FlagName[]): readonly Option[] {
  const order = Object.values<string>(headings);
  const place = ({ helpGroupHeading = '' }: Option) => order.indexOf(helpGroupHeading);
  return names.map((name) => flagTable[name]()).sort((one, other) => place(one) - place(other));
}

/** Flags that several commands share. */
const connection = ['productionHost', 'databaseUrl', 'hostKeyFingerprint'] as const;
export const flagGroups = {
  target: ['workspace', 'config', 'engine', ...connection],
  production: ['workspace', 'config', ...connection],
  steps: ['phase', 'only', 'skip', 'from', 'until'],
  approvals: [
    'overwrite',
    'fixStarter',
    'allowPopulated',
    'forceLoss',
    'createEnv',
    'restartDatabase',
    'replaceRoute',
    'replaceDns',
    'withoutLocalTest',
    'withoutRehearsal',
  ],
  savedPlans: ['planOut', 'validFor', 'planShow', 'planFormat'],
  events: ['json', 'noColor'],
} as const satisfies Readonly<Record<string, readonly FlagName[]>>;
