import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { withLineFeeds } from '../checksum.ts';
import { ledgerSchema } from './ledger.ts';
import { commitFailed, migrationFailed } from './problems.ts';
import {
  briefly,
  checkDeferred,
  forgetSettings,
  freely,
  inLedgerTransaction,
  type MayCommit,
  manners,
} from './transaction.ts';

/**
 * Applies one migration: all of it and its ledger row, or nothing. The row is read back by the step that applied it,
 * on a new connection for all of its files.
 * @param head the ledger's head that the change was confirmed for
 * @throws ProblemError where the file is refused (its line shown), or another roll-out has the ledger (exit 6);
 * WorldMoved where the ledger is another one by now
 */
export async function applyMigration(
  session: Session,
  file: MigrationFile,
  head: string | null,
  patience: number = briefly,
  mayCommit: MayCommit = freely,
): Promise<void> {
  const since = performance.now();
  if (file.mode === 'transaction') {
    const act = async () => {
      await runFile(session, file);
      await namingFile(file, async () => {
        await session.script(`${forgetSettings} ${manners} ${checkDeferred}`);
        await enter(session, file, performance.now() - since, false);
      });
    };
    await inLedgerTransaction(session, head, patience, act, mayCommit);
  } else {
    await buildOutside(session, file);
    const act = () => enter(session, file, performance.now() - since, false);
    await inLedgerTransaction(session, head, patience, act, mayCommit);
  }
}

/** Enters files whose objects are there already: shown, compared and confirmed before. */
export async function adoptMigrations(
  session: Session,
  files: readonly MigrationFile[],
  head: string | null,
  patience: number = briefly,
  mayCommit: MayCommit = freely,
): Promise<void> {
  const act = async () => {
    for (const file of files) await enter(session, file, 0, true);
  };
  await inLedgerTransaction(session, head, patience, act, mayCommit);
}

async function runFile(session: Session, file: MigrationFile): Promise<void> {
  try {
    await session.script(withLineFeeds(file.text));
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new ProblemError(migrationFailed(file, error.fault), { cause: error });
  }
}

/** Names the file if what it left behind cannot be committed: rows that a deferred constraint refuses, for one. */
async function namingFile(file: MigrationFile, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new ProblemError(commitFailed(file, error.fault), { cause: error });
  }
}

/**
 * Builds the index of a no-transaction file. What an earlier try left is found by its name: an invalid
 * one is dropped first; a whole one was cut off before its ledger row, and is kept (validation compares it).
 */
async function buildOutside(session: Session, file: MigrationFile): Promise<void> {
  if (file.index !== undefined) {
    const [found] = await session.query(
      `select i.indisvalid as valid, format('%I.%I', n.nspname, c.relname) as name
         from pg_catalog.pg_index i
         join pg_catalog.pg_class c on c.oid = i.indexrelid
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         join pg_catalog.pg_class t on t.oid = i.indrelid
        where n.nspname = $1 and c.relname = $2 and t.relname = $3`,
      [file.index.schema, file.index.name, file.index.table],
    );
    if (found?.valid === true) return;
    if (found !== undefined) await session.script(`drop index concurrently ${String(found.name)}`);
  }
  await runFile(session, file);
}

async function enter(
  session: Session,
  file: MigrationFile,
  milliseconds: number,
  adopted: boolean,
): Promise<void> {
  await session.query(
    `insert into ${ledgerSchema}.migrations (name, checksum, body, duration_ms, adopted)
     values ($1, $2, $3, $4, $5)`,
    [file.name, file.checksum, file.text, Math.round(milliseconds), adopted],
  );
}
