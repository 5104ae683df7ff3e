import type { MigrationFile } from '../../domain/change.ts';
import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import { ledgerDdl, ledgerHead, ledgerSchema, readLedger } from './ledger.ts';
import { headMoved, ledgerNotWritten, migrationFailed } from './problems.ts';

/** Any number, as long as every erp-deploy takes the same: one migrates at a time. */
const lockKey = 7_202_611_22;

/** A migration may leave settings behind on its session: the next one starts without them. */
const forgetSettings = 'reset all; reset session authorization;';

/**
 * Applies one migration: all of it and its ledger row, or nothing.
 * @param head the ledger's head that the change was confirmed for
 * @throws ProblemError where the file is refused (its line shown), or the ledger is another one by now
 */
export async function applyMigration(
  session: Session,
  file: MigrationFile,
  head: string | null,
): Promise<void> {
  const since = performance.now();
  if (file.mode === 'transaction') {
    await inLedgerTransaction(session, head, async () => {
      await runFile(session, file);
      await enter(session, file, performance.now() - since, false);
    });
  } else {
    await buildOutside(session, file);
    await inLedgerTransaction(session, head, () => enter(session, file, performance.now() - since, false));
  }
  await readBack(session, file);
}

/** Enters files whose objects are there already: shown, compared and confirmed before. */
export async function adoptMigrations(
  session: Session,
  files: readonly MigrationFile[],
  head: string | null,
): Promise<void> {
  await inLedgerTransaction(session, head, async () => {
    for (const file of files) await enter(session, file, 0, true);
  });
  for (const file of files) await readBack(session, file);
}

/** The ledger is read after the lock is held: what was read before may be old by then. */
async function inLedgerTransaction(
  session: Session,
  head: string | null,
  act: () => Promise<void>,
): Promise<void> {
  await session.script('begin');
  try {
    await session.query('select pg_advisory_xact_lock($1::bigint)', [lockKey]);
    await session.script(ledgerDdl);
    const found = await ledgerHead(session);
    if (found !== head) throw new ProblemError(headMoved(head, found));
    await act();
    await session.script('commit');
  } catch (error) {
    await session.script('rollback');
    throw error;
  } finally {
    await session.script(forgetSettings);
  }
}

async function runFile(session: Session, file: MigrationFile): Promise<void> {
  try {
    await session.script(file.text);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new ProblemError(migrationFailed(file, error.fault), { cause: error });
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

async function readBack(session: Session, file: MigrationFile): Promise<void> {
  const row = (await readLedger(session))?.find((one) => one.name === file.name);
  if (row?.checksum !== file.checksum) throw new ProblemError(ledgerNotWritten(file));
}
