import { join } from 'node:path';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import type { Session } from '../../../src/domain/session.ts';

/** Opens the embedded database of a workspace, while no program has it open. */
export async function inDatabase<Answer>(
  workspace: string,
  act: (session: Session) => Promise<Answer>,
): Promise<Answer> {
  const session = await openEmbedded(join(workspace, '.erp-deploy/embedded'));
  try {
    return await act(session);
  } finally {
    await session.close();
  }
}

export function inDatabaseRun(workspace: string, sql: string): Promise<unknown> {
  return inDatabase(workspace, (session) => session.script(sql));
}

/** Returns everything that a second run must not change: catalog, rows, and the ledger with its times. */
export function databaseOf(workspace: string) {
  return inDatabase(workspace, contentsOf);
}

/** Returns the same from an open session. */
export async function contentsOf(session: Session) {
  const catalog = await readCatalog(session);
  const tables = catalog.objects.filter(({ kind }) => kind === 'table').map(({ name }) => name);
  const counts = tables
    .map((name) => `select '${name}' as "table", count(*)::int as rows from ${name}`)
    .join(' union all ');
  return {
    catalog,
    rows: counts === '' ? [] : await session.query(`${counts} order by 1`),
    ledger: (await hasLedger(session))
      ? await session.query('select * from erp_deploy.migrations order by name')
      : [],
  };
}

/** A rollback drops it as well. */
async function hasLedger(session: Session): Promise<boolean> {
  const [row] = await session.query("select to_regclass('erp_deploy.migrations') is not null as there");
  return row?.there === true;
}

/** Returns the names of the applied migrations. */
export function ledgerIn(workspace: string): Promise<readonly string[]> {
  return inDatabase(workspace, async (session) => {
    const rows = await session.query('select name from erp_deploy.migrations order by name');
    return rows.map(({ name }) => String(name));
  });
}
