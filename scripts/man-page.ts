import type { Option } from 'commander';
import { commands } from '../src/cli/wiring/command-table.ts';
import { optionsOf } from '../src/cli/wiring/flag-table.ts';
import { commandNames } from '../src/domain/command-names.ts';

const exits = [
  ['0', 'everything requested is done and verified, or already was'],
  ['1', 'a bug in erp-deploy'],
  ['2', 'usage or configuration'],
  ['3', 'a prerequisite is missing'],
  ['4', 'a step failed'],
  ['5', 'the database does not match its migrations'],
  ['6', 'another rollout holds the lock, or took it over'],
  ['130, 143', 'interrupted: the next run resumes'],
] as const;

const files = [
  ['erp-deploy.config.yaml', 'the configuration, in the workspace; every setting has a default'],
  ['.erp-deploy/', 'the journal, logs, the lock, the embedded database and backups, in the workspace'],
  ['service-builds/postgres-erp/.env', 'the secrets, with mode 0600'],
] as const;

const variables = [
  ['NO_COLOR', 'no colors, whatever its value'],
  ['PGPASSWORD, PGPASSFILE', 'the password for --database-url'],
  ['ERP_DEPLOY_NOTIFY_URL', 'the webhook that is notified when a rollout has finished'],
  [
    'ERP_DEPLOY_NOTIFY_ROLLOUT_URL',
    'the webhook for notices about production: rollouts, and status --notify-on-change',
  ],
] as const;

/** Returns the man page of erp-deploy (man(7)), from the definitions of its commands and flags. */
export function manPage(version: string): string {
  return `${[
    `.TH ERP\\-DEPLOY 1 2026-11-30 "erp\\-deploy ${version}" "User Commands"`,
    '.SH NAME',
    'erp\\-deploy \\- roll out a two\\-schema PostgreSQL database, verify every step, and resume after a kill',
    '.SH SYNOPSIS',
    '.B erp\\-deploy',
    '.RI [ command ]',
    '.RI [ flags ]',
    '.SH DESCRIPTION',
    'Without a command, erp\\-deploy means',
    '.BR run :',
    'a wizard in a terminal; elsewhere it needs',
    '.BR \\-\\-non\\-interactive .',
    '.PP',
    roff('It shows the plan, asks, applies the changes, verifies them, and records the evidence.'),
    '.SH COMMANDS',
    ...commandNames.flatMap(commandLines),
    '.SH OPTIONS',
    roff('A command accepts only the flags that are listed for it.'),
    ...flagLines(),
    '.SH EXIT STATUS',
    ...listed(exits),
    '.SH ENVIRONMENT',
    ...listed(variables),
    '.SH FILES',
    ...listed(files),
    '.SH SEE ALSO',
    '.BR psql (1),',
    '.BR ssh_config (5)',
  ].join('\n')}\n`;
}

function commandLines(name: (typeof commandNames)[number]): readonly string[] {
  const { description, flags, examples, argument } = commands[name];
  const longs = optionsOf(flags).map(({ long }) => long ?? '');
  return [
    '.TP',
    `.B ${roff(argument === undefined ? name : `${name} ${argument[0]}`)}`,
    roff(sentence(description)),
    ...(argument === undefined ? [] : [roff(`The argument: ${sentence(argument[1])}`)]),
    ...(longs.length === 0 ? [] : ['.br', roff(`Flags: ${longs.join(', ')}`)]),
    ...examples.flatMap(([command, purpose]) => [
      '.br',
      `.B ${roff(`erp-deploy ${command}`)}`,
      roff(`(${purpose})`),
    ]),
  ];
}

/** Returns every flag once; the descriptions of flags that differ from command to command are joined. */
function flagLines(): readonly string[] {
  const all = new Map<string, { option: Option; texts: Set<string> }>();
  for (const option of commandNames.flatMap((name) => [...optionsOf(commands[name].flags)])) {
    const known = all.get(option.flags) ?? { option, texts: new Set<string>() };
    known.texts.add(option.description);
    all.set(option.flags, known);
  }
  const sorted = [...all.values()].sort((one, other) =>
    (one.option.long ?? '') < (other.option.long ?? '') ? -1 : 1,
  );
  return sorted.flatMap(({ option, texts }) => [
    '.TP',
    `.B ${roff(option.flags)}`,
    roff([...texts].map(sentence).join(' Or: ')),
    ...(option.argChoices === undefined ? [] : [roff(`One of: ${option.argChoices.join(', ')}.`)]),
  ]);
}

function listed(rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.flatMap(([term, text]) => ['.TP', `.B ${roff(term)}`, roff(sentence(text))]);
}

function sentence(text: string): string {
  const whole =
    /^[a-z]/.test(text) && !/^(?:erp-deploy|npx)\b/.test(text)
      ? text[0]?.toUpperCase() + text.slice(1)
      : text;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** Escapes text for man(7): backslashes, hyphens that are to be copied, and a leading dot or quote. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('…', '...')
    .replace(/^(?=[.'])/, '\\&');
}
