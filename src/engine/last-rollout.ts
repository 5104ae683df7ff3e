import type { HostId } from '../domain/change.ts';
import type { Done, DoneStep, LastRollout, WrittenVersion } from '../domain/done.ts';
import { isStepId, type StepId } from '../domain/phase.ts';
import { recordedOf } from './journal.ts';
import type { JournalRecord } from './journal-format.ts';

type Intended = Extract<JournalRecord, { type: 'intended' }>;

/** What the last roll-out did, resumes included; null where none changed anything yet. */
export function lastRollout(records: readonly JournalRecord[]): LastRollout | null {
  const start = records.findLastIndex(({ type }) => type === 'rollout');
  const begun = records[start];
  if (begun?.type !== 'rollout') return null;
  const since = records.slice(start);
  const rollback = since.findIndex(({ type }) => type === 'rollback');
  const { wrote } = recordedOf(records.slice(0, start));
  const did = rollback === -1 ? since : since.slice(0, rollback);
  const intended = did.filter(isIntended).filter((record) => !isOwnBusiness(record));
  const steps = [...new Set(intended.map(({ step }) => step))].filter(isStepId).sort().reverse();
  return {
    rollout: begun.rollout,
    at: begun.at,
    isUndone: since.some(({ type }) => type === 'undone'),
    steps: steps.map((step) => ({ ...doneBy(step, intended, wrote), productions: placesOf(step, did) })),
  };
}

/** A resume may have gone elsewhere. */
function placesOf(step: StepId, did: readonly JournalRecord[]): readonly string[] {
  const places = new Set<string>();
  let place: string | undefined;
  for (const record of did) {
    if (record.type === 'rollout' || record.type === 'resumed') place = record.production;
    const there = record.type === 'intended' && record.step === step && isAtProduction(record);
    if (there && place !== undefined) places.add(place);
  }
  return [...places];
}

function isAtProduction({ scope, undo }: Intended): boolean {
  const isWay = undo?.type === 'route' || undo?.type === 'record';
  return isWay || /^\w+:(?:droplet|production):/.test(scope);
}

const isIntended = (record: JournalRecord): record is Intended => record.type === 'intended';

/** What erp-deploy keeps for itself, here and on the droplet, tells of the roll-out also when that is undone. */
function isOwnBusiness({ scope }: Intended): boolean {
  return /^write:(?:droplet:)?\.erp-deploy\//.test(scope);
}

type Wrote = (path: string, sha256: string) => boolean;

/** Of a change that was begun more than once, as after a kill, the first tells what was there before. */
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

/** Migrations of one step are one thing: they go together, or stay. */
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
  const { host, path } = placeOf(key);
  const oursBefore = first.before !== null && wrote(key, first.before);
  return { type: 'file', host, path, versions: [first, ...more], oursBefore };
}

/** The journal's name of a file, as `fileKey` makes it. */
function placeOf(key: string): { readonly host: HostId; readonly path: string } {
  const remote = 'droplet:';
  return key.startsWith(remote)
    ? { host: 'droplet', path: key.slice(remote.length) }
    : { host: 'here', path: key };
}

function kept(scope: string): Done {
  const [kind = '', ...rest] = scope.split(':');
  const what = rest.join(':');
  const words: Readonly<Record<string, string>> = {
    write: `${what.replace(/:mode$/, '')} is never touched`,
    request: `${what.replace(/^[A-Z]+:/, '')} cannot be taken back`,
    sql: sqlWords[rest[1] ?? ''] ?? what,
    command: `no way back from ${what.replace(/^\w+:/, '').split(/\s/, 4).join(' ')}`,
  };
  return { type: 'kept', words: words[kind] ?? scope };
}

const sqlWords: Readonly<Record<string, string>> = {
  initialise: 'the embedded database stays, without the schemas',
  authenticator: 'erp_authenticator stays, a role of the server',
  adopt: 'migrations that were there before the ledger stay',
};
