import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { inDatabase } from '../database/embedded-folder.ts';
import { journalFile, journalOf } from '../kill/journal.ts';
import { finishedWorkspace } from './workspace.ts';

export const deployedAt = '2026-11-22T09:30:00Z';

/** A workspace whose journal contains evidence that both migrations are applied and validated in production. */
export async function deployedWorkspace(): Promise<string> {
  const workspace = await finishedWorkspace();
  const rows = await inDatabase(workspace, (session) =>
    session.query('select name, checksum from erp_deploy.migrations order by name'),
  );
  const evidence = rows.map(({ name, checksum }) => ({
    target: 'production',
    summary: `${String(name)} applied ${deployedAt}, no error`,
    facts: { migration: String(name), checksum: String(checksum), appliedAt: deployedAt },
  }));
  addVerified(workspace, '3.3', '2 applied', evidence);
  const looks = journalOf(workspace).filter((one) => one.type === 'verified');
  const local = looks.findLast((one) => one.step === '2.3');
  const validated = (local?.evidence ?? []).map(({ summary, facts }) => ({
    target: 'production',
    summary,
    facts,
  }));
  addVerified(workspace, '3.4', '38 tables', validated);
  return workspace;
}

function addVerified(workspace: string, step: string, summary: string, evidence: readonly unknown[]): void {
  const at = '2026-11-22T09:31:00.000Z';
  const record = { v: 1, at, type: 'verified', step, summary, evidence, open: [] };
  appendFileSync(join(workspace, journalFile), `${JSON.stringify(record)}\n`);
}
