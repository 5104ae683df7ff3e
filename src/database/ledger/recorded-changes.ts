import * as z from 'zod';
import { answerIn } from '../../domain/answer.ts';
import type { Author } from '../../domain/author.ts';
import type { Session } from '../../domain/session.ts';
import { changesTable, ensureChangesTable, hasChangesTable } from './rollout-changes.ts';
import { defaultLockTimeout, inLedgerTransaction, type MayCommit } from './transaction.ts';

/**
 * Creates the table of changes beside a ledger that an earlier version created, in one transaction.
 * @param head the ledger's head that the change was confirmed for
 * @param entry the statement that records the change
 */
export async function makeChangesTable(
  session: Session,
  head: string | null,
  mayCommit: MayCommit,
  entry: string,
): Promise<void> {
  const act = async () => {
    await session.script(`${ensureChangesTable} ${entry}`);
  };
  await inLedgerTransaction(session, head, defaultLockTimeout, act, mayCommit);
}

const rowSchema = z.object({
  changed_at: z.string(),
  operator: z.string(),
  commit: z.nullable(z.string()),
  program: z.string(),
  command: z.string(),
  rollout: z.nullable(z.string()),
  change: z.string(),
});

/** A change as the database records it. */
export interface RecordedChange extends Author {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What it did, in one line. */
  readonly change: string;
}

/** Checks for the table first: a query of a missing table would leave an error in the server's log. */
const readScript = `do $erp_deploy$
  declare found text;
  begin
    if ${hasChangesTable} then
      select json_agg(json_build_object('changed_at', to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
               'operator', operator, 'commit', commit, 'program', program, 'command', command, 'rollout', rollout,
               'change', change) order by changed_at, id)::text
        into found from ${changesTable};
    end if;
    perform set_config('erp_deploy.changes', coalesce(found, '[]'), true);
  end $erp_deploy$;
  select current_setting('erp_deploy.changes') as changes`;

/** Reads the changes that rollouts made in a database, oldest first; none if an earlier version made its ledger. */
export async function readChanges(session: Session): Promise<readonly RecordedChange[]> {
  const [[row] = []] = await session.script(readScript);
  const rows = z.array(rowSchema).parse(answerIn(String(row?.changes)));
  return rows.map(({ changed_at: at, ...rest }) => ({ at, ...rest }));
}
