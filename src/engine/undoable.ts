import type { HostId } from '../domain/change.ts';
import type { Done, DoneStep, Undoable, WrittenVersion } from '../domain/done.ts';
import { isStepId, type StepId } from '../domain/phase.ts';
import { recordedOf } from './journal.ts';
import type { JournalRecord } from './journal-format.ts';
import { defaultToUndo, rolloutsIn } from './rollout-records.ts';

type Intended = Extract<JournalRecord, { type: 'intended' }>;

/**
 * Returns what a rollout and the later ones did, resumes included, without those that are undone.
 * @param name the rollout; by default the last one, or that of a rollback that was started since and did not end
 * @returns null if there is no such rollout
 */
export function undoableSince(records: readonly JournalRecord[], name?: string): Undoable | null {
  const rollouts = rolloutsIn(records);
  const from = rollouts.findIndex(({ rollout }) => rollout === (name ?? defaultToUndo(records)));
  const first = rollouts[from];
  if (first === undefined) return null;
  const since = rollouts.slice(from);
  const left = since.filter(({ undone }) => undone !== 'whole');
  const { wrote } = recordedOf(records.slice(0, first.start));
  const did = (left.length === 0 ? since : left).flatMap((one) => one.did);
  const intended = did.filter(isIntended).filter((record) => !isOwnRecord(record));
  const steps = [...new Set(intended.map(({ step }) => step))].filter(isStepId).sort().reverse();
  return {
    rollout: first.rollout,
    at: first.at,
    rollouts: left.map(({ rollout }) => rollout),
    isUndone: left.length === 0,
    steps: steps.map((step) => ({ ...doneBy(step, intended, wrote), productions: productionsOf(step, did) })),
  };
}

/**
 * Returns the folders in which a rollout and the later ones were recorded, resumes included; undefined for one that names
 * none.
 */
export function foldersSince(
  records: readonly JournalRecord[],
  name: string,
): readonly (string | undefined)[] {
  const start = records.findIndex((record) => record.type === 'rollout' && record.rollout === name);
  return records
    .slice(Math.max(start, 0))
    .flatMap((record) => (record.type === 'rollout' || record.type === 'resumed' ? [record.folder] : []));
}

/** Returns the production targets that the step changed: a resume may have used another one. */
function productionsOf(step: StepId, did: readonly JournalRecord[]): readonly string[] {
  const productions = new Set<string>();
  let current: string | undefined;
  for (const record of did) {
    if (record.type === 'rollout' || record.type === 'resumed') current = record.production;
    const changes = record.type === 'intended' && record.step === step && isAtProduction(record);
    if (changes && current !== undefined) productions.add(current);
  }
  return [...productions];
}

function isAtProduction({ scope, undo }: Intended): boolean {
  const isPublicRoute = undo?.type === 'route' || undo?.type === 'record';
  return isPublicRoute || /^\w+:production:/.test(scope);
}

const isIntended = (record: JournalRecord): record is Intended => record.type === 'intended';

/**
 * Returns whether the change is to erp-deploy's own records, which a rollback keeps here and on the production host.
 */
function isOwnRecord({ scope }: Intended): boolean {
  return /^write:(?:production:)?\.erp-deploy\//.test(scope);
}

type Wrote = (path: string, sha256: string) => boolean;

/**
 * Returns what the step did. Of a change that started more than once, as after a kill, the first record has the
 * before-image.
 */
function doneBy(step: StepId, all: readonly Intended[], wrote: Wrote): Pick<DoneStep, 'step' | 'done'> {
  const mine = all.filter((record) => record.step === step);
  const scopes = [...new Set(mine.map(scopeIn))];
  const done = scopes.flatMap((scope) =>
    doneTo(
      mine.filter((record) => scopeIn(record) === scope),
      wrote,
    ),
  );
  return { step, done: done.reverse() };
}

/** Returns one scope for all migrations of a step, since they are undone or kept together. */
function scopeIn({ scope, undo }: Intended): string {
  return undo?.type === 'migration' ? `migrations ${undo.database}` : scope;
}

function doneTo(records: readonly Intended[], wrote: Wrote): readonly Done[] {
  const [first] = records;
  if (first === undefined) return [];
  const { undo } = first;
  if (undo === undefined) return first.written === undefined ? [kept(first.scope)] : [fileOf(records, wrote)];
  if (undo.type !== 'migration') return [undo];
  const names = records.flatMap((one) => (one.undo?.type === 'migration' ? [one.undo.name] : []));
  return [{ type: 'migrations', database: undo.database, names: [...new Set(names)], at: first.at }];
}

function fileOf(records: readonly Intended[], wrote: Wrote): Done {
  const versions = records.flatMap(({ written, backup }): WrittenVersion[] =>
    written === undefined ? [] : [{ before: backup?.split('/').at(-1) ?? null, written: written.sha256 }],
  );
  const [first, ...more] = versions;
  const key = records[0]?.written?.path ?? '';
  if (first === undefined) return kept(key);
  const { host, path } = locationOf(key);
  const oursBefore = first.before !== null && wrote(key, first.before);
  return { type: 'file', host, path, versions: [first, ...more], oursBefore };
}

/** Parses the name of a file in the journal, as `fileKey` returns it. */
function locationOf(key: string): { readonly host: HostId; readonly path: string } {
  const remote = 'production:';
  return key.startsWith(remote)
    ? { host: 'production', path: key.slice(remote.length) }
    : { host: 'here', path: key };
}

function kept(scope: string): Done {
  const [kind = '', ...rest] = scope.split(':');
  const what = rest.join(':');
  const reasons: Readonly<Record<string, string>> = {
    write: `${what.replace(/:mode$/, '')} is never touched`,
    request: `${what.replace(/^[A-Z]+:/, '')} cannot be undone`,
    sql: sqlReasons[rest[1] ?? ''] ?? what,
    command: `cannot undo ${what.replace(/^\w+:/, '').split(/\s/, 4).join(' ')}`,
  };
  return { type: 'kept', reason: reasons[kind] ?? scope };
}

const sqlReasons: Readonly<Record<string, string>> = {
  initialise: 'the embedded database, without the schemas',
  authenticator: 'erp_authenticator, a role of the server',
  'service-password': 'the password of erp_service',
  adopt: 'migrations that were applied before the ledger existed',
};
