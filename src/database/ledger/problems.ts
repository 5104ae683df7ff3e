import { createTwoFilesPatch } from 'diff';
import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { Remedy } from '../../domain/remedy.ts';
import type { DatabaseFault } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { withLineFeeds } from '../checksum.ts';
import type { Difference } from '../comparison/difference.ts';
import type { MigrationFault } from '../migration-rules/migration-fault.ts';
import { excerptAt } from '../sql/excerpt.ts';
import { quotedName } from '../sql/quoted-name.ts';
import { type Span, splitScript } from '../sql/split-script.ts';
import { locate, offsetOfPosition, type TextPosition } from '../sql/text-position.ts';
import { tokensOf } from '../sql/tokens.ts';
import { differenceText } from '../validation/text.ts';
import type { FileNameFault } from './file-names.ts';
import type { LedgerRow } from './ledger-row.ts';

/**
 * SQLSTATE classes of errors that are not the file's fault: the connection was lost, the server lacks resources or
 * shuts down, or another session holds a lock (https://www.postgresql.org/docs/18/errcodes-appendix.html).
 */
const notTheFile = /^(08|40|53|57|55P03)/;

const remains = {
  transaction: 'Nothing of this file was applied: its transaction was rolled back.',
  'no-transaction': 'It ran outside a transaction: its index may be left behind as INVALID.',
} as const;

/** The server rejected a statement of the file. */
export function migrationFailed(file: MigrationFile, fault: DatabaseFault): Problem {
  const text = withLineFeeds(file.text);
  const position = positionOf(text, fault);
  return {
    code: 'ERP-0510',
    what: `${file.name}${position === null ? '' : `, line ${position.line}`}: ${fault.message} (${fault.code}).`,
    why: [...detailsOf(fault), `PostgreSQL rejected the statement. ${remains[file.mode]}`].join(' '),
    todo: remediesOf(file, fault),
    exit: exitCodes.stepFailed,
    ...(position === null ? {} : { excerpt: excerptAt(text, position.line, position.column) }),
  };
}

/** The server rejected the result of the file as a whole. */
export function commitFailed(file: MigrationFile, fault: DatabaseFault): Problem {
  return {
    code: 'ERP-0510',
    what: `${file.name}, at COMMIT: ${fault.message} (${fault.code}).`,
    why: [
      ...detailsOf(fault),
      'All statements of the file ran, and PostgreSQL rejected their result: deferred constraints and triggers are checked at the end.',
      remains[file.mode],
    ].join(' '),
    todo: remediesOf(file, fault),
    exit: exitCodes.stepFailed,
  };
}

function detailsOf({ detail, context = [] }: DatabaseFault): readonly string[] {
  const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);
  return [
    ...(detail === undefined ? [] : [sentence(detail)]),
    ...(context.length === 0 ? [] : [sentence(`It failed in ${context.join(', called by ')}`)]),
  ];
}

/** Few errors have a position. Without one, the failed statement is the first one that was not completed. */
function positionOf(text: string, { position, completed, context = [] }: DatabaseFault): TextPosition | null {
  if (position !== undefined) return locate(text, offsetOfPosition(text, position));
  const statement = completed === undefined ? undefined : splitScript(text).statements[completed];
  if (statement === undefined) return null;
  const line = /^PL\/pgSQL function inline_code_block line (\d+) /.exec(context.at(-1) ?? '')?.[1];
  const body = line === undefined ? undefined : blockIn(text, statement);
  return body === undefined
    ? locate(text, statement.start)
    : locate(text, startOfLine(text, body, Number(line)));
}

/** Returns the UTF-16 index at which the text of a DO block begins. */
function blockIn(text: string, { start, end }: Span): number | undefined {
  const block = tokensOf(text, start, end).find(
    // Another form of string, such as E'…', may contain line ends that are written as escapes.
    (token) => token.kind === 'string' && /['$]/.test(text[token.start] ?? ''),
  );
  return block?.start;
}

/** @param line from 1; line 1 contains the index `from` */
function startOfLine(text: string, from: number, line: number): number {
  let start = from;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf('\n', start);
    if (end === -1) return from;
    start = end + 1;
  }
  return start + (/^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0);
}

function remediesOf(file: MigrationFile, fault: DatabaseFault): readonly Remedy[] {
  return [
    ...(fault.hint === undefined ? [] : [{ text: fault.hint }]),
    notTheFile.test(fault.code)
      ? { text: 'The file is not the cause: fix what the server reports, then run again.' }
      : { text: 'Fix the file (it was not applied, so it may be changed), then run again.' },
    ...(file.mode === 'no-transaction' && file.index !== undefined
      ? [
          {
            text: `If you rename the index, drop the one that is left behind, in the same database: ${dropIndex(file.index)}`,
          },
        ]
      : []),
  ];
}

