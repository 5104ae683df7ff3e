import { posix } from 'node:path';
import { quoted } from '../domain/show-change.ts';
import type { Context } from '../workspace/context.ts';
import { bundled, layout } from '../workspace/layout.ts';
import { legacyArchived } from '../workspace/legacy.ts';
import type { Deployed } from './deployed.ts';
import { appliedText, type DatabaseLocation, psqlAt } from './location.ts';
import { blocks, code, fenced, list, table } from './markdown.ts';
import type { DocumentSource } from './source.ts';

/** An archived migration, and when erp-deploy moved it; null if erp-deploy did not. */
interface Legacy {
  readonly name: string;
  readonly archivedAt: string | null;
}

/**
 * Returns the archived migrations with the dates from the journal. A file that is already in the archive after an
 * interrupted move counts as moved.
 */
export async function legacyHistory(context: Context): Promise<readonly Legacy[]> {
  const moves = context.memory.begun('0.3');
  return (await legacyArchived(context)).map((name) => ({
    name,
    archivedAt:
      moves.findLast(({ subject }) => subject?.kind === 'move' && posix.basename(subject.to) === name)?.at ??
      null,
  }));
}

export function legacyWords(legacy: readonly Legacy[]): string {
  if (legacy.length === 0) return 'no legacy migrations';
  return legacy
    .map(
      ({ name, archivedAt }) => `${name} archived ${archivedAt ?? 'at an unknown time, not by erp-deploy'}`,
    )
    .join(', ');
}

interface Reference {
  readonly source: DocumentSource;
  readonly deployed: readonly Deployed[];
  readonly legacy: readonly Legacy[];
}

/** Returns the managed section of the README. The same ledger gives the same bytes. */
export function migrationsText({ source, deployed, legacy }: Reference): string {
  return blocks(
    source.description,
    `The migrations are in ${link(layout.migrations)}, and are run from there. This folder contains only the archive (${link(layout.archive)}) and this file.`,
    historyPart(source, deployed, legacy),
    runPart(source.location),
    validatePart(source.location),
  );
}

/** Relative to this README. */
function link(path: string): string {
  return `[${path}](${posix.relative(layout.legacy, path)})`;
}

function historyPart(
  { ledger, location }: DocumentSource,
  deployed: readonly Deployed[],
  legacy: readonly Legacy[],
): string {
  const old = legacy.map(({ name, archivedAt }) => [
    code(name),
    `legacy, archived ${archivedAt ?? 'at an unknown time'}; never used in production`,
    '',
    'no',
  ]);
  const applied = ledger.map(({ name, checksum, appliedAt }) => [
    code(name),
    `${purposes[name] ?? 'your own'}; applied ${appliedText(location, appliedAt)}`,
    code(checksum),
    deployed.find((one) => one.checksum === checksum)?.appliedAt ?? 'not deployed',
  ]);
  return blocks(
    '## History',
    table(['Migration', 'Status', 'SHA-256', 'Deployed to production'], [...old, ...applied]),
    legacy.length === 0 ? 'There were no legacy migrations (001 to 003) to archive.' : '',
    `The checksums are computed with LF line ends. Times are in UTC${location.is === 'embedded' ? '' : ', from the ledger of the database named above'}; times of production come from its own ledger.`,
  );
}

/** Returns the psql command that runs a file, in one transaction if `whole`; relative to the workspace. */
function psqlCommand(location: DatabaseLocation, file: string, whole: boolean): string {
  const one = whole ? ' -1' : '';
  const strict = `-v ON_ERROR_STOP=1${one}`;
  switch (location.is) {
    case 'embedded':
      return `psql ${strict} -f ${file}`;
    case 'server':
      return `${psqlAt(location)} ${strict} -f ${file}`;
    case 'container': {
      const there = location.production === null ? '' : `ssh ${quoted(location.production)} `;
      const { owner, database } = location;
      return `${there}docker exec -i ${location.containers.database.name} psql -U ${owner} -d ${database} ${strict} < ${file}`;
    }
  }
}

/** Describes how psql connects; empty if the command line says it all. */
function psqlNote(location: DatabaseLocation): string {
  const role = 'the role that owns the tables';
  if (location.is === 'embedded')
    return ` This needs a server, because the embedded database accepts no connections: name it in ${code('PGHOST')}, and ${role} in ${code('PGUSER')}.`;
  return location.is === 'server' ? ` Set ${code('PGUSER')} to ${role}.` : '';
}

const purposes: Readonly<Record<string, string>> = {
  [bundled.erp]: 'the schema erp',
  [bundled.agent]: 'the schema agent',
};

function runPart(location: DatabaseLocation): string {
  return blocks(
    '## How to run them',
    fenced('sh', 'erp-deploy plan\nerp-deploy run'),
    list([
      `Your own migrations are files ${code('NNN_name.sql')} in the same folder, numbered from 100: plain SQL, without ${code('BEGIN')} and ${code('COMMIT')}. Each runs in its own transaction, in the order of the numbers.`,
      'Never change a file that was applied: add another one.',
      `The ledger is the table ${code('erp_deploy.migrations')}: name, checksum and text of each migration, when it was applied, and by whom.`,
    ]),
    `Without erp-deploy (nothing is recorded in the ledger; erp-deploy later compares the database, and adopts it):${psqlNote(location)}`,
    fenced('sh', psqlCommand(location, `${layout.migrations}/${bundled.erp}`, true)),
  );
}

function validatePart(location: DatabaseLocation): string {
  return blocks(
    '## How to validate',
    fenced('sh', 'erp-deploy validate'),
    `It compares the database with the result of its migrations on an empty one, and tests its behaviour in a transaction that is rolled back; it never migrates. ${code('--repair-sql')} prints repair SQL. Without erp-deploy:`,
    fenced('sh', psqlCommand(location, `${layout.migrations}/${bundled.validation}`, false)),
  );
}
