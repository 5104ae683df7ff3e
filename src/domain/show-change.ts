import {
  type Change,
  type CommandChange,
  type Consent,
  type Effect,
  isReversible,
  type PlannedChange,
  shownUrl,
} from './change.ts';
import type { ShownChange } from './events.ts';
import { asTyped } from './shell-script.ts';
import type { Rehearsal, SqlChange } from './sql-change.ts';

/** Returns a change as it is shown before approval and in the event stream, without secrets. */
export function showPlanned(planned: PlannedChange): ShownChange {
  const { consent } = planned;
  const shown: ShownChange = planned.status === 'pending' ? showPending(planned) : showExact(planned.change);
  const { alsoNeeds, hazards } = planned.status === 'exact' ? planned : {};
  return {
    ...shown,
    ...(consent === undefined ? {} : { consent: showConsent(consent) }),
    ...(alsoNeeds === undefined ? {} : { alsoNeeds: alsoNeeds.map(showConsent) }),
    ...(hazards === undefined ? {} : { hazards }),
  };
}

/** Returns every explicit approval that a shown change needs. */
export function approvalsOf({ consent, alsoNeeds = [] }: ShownChange): readonly ShownConsent[] {
  return consent === undefined ? alsoNeeds : [consent, ...alsoNeeds];
}

type ShownConsent = NonNullable<ShownChange['consent']>;