const dropIndex = ({ schema, name }: NonNullable<MigrationFile['index']>) =>
  `DROP INDEX CONCURRENTLY IF EXISTS ${quotedName(schema)}.${quotedName(name)}`;

/**
 * Another session holds the lock of the ledger.
 * @param holder describes that session; null if it has ended since
 */
export function ledgerLocked(holder: string | null): Problem {
  return {
    code: 'ERP-0511',
    what: 'Another rollout is migrating this database.',
    why: `It holds the lock of the ledger${holder === null ? '' : ` (${holder})`}, and only one can migrate at a time.`,
    todo: [
      { text: 'Wait until it is done', command: sameCommand('--wait-for-lock') },
      { text: 'Or run again later: the plan is then made again.' },
    ],
    exit: exitCodes.locked,
  };
}

export function ledgerNotWritten(file: Pick<MigrationFile, 'name'>): Problem {
  return {
    code: 'ERP-0512',
    what: `${file.name} was committed, but its ledger entry is missing.`,
    why: 'The database reported a commit that it did not keep: it was restored, or failed over, in between.',
    todo: [
      { text: 'Inspect the database', command: ['erp-deploy', 'validate'] },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.notAsMigrated,
  };
}

/** A file was changed after it was applied. */
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
    why: 'An applied migration never runs again, so the database does not get the change.',
    todo: [
      { text: `Restore the file to what was applied (the diff is below): ${path}` },
      { text: 'Then put the change into a new migration with a number above the last one.' },
    ],
    exit: exitCodes.notAsMigrated,
    excerpt: patch.split('\n').slice(1, 60),
  };
}

export function appliedFileMissing(row: LedgerRow, folder: string): Problem {
  return {
    code: 'ERP-0514',
    what: `${row.name} was applied to this database, but is missing from ${folder}.`,
    why: 'Without it, erp-deploy cannot work out the expected schema.',
    todo: [
      { text: `Restore it in ${folder}, from version control or from its text in the ledger:` },
      { text: `select body from erp_deploy.migrations where name = '${row.name}';` },
    ],
    exit: exitCodes.notAsMigrated,
  };
}

export function outOfOrder(file: MigrationFile, applied: string): Problem {
  return {
    code: 'ERP-0515',
    what: `${file.name} comes before ${applied}, which is already applied.`,
    why: 'Migrations are applied in the order of their numbers, so this file would be applied too late.',
    todo: [{ text: `Give ${file.name} a number above the last one, then run again.` }],
    exit: exitCodes.notAsMigrated,
  };
}

/** Migration files have faults; all faults of all files are reported at once. */
export function migrationRefused(faults: readonly MigrationFault[]): Problem {
  const [first] = faults;
  const named = [...new Set(faults.map((fault) => fault.file))].join(', ');
  return {
    code: 'ERP-0516',
    what: `${named}: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}; nothing was applied.`,
    why: first === undefined ? '' : `Line ${first.line}: ${first.message}.`,
    todo: [{ text: 'Fix what is marked below, then run again.' }],
    exit: exitCodes.stepFailed,
    excerpt: faults.flatMap((fault) => [
      `${fault.file}:${fault.line}:${fault.column} ${fault.message}`,
      ...fault.excerpt,
    ]),
  };
}

/** Reports SQL files that would not be applied because of their names: all of them at once. */
export function fileNamesRefused(faults: readonly FileNameFault[], folder: string): Problem {
  // Such a name can contain any character, line ends and escape sequences too.
  const named = faults.map(({ name }) => JSON.stringify(name));
  return {
    code: 'ERP-0519',
    what: `Not named as a migration, so never applied: ${named.join(', ')} in ${folder}.`,
    why: 'Every SQL file there is applied, or refused before anything runs. The name must be NNN_name.sql, such as 100_phone.sql: three digits or more, an underscore, then letters from a to z, digits, _ and -.',
    todo: [
      {
        text: 'Rename each of them to NNN_name.sql (use 100 or higher), or move it to another folder; then run again.',
      },
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
    todo: [{ text: 'Give one of them another number.' }],
    exit: exitCodes.stepFailed,
  };
}

/**
 * The database has the schemas but no ledger, and does not match the result of any migration.
 * @param nearest the file whose result differs least from the database
 */
export function ledgerMissing(nearest: string, differences: readonly Difference[]): Problem {
  const lines = differences.map(differenceText);
  const places = lines.length === 1 ? '1 place' : `${lines.length} places`;
  return {
    code: 'ERP-0518',
    what: 'The database already has the schemas, but no ledger, and it does not match the result of any migration.',
    why: `It differs from the result of ${nearest} in ${places}; applying the files could lose data.`,
    todo: [
      {
        text: 'Show all differences, and the SQL that repairs them',
        command: ['erp-deploy', 'validate', '--repair-sql'],
      },
      { text: 'Once the database matches the files, erp-deploy records them in a new ledger.' },
    ],
    exit: exitCodes.notAsMigrated,
    excerpt: lines.slice(0, 20),
  };
}
