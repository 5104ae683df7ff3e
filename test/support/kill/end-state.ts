import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { claimFolder } from '../../../src/adapters/claim-folder.ts';
import { processTable } from '../../../src/adapters/process-table.ts';
import { recordedOf } from '../../../src/engine/journal.ts';
import { lockHolder } from '../../../src/engine/lock.ts';
import { type contentsOf, databaseOf } from '../database/embedded-folder.ts';
import { pathsIn, untimedTreeOf } from '../disk/tree.ts';
import { legacy, stack } from '../workspace/workspace.ts';
import { journalOf } from './journal.ts';

/**
 * Returns the state that two rollouts of the same workspace must have in common, even if one was killed several times:
 * catalog, rows, ledger, files with their modes, and the contents of the journal, without secrets and times.
 * @param contents the contents of its database if the caller has just read them, because opening it takes most of the
 * time
 */
export async function endStateOf(workspace: string, contents?: Contents) {
  const recorded = recordedOf(journalOf(workspace));
  const folder = claimFolder(workspace, '.erp-deploy/lock');
  const steps = new Set(recorded.records.flatMap((one) => (one.type === 'verified' ? [one.step] : [])));
  return {
    files: untimedTreeOf(workspace).map((line) => withoutSecretsAndTimes(workspace, line)),
    unfinished: recorded.unfinished !== null,
    locked: (await lockHolder({ folder, processes: processTable() })) !== null,
    knownAsOurs: pathsIn(workspace).filter((path) => recorded.wrote(path, hashOf(workspace, path))),
    // The evidence of an undone step no longer counts.
    evidence: [...steps].sort().map((step) => untimed(JSON.stringify(recorded.lastVerified(step) ?? null))),
    backups: backupsIn(workspace),
    database: existsSync(join(workspace, '.erp-deploy/embedded.json'))
      ? withoutTimes(contents ?? (await databaseOf(workspace)))
      : null,
  };
}

type Contents = Pick<Awaited<ReturnType<typeof contentsOf>>, 'catalog' | 'rows' | 'ledger'>;

function withoutTimes({ catalog, rows, ledger }: Contents) {
  return { catalog, rows, ledger: ledger.map(({ name, checksum, body }) => ({ name, checksum, body })) };
}

/** Reduces a file with secrets to its keys, and replaces times in other files. */
function withoutSecretsAndTimes(workspace: string, line: string): string {
  const path = unlike.find((one) => line.startsWith(`${one} `));
  if (path === undefined) return line;
  const text = readFileSync(join(workspace, path), 'utf8');
  const same = path.endsWith('.env') ? text.replaceAll(/=[\w-]{43}$/gm, '=<43 characters>') : untimed(text);
  return line.replace(/[0-9a-f]{64}$/, same);
}

const unlike = [
  `${stack}/.env`,
  `${stack}/LOCAL_TEST_RECORD.md`,
  'SERVICE_INVENTORY.md',
  'docs/system/architecture/DATABASE_SCHEMA.md',
  'docs/system/architecture/SERVICE_DATABASE_INTEGRATION.md',
  `${legacy}/README.md`,
];

function untimed(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replaceAll(/(?<=local-test |erp-deploy:begin \w+ )[0-9a-f]{64}/g, '<mark>');
}

/** The name of a backup is the hash of its bytes. */
function backupsIn(workspace: string): readonly string[] {
  const folder = '.erp-deploy/backups';
  const names = existsSync(join(workspace, folder)) ? readdirSync(join(workspace, folder)).sort() : [];
  return names.map(
    (name) => `${name} ${hashOf(workspace, `${folder}/${name}`) === name ? 'whole' : 'damaged'}`,
  );
}

function hashOf(workspace: string, path: string): string {
  const full = join(workspace, path);
  if (!statSync(full).isFile()) return 'none';
  return createHash('sha256').update(readFileSync(full)).digest('hex');
}
