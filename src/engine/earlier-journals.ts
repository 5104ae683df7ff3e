import { subjectOfScope } from './subject-of-scope.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns a record of any earlier version in the form of this version. Any other value is returned unchanged, and its
 * content is not checked: the schema of this version does that. A record of this version takes almost no time, since a
 * journal can have a hundred thousand records.
 *
 * Version 1 named a checklist item `box`, and the production host `droplet`: in `undo.host` (of a DNS record, that is a
 * hostname), in the scope of a change (`write:droplet:data/x`) and in the path of a written file (`droplet:data/x`).
 */
export function upgradedRecord(record: unknown): unknown {
  if (!hasFields(record)) return record;
  const named = record.v === 1 ? withNamesOfNow(record) : record;
  switch (named.type) {
    case 'skipped':
      return withFlag(named);
    case 'intended':
    case 'applied':
      return withSubject(named);
    case 'verified':
      return withMigrations(named);
    default:
      return named;
  }
}

function hasFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Versions without the field `flag` recorded only this reason for a step that was skipped by `--skip`. */
function withFlag(record: Fields): Fields {
  return record.reason === 'left out by --skip' && record.flag === undefined
    ? { ...record, flag: '--skip' }
    : record;
}

/** Earlier versions recorded what a change affects only in its scope. */
function withSubject(record: Fields): Fields {
  if (record.subject !== undefined || typeof record.scope !== 'string') return record;
  const subject = subjectOfScope(record.scope);
  return subject === null ? record : { ...record, subject };
}

function withNamesOfNow(record: Fields): Fields {
  const { evidence, open, scope, changes, written, undo } = record;
  return {
    ...record,
    ...(Array.isArray(evidence) ? { evidence: evidence.map(withItemName) } : {}),
    ...(Array.isArray(open) ? { open: open.map(withItemName) } : {}),
    ...(typeof scope === 'string' ? { scope: scopeNow(scope) } : {}),
    ...(Array.isArray(changes) ? { changes: changes.map(withScopeOfNow) } : {}),
    ...(hasFields(written) && typeof written.path === 'string'
      ? { written: { ...written, path: written.path.replace(/^droplet:/, 'production:') } }
      : {}),
    ...(hasFields(undo) && undo.host === 'droplet' && undo.type !== 'record'
      ? { undo: { ...undo, host: 'production' } }
      : {}),
    v: 2,
  };
}

function withItemName(evidence: unknown): unknown {
  if (!hasFields(evidence) || evidence.box === undefined) return evidence;
  const { box, ...rest } = evidence;
  return { ...rest, item: box };
}

function withScopeOfNow(change: unknown): unknown {
  return hasFields(change) && typeof change.scope === 'string'
    ? { ...change, scope: scopeNow(change.scope) }
    : change;
}

const scopeNow = (scope: string) => scope.replace(/^(\w+):droplet:/, '$1:production:');

/** Earlier versions named an applied migration only in the summary of its evidence. */
function withMigrations(record: Fields): Fields {
  const { evidence } = record;
  return Array.isArray(evidence) && evidence.some(lacksMigration)
    ? { ...record, evidence: evidence.map(withMigration) }
    : record;
}

function lacksMigration(evidence: unknown): boolean {
  if (!hasFields(evidence) || !hasFields(evidence.facts)) return false;
  const { migration, checksum, appliedAt } = evidence.facts;
  return migration === undefined && typeof checksum === 'string' && typeof appliedAt === 'string';
}

function withMigration(evidence: unknown): unknown {
  if (!hasFields(evidence) || !lacksMigration(evidence) || typeof evidence.summary !== 'string')
    return evidence;
  const migration = /^(\S+) applied /.exec(evidence.summary)?.[1];
  return migration === undefined
    ? evidence
    : { ...evidence, facts: { ...Object(evidence.facts), migration } };
}
