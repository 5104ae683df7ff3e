import { type Change, isReversible, type PlannedChange } from './change.ts';
import type { ShownChange } from './events.ts';

/** How a change is shown to a person before the yes, and in the event stream. Holds no secret. */
export function showPlanned(planned: PlannedChange): ShownChange {
  if (planned.status === 'pending') {
    return {
      status: 'pending',
      kind: kindOfScope(planned.scope),
      summary: `${planned.summary} (exact after ${planned.on})`,
      lines: [],
      reversible: true,
    };
  }
  const { change, consent } = planned;
  const shown: ShownChange = {
    status: 'exact',
    kind: change.kind,
    summary: summaryOf(change),
    lines: linesOf(change),
    reversible: isReversible(change),
  };
  if (consent === undefined) return shown;
  const flag = consent.value === undefined ? consent.flag : `${consent.flag} ${quoted(consent.value)}`;
  return { ...shown, consent: { flag, why: consent.why } };
}

/** One line that says what will happen. */
export function summaryOf(change: Change): string {
  switch (change.kind) {
    case 'write':
      return writeSummary(change);
    case 'move':
      return `move ${change.from} to ${change.to}`;
    case 'command':
      return `run ${change.argv.map(quoted).join(' ')}`;
    case 'sql':
      return sqlSummary(change);
    case 'request':
      return `${change.method} ${change.url}`;
  }
}

function writeSummary({ entry, path, before }: Extract<Change, { kind: 'write' }>): string {
  if (entry.type === 'directory') return `make folder ${path}`;
  if (entry.type === 'mode') return `set mode ${entry.mode.toString(8)} on ${path}`;
  return `${before.state === 'absent' ? 'write' : 'change'} ${path}`;
}

function sqlSummary({ operation, database }: Extract<Change, { kind: 'sql' }>): string {
  switch (operation.type) {
    case 'initialise':
      return `make the ${database} database, with the ledger of migrations`;
    case 'migrate':
      return `apply ${operation.file.name} to the ${database} database`;
    case 'adopt':
      return `enter ${operation.files.map((file) => file.name).join(', ')} into the ledger of the ${database} database`;
  }
}

function linesOf(change: Change): readonly string[] {
  switch (change.kind) {
    case 'write':
      return change.entry.type === 'file' ? change.entry.diff : [];
    case 'sql':
      return change.operation.type === 'migrate' ? change.operation.file.text.split('\n') : [];
    case 'request':
      return change.body.split('\n');
    case 'move':
    case 'command':
      return [];
  }
}

/** A word as a POSIX shell takes it, for commands that are shown to be pasted. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function kindOfScope(scope: string): ShownChange['kind'] {
  const kind = scope.slice(0, scope.indexOf(':'));
  switch (kind) {
    case 'write':
    case 'move':
    case 'command':
    case 'sql':
    case 'request':
      return kind;
    default:
      throw new Error(`no kind of change: ${scope}`);
  }
}
