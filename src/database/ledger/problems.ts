import { createTwoFilesPatch } from 'diff';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { DatabaseFault } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { withLineFeeds } from '../checksum.ts';
import type { Difference } from '../comparison/difference.ts';
import { excerptAt } from '../migration-rules/excerpt.ts';
import type { MigrationFault } from '../migration-rules/migration-fault.ts';
import { locate, offsetOfPosition, type Place } from '../migration-rules/place.ts';
import { quotedName } from '../migration-rules/quoted-name.ts';
import { type Span, splitScript } from '../migration-rules/split-script.ts';
import { tokensOf } from '../migration-rules/tokens.ts';
import { differenceText } from '../validation/text.ts';
import type { FileNameFault } from './file-names.ts';
import type { LedgerRow } from './ledger-row.ts';

/**
 * Classes of what is nobody's mistake in a file: the connection was lost, the server lacks something or was told to stop,
 * or others were in the way (https://www.postgresql.org/docs/18/errcodes-appendix.html).
 */
const notTheFile = /^(08|40|53|57|55P03)/;

const left = {
  transaction: 'Nothing of this file stays: its transaction was rolled back.',
  'no-transaction': 'It ran outside of any transaction: an index of it may be left, and is INVALID then.',
} as const;

/** The server refused a statement of the file. */
export function migrationFailed(file: MigrationFile, fault: DatabaseFault): Problem {
  const text = withLineFeeds(file.text);
  const place = placeOf(text, fault);
  return {
    code: 'ERP-0510',
    what: `${file.name}${place === null ? '' : `, line ${place.line}`}: ${fault.message} (${fault.code}).`,
    why: [...saidBesides(fault), `PostgreSQL refused the statement. ${left[file.mode]}`].join(' '),
    todo: whatToDo(file, fault),
    exit: exitCodes.stepFailed,
    ...(place === null ? {} : { excerpt: excerptAt(text, place.line, place.column) }),
  };
}

/** The server refused what the file as a whole leaves behind. */
export function commitFailed(file: MigrationFile, fault: DatabaseFault): Problem {
  return {
    code: 'ERP-0510',
    what: `${file.name}, at COMMIT: ${fault.message} (${fault.code}).`,
    why: [
      ...saidBesides(fault),
      'All statements of the file were run, and PostgreSQL refused their result: deferred constraints and triggers are checked at the end.',
      left[file.mode],
    ].join(' '),
    todo: whatToDo(file, fault),
    exit: exitCodes.stepFailed,
  };
}

function saidBesides({ detail, context = [] }: DatabaseFault): readonly string[] {
  const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);
  return [
    ...(detail === undefined ? [] : [sentence(detail)]),
    ...(context.length === 0 ? [] : [sentence(`It failed in ${context.join(', called by ')}`)]),
  ];
}

/** The server names a place for few errors; the statement that failed is the one after those that were completed. */
function placeOf(text: string, { position, completed, context = [] }: DatabaseFault): Place | null {
  if (position !== undefined) return locate(text, offsetOfPosition(text, position));
  const statement = completed === undefined ? undefined : splitScript(text).statements[completed];
  if (statement === undefined) return null;
  const line = /^PL\/pgSQL function inline_code_block line (\d+) /.exec(context.at(-1) ?? '')?.[1];
  const body = line === undefined ? undefined : blockIn(text, statement);
  return body === undefined
    ? locate(text, statement.start)
    : locate(text, startOfLine(text, body, Number(line)));
}

/** Returns where the text of a DO block begins. */
function blockIn(text: string, { start, end }: Span): number | undefined {
  const block = tokensOf(text, start, end).find(
    (token) => token.kind === 'string' && text[token.start] === '$',
  );
  return block?.start;
}

/** @param line from 1, the first being the one that contains `from` */
function startOfLine(text: string, from: number, line: number): number {
  let start = from;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf('\n', start);
    if (end === -1) return from;
    start = end + 1;
  }
  return start + (/^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0);
}

function whatToDo(file: MigrationFile, fault: DatabaseFault): readonly string[] {
  return [
    ...(fault.hint === undefined ? [] : [fault.hint]),
    notTheFile.test(fault.code)
      ? 'The file is not at fault: see to what the server names, and start again.'
      : 'Mend the file (it was not applied, so it may be changed), and start again.',
    ...(file.mode === 'no-transaction' && file.index !== undefined
      ? [
          `If the index gets another name, drop the one that is left, in the same database: ${dropLeft(file.index)}`,
        ]
      : []),
  ];
}

const dropLeft = ({ schema, name }: NonNullable<MigrationFile['index']>) =>
  `DROP INDEX CONCURRENTLY IF EXISTS ${quotedName(schema)}.${quotedName(name)}`;

/** @param holder who has the ledger's lock; null where they were gone by the time somebody looked */
export function migratedByOthers(holder: string | null): Problem {
  return {
    code: 'ERP-0511',
    what: 'Another roll-out migrates this database.',
    why: `It holds the lock of the ledger${holder === null ? '' : `: ${holder}`}; one migrates at a time.`,
    todo: ['Wait until it is done: --wait-for-lock', 'Or start again when it is: the plan is made anew.'],
    exit: exitCodes.locked,
  };
}