function showConsent({ flag, value, why, excerpt }: Consent): ShownConsent {
  return {
    flag: value === undefined ? flag : `${flag} ${quoted(value)}`,
    why,
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

type Pending = Extract<PlannedChange, { status: 'pending' }>;

function showPending({ subject: { kind }, summary, on, reversible, effect = 'adds' }: Pending): ShownChange {
  return {
    status: 'pending',
    kind,
    effect,
    summary: `${summary} (details known after ${on})`,
    lines: [],
    reversible: reversible ?? (kind === 'write' || kind === 'move'),
  };
}

function showExact(change: Change): ShownChange {
  return {
    status: 'exact',
    kind: change.kind,
    effect: effectOf(change),
    summary: summaryOf(change),
    lines: linesOf(change),
    reversible: isReversible(change),
  };
}

const signs = { adds: '+', changes: '~', removes: '-' } as const;

/** Returns the sign of a change: `-` removes, `~` changes what exists, `+` adds. Earlier versions recorded no effect. */
export function signOfChange({ effect = 'adds' }: Pick<ShownChange, 'effect'>): '+' | '~' | '-' {
  return signs[effect];
}

/** Returns what a change does to what exists. */
export function effectOf(change: Change): Effect {
  switch (change.kind) {
    case 'write':
      return writeEffect(change);
    case 'move':
      return 'changes';
    case 'command':
    case 'request':
      return change.effect ?? 'adds';
    case 'sql':
      return removing.has(change.operation.type) ? 'removes' : 'adds';
  }
}

function writeEffect({ entry, before }: Extract<Change, { kind: 'write' }>): Effect {
  if (entry.type === 'removal') return 'removes';
  return entry.type === 'mode' || (entry.type === 'file' && before.state !== 'absent') ? 'changes' : 'adds';
}

const removing: ReadonlySet<SqlChange['operation']['type']> = new Set([
  'drop',
  'end-session',
  'end-rehearsal',
]);

/** Returns a change in one line. */
export function summaryOf(change: Change): string {
  switch (change.kind) {
    case 'write':
      return writeSummary(change);
    case 'move':
      return `move ${change.from} to ${change.to}`;
    case 'command':
      return `${change.summary ?? `run ${change.argv.map(quoted).join(' ')}`}${change.host === 'production' ? ' on the production host' : ''}`;
    case 'sql':
      return sqlSummary(change);
    case 'request':
      return change.summary ?? `${change.method} ${shownUrl(change)}`;
  }
}

function writeSummary({ entry, path: name, before, host }: Extract<Change, { kind: 'write' }>): string {
  const path = host === 'production' ? `${name} on the production host` : name;
  if (entry.type === 'directory') return `make folder ${path}`;
  if (entry.type === 'removal')
    return `remove ${before.state === 'folder' ? 'the empty folder ' : ''}${path}`;
  if (entry.type === 'mode') return `set mode ${entry.mode.toString(8)} on ${path}`;
  return `${before.state === 'absent' ? 'write' : 'change'} ${path}`;
}

function sqlSummary({ operation, database }: Extract<Change, { kind: 'sql' }>): string {
  switch (operation.type) {
    case 'initialise':
      return `create the ${database} database, with the migration ledger`;
    case 'record-changes':
      return `make the table erp_deploy.rollout_changes in the ${database} database, which from now on records who changes it`;
    case 'migrate':
      return `apply ${operation.file.name} to the ${database} database`;
    case 'authenticator':
      return `let PostgREST log in to the ${database} database as erp_authenticator, and psql as erp_readonly, with passwords from .env`;
    case 'service-password':
      return `set the password of erp_service in the ${database} database`;
    case 'end-session':
      return `end session ${operation.leftover.pid} on the ${database} database, which an earlier rollout left behind and which holds locks (${operation.leftover.words})`;
    case 'recollate':
      return `rebuild ${operation.recollation.indexes.length} text indexes of the ${database} database, and record the actual versions of their collations; meanwhile nothing else can write to their tables`;
    case 'update-extension': {
      const { name, installed, available } = operation.extension;
      return `update the extension ${name} of the ${database} database from ${installed} to ${available}, the version of its image`;
    }
    case 'dump':
      return `dump the ${database} database into ${operation.path}, and verify the dump`;
    case 'drop':
      return `drop the schemas ${operation.schemas.names.join(' and ')} of the ${database} database`;
    case 'revert':
      return `undo ${operation.files.map(({ migration }) => migration).join(', ')} in the ${database} database by ${operation.files.length === 1 ? 'its down file' : 'their down files'}, in one transaction, and compare`;
    case 'rebuild':
      return `rebuild the schemas ${operation.schemas.names.join(' and ')} of the ${database} database from ${operation.remaining.map(({ name }) => name).join(', ')}, in one transaction, and compare`;
    case 'rehearse':
      return rehearsalSummary(operation.rehearsal);
    case 'end-rehearsal':
      return `remove what an interrupted rehearsal left on the production server (${operation.scratch.name})`;
    case 'adopt':
      return `record ${operation.files.map((file) => file.name).join(', ')} in the ledger of the ${database} database`;
  }
}

/** Returns a rehearsal in one line. */
function rehearsalSummary({ files, scratch, major, testedMajor }: Rehearsal): string {
  const tested =
    testedMajor === null ? 'these files did not pass a local test' : `the local test ran on ${testedMajor}`;
  return `rehearse ${files.length} migrations in the scratch database ${scratch.name} on the production server (PostgreSQL ${major}; ${tested})`;
}

function rehearsalLines({ scratch, leftOut }: Rehearsal): readonly string[] {
  return [
    `created empty, with the encoding and locale of ${scratch.database}; compared with the expected schema; then dropped`,
    'proves their syntax and the resulting schema, not what they do to rows',
    ...leftOut.map(
      ({ name, line, statement, why }) => `not rehearsed: ${name}, line ${line}: ${statement} (${why})`,
    ),
  ];
}

function linesOf(change: Change): readonly string[] {
  switch (change.kind) {
    case 'write':
      return change.entry.type === 'file' ? change.entry.diff : [];
    case 'sql':
      return sqlLines(change.operation);
    case 'request':
      return change.diff ?? change.body.split('\n');
    case 'command':
      return change.summary === undefined ? [] : commandLines(change);
    case 'move':
      return [];
  }
}

function commandLines(change: CommandChange): readonly string[] {
  const { argv, data } = asTyped(change);
  return [argv.map(quoted).join(' '), ...(data === '' ? [] : [data])].flatMap((text) => text.split('\n'));
}

function sqlLines(operation: Extract<Change, { kind: 'sql' }>['operation']): readonly string[] {
  if (operation.type === 'migrate') return operation.file.text.split('\n');
  if (operation.type === 'recollate')
    return operation.recollation.indexes.map((name) => `reindex index ${name}`);
  if (operation.type === 'rehearse') return rehearsalLines(operation.rehearsal);
  if (operation.type === 'revert') {
    return operation.files.flatMap(({ file }) => [`-- ${file.name}`, ...file.text.split('\n')]);
  }
  if (operation.type !== 'drop' && operation.type !== 'rebuild') return [];
  const { contents, migrations } = operation.schemas;
  return [
    operation.type === 'drop' ? `created by ${migrations.join(', ')}` : `now of ${migrations.join(', ')}`,
    ...(contents.length === 0 ? ['every table is empty'] : []),
    ...contents.map(({ table, rows }) => `${table}: ${rows} rows`),
  ];
}

/** Quotes an argument for a POSIX shell, for commands that are shown to be pasted. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
