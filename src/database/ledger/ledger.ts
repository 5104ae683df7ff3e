import * as z from 'zod';
import type { Row, Session } from '../../domain/session.ts';
import type { LedgerRow } from './ledger-row.ts';
import { inOrder } from './order.ts';

/** The schema of the ledger. Its contents are never compared with the migrations. */
export const ledgerSchema = 'erp_deploy';

/** Creates the ledger if it is missing. */
export const ledgerDdl = `
create schema if not exists ${ledgerSchema};
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
comment on column ${ledgerSchema}.migrations.checksum is 'SHA-256 of the file with LF line ends.';
comment on column ${ledgerSchema}.migrations.adopted is
  'True where the objects were there before the ledger was, and were compared with the file.';
`;

const rowSchema = z.object({
  name: z.string(),
  checksum: z.string(),
  body: z.string(),
  applied_at: z.string(),
});

/** Reads the ledger, sorted by name; null if the database has none. */
export async function readLedger(session: Session): Promise<readonly LedgerRow[] | null> {
  const [known] = await session.query(
    `select to_regclass('${ledgerSchema}.migrations') is not null as there`,
  );
  if (known?.there !== true) return null;
  const rows = await session.query(
    `select name, checksum, body,
            to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as applied_at
       from ${ledgerSchema}.migrations order by name collate "C"`,
  );
  return rows.map(ledgerRow);
}

/** Returns the name of the applied migration with the highest number; null if there is none. */
export async function ledgerHead(session: Session): Promise<string | null> {
  return inOrder((await readLedger(session)) ?? []).at(-1)?.name ?? null;
}

function ledgerRow(row: Row): LedgerRow {
  const { applied_at, ...rest } = rowSchema.parse(row);
  return { ...rest, appliedAt: applied_at };
}
