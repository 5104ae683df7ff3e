import { posix } from 'node:path';
import { services } from '../containers/stack.ts';
import { quoted } from '../domain/show-change.ts';
import type { Context } from '../workspace/context.ts';
import { bundled, layout } from '../workspace/layout.ts';
import { legacyArchived } from '../workspace/legacy.ts';
import type { Deployed } from './deployed.ts';
import { type DatabaseLocation, psqlAt } from './location.ts';
import { blocks, code, fenced, list, table } from './markdown.ts';
import type { DocumentSource } from './source.ts';

/** An archived migration, and when erp-deploy moved it; null where somebody else did. */
interface Legacy {
  readonly name: string;
  readonly archivedAt: string | null;
}

/** What lies in the archive, with the journal's dates: what lies there and was begun to be moved, was moved. */
export async function legacyHistory(context: Context): Promise<readonly Legacy[]> {
  const moves = context.memory.begun('0.3');
  return (await legacyArchived(context)).map((name) => ({
    name,
    archivedAt:
      moves.findLast(({ scope }) => scope.startsWith('move:') && scope.endsWith(`/${name}`))?.at ?? null,
  }));
}

export function legacyWords(legacy: readonly Legacy[]): string {
  if (legacy.length === 0) return 'no legacy migrations were here';
  return legacy
    .map(({ name, archivedAt }) => `${name} archived ${archivedAt ?? 'by somebody else'}`)
    .join(', ');
}

interface Reference {
  readonly source: DocumentSource;
  readonly deployed: readonly Deployed[];
  readonly legacy: readonly Legacy[];
}

/** The README between its marks. The same ledger gives the same bytes. */
export function migrationsText({ source, deployed, legacy }: Reference): string {
  return blocks(
    source.words,
    `The migrations lie in ${link(layout.migrations)}, and are run from there. This folder keeps the archive (${link(layout.archive)}) and this text.`,
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
  { ledger }: DocumentSource,
  deployed: readonly Deployed[],
  legacy: readonly Legacy[],
): string {
  const old = legacy.map(({ name, archivedAt }) => [
    code(name),
    `legacy, archived ${archivedAt ?? '(when is not in the journal)'}; never used in production`,
    '',
    'no',
  ]);
  const applied = ledger.map(({ name, checksum, appliedAt }) => [
    code(name),
    `${purposes[name] ?? 'of your own'}; applied ${appliedAt}`,
    code(checksum),
    deployed.find((one) => one.checksum === checksum)?.appliedAt ?? 'not deployed',
  ]);
  return blocks(
    '## History',
    table(['Migration', 'What became of it', 'SHA-256', 'Deployed to production'], [...old, ...applied]),
    legacy.length === 0 ? 'There were no legacy migrations (001 to 003) to archive.' : '',
    'A checksum is over the text with LF line ends. The times are UTC, from the ledger of the database that is named above; those of production from its own.',
  );
}

/** How psql runs a file by hand, in one transaction or not; from the workspace. */
function byHand(location: DatabaseLocation, file: string, whole: boolean): string {
  const one = whole ? ' -1' : '';
  const strict = `-v ON_ERROR_STOP=1${one}`;
  switch (location.is) {
    case 'embedded':
      return `psql ${strict} -f ${file}`;
    case 'server':
      return `${psqlAt(location)} ${strict} -f ${file}`;
    case 'container': {
      const there = location.droplet === null ? '' : `ssh ${quoted(location.droplet)} `;
      const { owner, database } = location;
      return `${there}docker exec -i ${services.database.name} psql -U ${owner} -d ${database} ${strict} < ${file}`;
    }
  }
}

/** Where that goes; empty where the command line says it all. */
function byHandWords(location: DatabaseLocation): string {
  const role = 'the role that owns the tables';
  if (location.is === 'embedded')
    return ` On a server, that is, and as ${role}: psql finds both in ${code('PGHOST')}, ${code('PGUSER')} and so on; the embedded database lets no psql in.`;
  return location.is === 'server' ? ` As ${role}: ${code('PGUSER')}.` : '';
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
      `A migration of your own is a file ${code('NNN_name.sql')} beside ours, from 100 on: plain SQL, without ${code('BEGIN')} and ${code('COMMIT')}. Each runs in a transaction of its own, in the order of the numbers.`,
      'A file that was applied never changes again: write another one.',
      `The ledger is the table ${code('erp_deploy.migrations')}: name, checksum, text, when, by whom.`,
    ]),
    `By hand, where erp-deploy is not at hand (the ledger does not know of it then; erp-deploy compares, and adopts it).${byHandWords(location)}`,
    fenced('sh', byHand(location, `${layout.migrations}/${bundled.erp}`, true)),
  );
}

function validatePart(location: DatabaseLocation): string {
  return blocks(
    '## How to validate',
    fenced('sh', 'erp-deploy validate'),
    `It compares the database with what its migrations make of an empty one, and tries what it should do in a transaction that is rolled back; it never migrates. ${code('--repair-sql')} prints the way back. By hand:`,
    fenced('sh', byHand(location, `${layout.migrations}/${bundled.validation}`, false)),
  );
}
