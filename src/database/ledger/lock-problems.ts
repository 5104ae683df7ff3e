import type { Blocker } from '../../domain/hazard.ts';
import { blockerText } from '../../domain/hazard-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { withLineFeeds } from '../checksum.ts';
import { excerptAt } from '../sql/excerpt.ts';
import { splitScript } from '../sql/split-script.ts';
import { locate } from '../sql/text-position.ts';
import type { LockWaits } from './lock-waits.ts';

/**
 * Other sessions hold a lock that a migration needs, after its last attempt.
 * @param index of the statement that waited; null if it is not known, or at COMMIT
 */
export function locksNotAvailable(
  file: MigrationFile,
  index: number | null,
  { milliseconds, attempts }: LockWaits,
  blockers: readonly Blocker[],
): Problem {
  const text = withLineFeeds(file.text);
  const statement = index === null ? undefined : splitScript(text).statements[index];
  const position = statement === undefined ? null : locate(text, statement.start);
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return {
    code: 'ERP-0508',
    what: `${file.name}${position === null ? '' : `, line ${position.line}`}: another session holds a lock that it needs.`,
    why: `${heldBy(blockers)} It was tried ${times}, and waited ${milliseconds} ms for the lock each time; then its transaction was rolled back. Nothing of this file was applied.`,
    todo: [
      { text: 'Wait until these sessions end their transactions, or end them, then run again.' },
      {
        text: 'To wait longer or more often, set migrations.lock-timeout or migrations.lock-attempts in the configuration; others wait behind it as long.',
      },
    ],
    exit: exitCodes.stepFailed,
    ...(position === null ? {} : { excerpt: excerptAt(text, position.line, position.column) }),
  };
}

function heldBy(blockers: readonly Blocker[]): string {
  if (blockers.length === 0) return 'That session has ended since.';
  const texts = blockers.map((one) => `${one.object === '' ? '' : `${one.object}: `}${blockerText(one)}`);
  return `${texts.join('; ')}.`;
}
