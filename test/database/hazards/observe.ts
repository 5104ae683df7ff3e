import { z } from 'zod';
import { type LockMode, lockModeOf, lockModes } from '../../../src/domain/lock-mode.ts';
import type { Session } from '../../../src/domain/session.ts';

/** What a server did while it ran a statement, by the oid of the relation. */
export interface Observed {
  /** The strongest lock on each relation (`pg_locks`). */
  readonly locks: ReadonlyMap<number, LockMode>;
  /** Relations that got another, non-empty file (`relfilenode`). */
  readonly rewritten: ReadonlySet<number>;
  /** Tables that were read completely by sequential scans (`pg_stat_xact_user_tables`). */
  readonly scanned: ReadonlySet<number>;
}

/** On the embedded 17, `pid` is null in pg_locks, and pg_backend_pid() is 0. */
const locksSql = `select relation::bigint as oid, mode from pg_locks
  where coalesce(pid, 0) = pg_backend_pid() and locktype = 'relation' and granted and relation >= 16384`;
/** Rows read by sequential scans in this transaction, including those of earlier statements. */
const readsSql = 'select relid::bigint as oid, seq_tup_read as rows from pg_stat_xact_user_tables';
const filesSql = `select oid::bigint as oid, pg_relation_filenode(oid)::bigint as file, pg_relation_size(oid) as size
  from pg_class where oid >= 16384 and relkind in ('r', 'm', 'i')`;

const numbers = z.array(z.record(z.string(), z.coerce.number()));

/** Runs SQL in a transaction, observes it before the end, and commits or rolls it back. */
export async function observe(session: Session, sql: string, end: 'commit' | 'rollback'): Promise<Observed> {
  await session.script('begin');
  try {
    const [files, reads] = await countersNow(session);
    await session.script(sql);
    const locks = await locksNow(session);
    const [filesAfter, readsAfter] = await countersNow(session);
    await session.script(end);
    return {
      locks,
      rewritten: new Set(
        [...filesAfter].flatMap(([oid, { file, size }]) => {
          const before = files.get(oid);
          return before !== undefined && before.file !== file && Number(size) > 0 ? [oid] : [];
        }),
      ),
      scanned: new Set(
        [...readsAfter].flatMap(([oid, { rows }]) =>
          Number(rows) - Number(reads.get(oid)?.rows ?? 0) >= rowsInTable ? [oid] : [],
        ),
      ),
    };
  } catch (error) {
    await session.script('rollback');
    throw error;
  }
}

/** Rows that each table of a case contains at least. */
const rowsInTable = 300;

async function countersNow(session: Session) {
  const [files = [], reads = []] = await session.script(`${filesSql}; ${readsSql}`);
  const byOid = (rows: unknown) => new Map(numbers.parse(rows).map((row) => [Number(row.oid), row]));
  return [byOid(files), byOid(reads)] as const;
}

async function locksNow(session: Session): Promise<ReadonlyMap<number, LockMode>> {
  const strongest = new Map<number, LockMode>();
  for (const row of await session.query(locksSql)) {
    const [oid, mode] = [Number(row.oid), lockModeOf(String(row.mode))];
    const before = strongest.get(oid);
    if (mode === null) continue;
    if (before === undefined || lockModes.indexOf(mode) > lockModes.indexOf(before)) strongest.set(oid, mode);
  }
  return strongest;
}
