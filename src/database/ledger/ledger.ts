import * as z from 'zod';
import { answerIn } from '../../domain/answer.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { Session } from '../../domain/session.ts';
import { abandonedRehearsal } from '../rehearsal/scratch.ts';
import type { LedgerRow } from './ledger-row.ts';
import { inOrder } from './order.ts';
import { createChangesTable, hasChangesTable } from './rollout-changes.ts';

/** The schema of the ledger. Its contents are never compared with the migrations. */
export const ledgerSchema = 'erp_deploy';

/**
 * Version of the ledger, which the comment on its table contains. A later version is refused and left unchanged; a
 * ledger without the comment has version 1.
 */
const ledgerVersion = 1;

/**
 * Creates the ledger, with the table of changes, if it does not exist. If an earlier version created the ledger, a
 * planned change creates the table of changes. The version is set only if the ledger has none, so that a later version
 * is kept.
 */
export const ledgerDdl = `
create schema if not exists ${ledgerSchema};
do $erp_deploy$ begin
  if to_regclass('${ledgerSchema}.migrations') is null and not ${hasChangesTable} then ${createChangesTable} end if;
end $erp_deploy$;
create table if not exists ${ledgerSchema}.migrations (
  name text primary key,
  checksum text not null,
  body text not null,
  applied_at timestamptz not null default clock_timestamp(),
  applied_by text not null default session_user,
  duration_ms integer not null,
  adopted boolean not null default false
);
comment on schema ${ledgerSchema} is 'Kept by erp-deploy: which migrations were applied here.';
do $erp_deploy$ begin
  if obj_description('${ledgerSchema}.migrations'::regclass, 'pg_class') is null then
    comment on table ${ledgerSchema}.migrations is 'Version ${ledgerVersion} of the ledger: a row for each applied migration.';
  end if;
end $erp_deploy$;
comment on column ${ledgerSchema}.migrations.checksum is 'SHA-256 of the file with LF line ends.';
comment on column ${ledgerSchema}.migrations.adopted is
  'True if the objects existed before the ledger did, and were compared with the file.';
`;

const rowSchema = z.object({
  name: z.string(),
  checksum: z.string(),
  body: z.string(),
  applied_at: z.string(),
});

const stateSchema = z.object({
  ledger: z.string(),
  comment: z.nullish(z.string()),
  abandoned: z.nullish(z.string()),
  records_changes: z.nullish(z.boolean()),
});

/**
 * Reads the ledger in one round trip, even if there is none: a statement that names a missing table would fail, and
 * leave an error in the server's log.
 */
const ledgerScript = `do $erp_deploy$
declare found text;
begin
  if to_regclass('${ledgerSchema}.migrations') is not null then
    execute $ledger$
      select coalesce(json_agg(json_build_object('name', name, 'checksum', checksum, 'body', body, 'applied_at',
               to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by name collate "C"), '[]')
        from ${ledgerSchema}.migrations
    $ledger$ into found;
  end if;
  perform set_config('erp_deploy.ledger', coalesce(found, ''), true);
end
$erp_deploy$;
select current_setting('erp_deploy.ledger') as ledger,
  obj_description(to_regclass('${ledgerSchema}.migrations'), 'pg_class') as comment, ${abandonedRehearsal} as abandoned,
  ${hasChangesTable} as records_changes`;

/** What a database records about its migrations. */
export interface LedgerState {
  /** Sorted by name; null if the database has no ledger. */
  readonly rows: readonly LedgerRow[] | null;
  /** The name of a database or a role that an interrupted rehearsal left on the server; null if there is none. */
  readonly abandoned: string | null;
  /** Whether the database has the table of changes; false if an earlier version created its ledger. */
  readonly recordsChanges: boolean;
}

/**
 * Reads the ledger, and checks whether an interrupted rehearsal left a database or a role behind.
 * @throws ProblemError (exit 3) if a later version made the ledger
 */
export async function readLedgerState(session: Session): Promise<LedgerState> {
  const [[row] = []] = await session.script(ledgerScript);
  const { ledger, comment, abandoned, records_changes } = stateSchema.parse(row);
  const version = Number(/^Version (\d+)\b/.exec(comment ?? '')?.[1] ?? ledgerVersion);
  if (version > ledgerVersion) throw new ProblemError(ledgerOfLaterVersion(version));
  const rows = ledger === '' ? null : z.array(rowSchema).parse(answerIn(ledger)).map(ledgerRow);
  return { rows, abandoned: abandoned ?? null, recordsChanges: records_changes === true };
}

/** Reads the ledger, sorted by name; null if the database has none. */
export async function readLedger(session: Session): Promise<readonly LedgerRow[] | null> {
  return (await readLedgerState(session)).rows;
}

/** Returns the name of the applied migration with the highest number; null if there is none. */
export async function ledgerHead(session: Session): Promise<string | null> {
  return inOrder((await readLedger(session)) ?? []).at(-1)?.name ?? null;
}

function ledgerOfLaterVersion(version: number): Problem {
  return {
    code: 'ERP-0221',
    what: `The ledger of this database was written by a newer erp-deploy (version ${version}; this one supports up to ${ledgerVersion}).`,
    why: `${ledgerSchema}.migrations could be misread, so the database is left unchanged.`,
    todo: [
      {
        text: 'Use the erp-deploy that wrote it, or a newer one. To show this version',
        command: ['erp-deploy', '--version'],
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

function ledgerRow({ applied_at, ...rest }: z.infer<typeof rowSchema>): LedgerRow {
  return { ...rest, appliedAt: applied_at };
}
