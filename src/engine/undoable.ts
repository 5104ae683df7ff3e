import type { Done, DoneStep, Undoable, WrittenVersion } from '../domain/done.ts';
import type { JournalRecord } from '../domain/journal-record.ts';
import { isStepId, type StepId } from '../domain/phase.ts';
import { fileKey } from '../domain/subject-scope.ts';
import { recordedOf } from './journal.ts';
import { defaultToUndo, rolloutsIn } from './rollout-records.ts';

type Intended = Extract<JournalRecord, { type: 'intended' }>;

/**
 * Returns what a rollout and the later rollouts did, including their resumes. Rollouts that are undone are left out.
 * @param name the rollout; by default the last one, or the rollout of a rollback that was started later and did not end
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
  // Not by number: a skip that was taken back has 0.3 write into a folder of 4.4.
  const steps = [...new Set(intended.map(({ step }) => step))].filter(isStepId).reverse();
  return {
    rollout: first.rollout,
    at: first.at,
    rollouts: left.map(({ rollout }) => rollout),
    isUndone: left.length === 0,
    steps: steps.map((step) => ({ ...doneBy(step, intended, wrote), productions: productionsOf(step, did) })),
  };
}

/**
 * Returns the folders in which a rollout, its resumes and the later rollouts were recorded; undefined stands for a
 * record that names no folder.
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

function isAtProduction({ subject, undo }: Intended): boolean {
  if (undo?.type === 'route' || undo?.type === 'record') return true;
  if (subject?.kind === 'sql') return subject.database === 'production';
  return (subject?.kind === 'write' || subject?.kind === 'command') && subject.host === 'production';
}

const isIntended = (record: JournalRecord): record is Intended => record.type === 'intended';

/**
 * Returns whether the change only writes records of erp-deploy, which a rollback keeps here and on the production host.
 */
function isOwnRecord({ subject }: Intended): boolean {
  return subject?.kind === 'write' && subject.path.startsWith('.erp-deploy/');
}

type Wrote = (path: string, sha256: string) => boolean;

/**
 * Returns what the step did. If a change was started more than once, as after a kill, its first record has the
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
  if (undo === undefined) return [fileOf(records, wrote) ?? { type: 'kept', reason: keptReason(first) }];
  if (undo.type !== 'migration') return [undo];
  const names = records.flatMap((one) => (one.undo?.type === 'migration' ? [one.undo.name] : []));
  return [{ type: 'migrations', database: undo.database, names: [...new Set(names)], at: first.at }];
}

/** Returns the file that these records wrote; null if they wrote none. */
function fileOf(records: readonly Intended[], wrote: Wrote): Done | null {
  const versions = records.flatMap(({ written, backup }): WrittenVersion[] =>
    written === undefined ? [] : [{ before: backup?.split('/').at(-1) ?? null, written: written.sha256 }],
  );
  const [first, ...more] = versions;
  const subject = records[0]?.subject;
  if (first === undefined || subject?.kind !== 'write') return null;
  const { host, path } = subject;
  const oursBefore = first.before !== null && wrote(fileKey(subject), first.before);
  return { type: 'file', host, path, versions: [first, ...more], oursBefore };
}

/** Returns why a change stays. */
function keptReason({ scope, subject }: Intended): string {
  switch (subject?.kind) {
    case 'write':
      return `${fileKey(subject)} is never touched`;
    case 'request':
      return `${subject.url} cannot be undone`;
    case 'sql':
      return sqlReasons[subject.operation] ?? `${subject.operation} in the ${subject.database} database`;
    case 'command':
      return `cannot undo ${subject.name.split(/\s/, 4).join(' ')}`;
    default:
      return scope;
  }
}

const sqlReasons: Readonly<Record<string, string>> = {
  initialise: 'the embedded database, without the schemas',
  authenticator: 'erp_authenticator, a role of the server',
  'service-password': 'the password of erp_service',
  adopt: 'migrations that were applied before the ledger existed',
};
