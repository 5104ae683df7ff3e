import type { Author } from '../../domain/author.ts';
import { literal } from './literal.ts';

/** The table beside the ledger with a row for each change of a rollout in the database. Rows are only added. */
export const changesTable = 'erp_deploy.rollout_changes';

/** SQL that is true if the database has the table. */
export const hasChangesTable = `to_regclass('${changesTable}') is not null`;

/**
 * Statements of a PL/pgSQL block that create the table in the ledger's schema. The trigger also applies to the owner of
 * the table, and while triggers are off (session_replication_role). Rows can be changed only after the trigger is
 * dropped.
 */
export const createChangesTable = `
  create table ${changesTable} (
    id uuid primary key default gen_random_uuid(),
    changed_at timestamptz not null default clock_timestamp(),
    operator text not null,
    commit text,
    program text not null,
    command text not null,
    rollout text,
    change text not null
  );
  revoke all on ${changesTable} from public;
  comment on table ${changesTable} is
    'Kept by erp-deploy: who changed this database. Each row was added in the transaction of its change.';
  create or replace function erp_deploy.refuse_change() returns trigger language plpgsql as $refuse$
  begin
    raise exception '% on % is refused: rows are only added', tg_op, tg_relid::regclass
      using errcode = 'insufficient_privilege';
  end
  $refuse$;
  create trigger append_only before update or delete or truncate on ${changesTable}
    for each statement execute function erp_deploy.refuse_change();
  alter table ${changesTable} enable always trigger append_only;`;

/**
 * Returns the statement that adds a row about a change, for its transaction. It does nothing in a database whose ledger
 * was made by an earlier version, until a rollout has made the table there.
 */
export function changeEntry(author: Author, change: string): string {
  const { operator, commit, program, command, rollout } = author;
  // A dollar sign in a value must not end the block.
  const value = (text: string | null) => (text === null ? 'null' : literal(text).replaceAll('$', '\\x24'));
  const values = [operator, commit, program, command, rollout, change].map(value).join(', ');
  return `do $erp_deploy$ begin
    if ${hasChangesTable} then
      insert into ${changesTable} (operator, commit, program, command, rollout, change) values (${values});
    end if;
  end $erp_deploy$;`;
}

/** What the ledger and the table beside it record of a change. */
export interface Recording {
  /** The ledger's `applied_by`: the operator and, if there is one, the commit; null for the server's session user. */
  readonly appliedBy: string | null;
  /** The statement that adds the row to the table of changes; empty for none. */
  readonly entry: string;
}

/** The recording of a change without a known author. */
export const notRecorded: Recording = { appliedBy: null, entry: '' };

export function recordingOf(author: Author, change: string): Recording {
  const { operator, commit } = author;
  const appliedBy = commit === null ? operator : `${operator}, commit ${commit}`;
  return { appliedBy, entry: changeEntry(author, change) };
}

/** The statement that makes the table beside a ledger that lacks it. */
export const ensureChangesTable = `do $erp_deploy$ begin
    if not ${hasChangesTable} then ${createChangesTable} end if;
  end $erp_deploy$;`;

/** Keeps the rows for `changesRestored`, in the transaction that replaces the table. */
export const keepChanges = `do $erp_deploy$
  declare kept text;
  begin
    if ${hasChangesTable} then
      select json_agg(r)::text into kept from ${changesTable} r;
    end if;
    perform set_config('erp_deploy.kept_changes', coalesce(kept, '[]'), true);
  end $erp_deploy$;`;

/** Returns the statement that adds the kept rows that the restored table lacks, and a row about the restore. */
export function changesRestored(author: Author, change: string): string {
  return `${ensureChangesTable}
  insert into ${changesTable} select k.*
    from json_populate_recordset(null::${changesTable}, current_setting('erp_deploy.kept_changes')::json) k
    on conflict (id) do nothing;
  ${changeEntry(author, change)}`;
}
