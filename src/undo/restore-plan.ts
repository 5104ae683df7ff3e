import type { Author } from '../domain/author.ts';
import { exact } from '../domain/build-change.ts';
import type { Consent, PlannedChange } from '../domain/change.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { RestorableDump } from '../dumps/restorable-dump.ts';
import { restoreChange } from '../dumps/restore-change.ts';
import { type RestoreCost, rowsText, type TableRows } from '../dumps/restore-cost.ts';
import type { Applied } from './migrated.ts';
import { madeAt, type WayBack } from './way-back.ts';

/** A restore that undoes migrations, and what it would cost. */
export interface RestorePlan {
  readonly dump: RestorableDump;
  readonly cost: RestoreCost;
  /** The other clients of the database, one in a line. */
  readonly sessions: readonly string[];
  /** Whom the table of changes names. */
  readonly author: Author;
}

type Restore = Extract<WayBack, { is: 'restore' }>;

/** Returns the change that restores the dump, with the approval that shows what it costs. */
export function restoreMigrations(
  { dump: { name, bytes }, location }: Restore,
  { dump, cost, sessions, author }: RestorePlan,
  now: string,
): PlannedChange {
  const size =
    bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${Math.round(bytes / 1_000_000)} MB`;
  const consent: Consent = {
    flag: '--force',
    why: `${name} (made ${ageOf(name, now)} ago, ${size}) replaces the database. ${lossOf(cost)} The present state is dumped first.`,
    excerpt: [...linesOf(cost), ...sessions.map((one) => `connected now: ${one}`)],
  };
  return exact(restoreChange(location, name, dump.schemas, true, author), consent);
}

/** @param now ISO 8601 */
function ageOf(name: string, now: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(now) - madeAt(name)) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}

const total = (tables: readonly TableRows[]) => tables.reduce((sum, { rows }) => sum + rows, 0);

function lossOf(cost: RestoreCost): string {
  if (cost.is === 'estimate') {
    return cost.tables.length === 0
      ? 'How many rows written since would be lost is not known: the numbers of rows are equal, but changed rows are not counted.'
      : 'Rows written since would be lost; their number is an estimate from the numbers of rows, without changed ones.';
  }
  const lost = total(cost.written);
  if (lost === 0) return 'No rows were written since.';
  const tables = cost.written.map(({ table, rows }) => `${table} (${rows})`);
  const more = tables.length > 3 ? ` and ${tables.length - 3} more tables` : '';
  return `${rowsText(lost)} written since would be lost: ${tables.slice(0, 3).join(', ')}${more}.`;
}

function linesOf(cost: RestoreCost): readonly string[] {
  if (cost.is === 'estimate') {
    return cost.tables.map(
      ({ table, now, inDump }) => `${table}: estimate: ${now} now, ${inDump} in the dump`,
    );
  }
  return [
    ...cost.written.map(({ table, rows }) => `${table}: ${rowsText(rows)} written since would be lost`),
    ...cost.gone.map(
      ({ table, rows }) => `${table}: ${rowsText(rows)} changed or deleted since would come back`,
    ),
  ];
}

/** @throws ProblemError if the dump contains other migrations than those that remain */
export function assertRemaining({ ledger, mine }: Applied, { dump, cost }: RestorePlan): void {
  if (cost.is === 'estimate') return;
  const remaining = ledger.slice(0, -mine.length);
  const same =
    cost.migrations.size === remaining.length &&
    remaining.every(({ name, checksum }) => cost.migrations.get(name) === checksum);
  if (!same)
    throw new ProblemError(
      otherState(
        dump.name,
        [...cost.migrations.keys()],
        remaining.map(({ name }) => name),
      ),
    );
}

function otherState(dump: string, has: readonly string[], expected: readonly string[]): Problem {
  return {
    code: 'ERP-0837',
    what: `${dump} is not of the state before the rollout: it contains ${has.join(', ') || 'no migration'}.`,
    why: `Before the rollout, ${expected.join(', ') || 'none'} was applied. Nothing was changed.`,
    todo: [{ text: 'Choose a dump yourself', command: ['erp-deploy', 'restore'] }],
    exit: exitCodes.prerequisite,
  };
}