export function ledgerNotWritten(file: Pick<MigrationFile, 'name'>): Problem {
  return {
    code: 'ERP-0512',
    what: `${file.name} was committed, but its ledger entry is not there.`,
    why: 'The database answered a commit that it did not keep: it was restored or failed over in between.',
    todo: ['See what is there: erp-deploy validate', 'Then start again.'],
    exit: exitCodes.notAsMigrated,
  };
}

/** A file that was applied is another one now. */
export function appliedFileChanged(row: LedgerRow, file: MigrationFile, path: string): Problem {
  const patch = createTwoFilesPatch(
    `${row.name} (applied ${row.appliedAt})`,
    `${row.name} (now)`,
    row.body,
    file.text,
  );
  return {
    code: 'ERP-0513',
    what: `${row.name} was changed after it was applied.`,
    why: 'The database has what the file said then, and never gets what it says now.',
    todo: [
      `Bring the file back as it was (the diff is below): ${path}`,
      'And put the change into a new migration, numbered above the last one.',
    ],
    exit: exitCodes.notAsMigrated,
    excerpt: patch.split('\n').slice(1, 60),
  };
}

export function appliedFileMissing(row: LedgerRow, folder: string): Problem {
  return {
    code: 'ERP-0514',
    what: `${row.name} was applied to this database, and is not in ${folder} any more.`,
    why: 'Without it, nobody can tell what the database should look like.',
    todo: [
      `Bring it back into ${folder}, from version control or from the ledger, which keeps its text:`,
      `select body from erp_deploy.migrations where name = '${row.name}';`,
    ],
    exit: exitCodes.notAsMigrated,
  };
}

export function outOfOrder(file: MigrationFile, applied: string): Problem {
  return {
    code: 'ERP-0515',
    what: `${file.name} comes before ${applied}, which is applied already.`,
    why: 'Migrations are applied in the order of their numbers; a later start would apply them in another.',
    todo: [`Give ${file.name} a number above the last one, and start again.`],
    exit: exitCodes.notAsMigrated,
  };
}

/** What may not stand in a migration file; all faults of all files at once. */
export function migrationRefused(faults: readonly MigrationFault[]): Problem {
  const [first] = faults;
  const named = [...new Set(faults.map((fault) => fault.file))].join(', ');
  return {
    code: 'ERP-0516',
    what: `${named}: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}, found before anything ran.`,
    why: first === undefined ? '' : `Line ${first.line}: ${first.message}.`,
    todo: ['Mend what is marked below, and start again.'],
    exit: exitCodes.stepFailed,
    excerpt: faults.flatMap((fault) => [
      `${fault.file}:${fault.line}:${fault.column} ${fault.message}`,
      ...fault.excerpt,
    ]),
  };
}

/** Reports SQL files that would not be applied because of their names: all of them at once. */
export function fileNamesRefused(faults: readonly FileNameFault[], folder: string): Problem {
  // Any character can be in a name of these, line ends and escape sequences too.
  const named = faults.map(({ name }) => JSON.stringify(name));
  return {
    code: 'ERP-0519',
    what: `Not named as a migration, so never applied: ${named.join(', ')} in ${folder}.`,
    why: 'Every SQL file there is applied, or refused before anything runs. Accepted is NNN_name.sql, such as 100_phone.sql: three digits or more, an underscore, then letters from a to z, digits, _ and -.',
    todo: [
      'Rename each of them to NNN_name.sql (use 100 or higher), or move it to another folder; then run again.',
    ],
    exit: exitCodes.stepFailed,
    excerpt: faults.map(({ why }, index) => `${named[index]}: ${why}`),
  };
}

export function sameNumber(one: string, other: string): Problem {
  return {
    code: 'ERP-0517',
    what: `${one} and ${other} have the same number.`,
    why: 'The number is the order in which they are applied.',
    todo: ['Give one of them another number.'],
    exit: exitCodes.stepFailed,
  };
}

/**
 * The schemas are there without a ledger, and equal what the files make of them at no point.
 * @param nearest the file after which the database would differ least
 */
export function ledgerMissing(nearest: string, differences: readonly Difference[]): Problem {
  const lines = differences.map(differenceText);
  const places = lines.length === 1 ? '1 place' : `${lines.length} places`;
  return {
    code: 'ERP-0518',
    what: 'The database holds the schemas already, without a ledger, and is not what any of the migrations make.',
    why: `From what ${nearest} leaves it differs in ${places}; applying the files to it could lose data.`,
    todo: [
      'See all the differences, and the SQL that would mend them: erp-deploy validate --repair-sql',
      'Once it equals what the files make, erp-deploy takes it over and enters them into a ledger.',
    ],
    exit: exitCodes.notAsMigrated,
    excerpt: lines.slice(0, 20),
  };
}
