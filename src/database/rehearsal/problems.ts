import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { Remedy } from '../../domain/remedy.ts';
import type { Rehearsal, ScratchDatabase } from '../../domain/sql-change.ts';
import type { Difference } from '../comparison/difference.ts';
import { quotedName } from '../sql/quoted-name.ts';
import { differenceText } from '../validation/text.ts';
import type { Requirements } from './requirements.ts';

/** The most differences that a problem lists. */
const mostListed = 20;

const without = (text: string): Remedy => ({ text, command: sameCommand('--without-rehearsal', 'REASON') });

/** Bytes of disk that a scratch database with the bundled schemas and its write-ahead log need, rounded up. */
const rehearsalBytes = 256_000_000;

/**
 * Returns the problem of a server on which the migrations cannot be rehearsed; null if they can.
 * @param freeDisk bytes; null if that is not known
 */
export function rehearsalObstacle(found: Requirements, freeDisk: number | null): Problem | null {
  const obstacle = obstacleOf(found, freeDisk);
  if (obstacle === null) return null;
  return {
    code: 'ERP-0549',
    what: `The migrations cannot be rehearsed on the production server: ${obstacle.what}.`,
    why: `${obstacle.why} They did not pass a local test on PostgreSQL ${found.major}, so they are rehearsed in a scratch database first. Nothing was changed.`,
    todo: [obstacle.todo, without('Or apply them without a rehearsal; the reason is recorded')],
    exit: exitCodes.prerequisite,
  };
}

interface Obstacle {
  readonly what: string;
  readonly why: string;
  readonly todo: Remedy;
}

function obstacleOf(found: Requirements, freeDisk: number | null): Obstacle | null {
  const { user, pooled, mayCreate, freeConnections, barredExtensions } = found;
  if (pooled)
    return {
      what: 'the database URL leads to a connection pooler',
      why: 'A rehearsal creates a database and connects to it, which a pooler does not pass on.',
      todo: { text: 'Use a URL that connects to the server directly.' },
    };
  if (!mayCreate)
    return {
      what: `the role ${user} may not create a database`,
      why: 'It lacks CREATEDB.',
      todo: { text: `Let an administrator run: ALTER ROLE ${quotedName(user)} CREATEDB;` },
    };
  if (barredExtensions.length > 0)
    return {
      what: `the role ${user} may not create the extension ${barredExtensions.join(', ')} in a new database`,
      why: 'Only a superuser may.',
      todo: { text: 'Use a role that may.' },
    };
  // One connection for the rehearsal, and one that stays free for other clients.
  if (freeConnections < 2)
    return {
      what: `the server has ${Math.max(freeConnections, 0)} free connections`,
      why: 'A rehearsal needs one, and leaves one to others.',
      todo: { text: 'Wait until other sessions end, then run again.' },
    };
  if (freeDisk !== null && freeDisk < rehearsalBytes)
    return {
      what: `its disk has ${Math.round(freeDisk / 1_000_000)} MB free`,
      why: `${rehearsalBytes / 1_000_000} MB are needed.`,
      todo: { text: 'Free some space, then run again.' },
    };
  return null;
}

/** A file failed in the scratch database, with the problem that the migration itself would have had. */
export function rehearsalFailed({ major }: Rehearsal, { what, why, todo, exit, excerpt }: Problem): Problem {
  return {
    code: 'ERP-0546',
    what: `The rehearsal on the production server (PostgreSQL ${major}) failed: ${what}`,
    why: `${why} It ran in a scratch database, which was dropped. The production database is unchanged.`,
    todo: [...todo, without('If the file is right, and only the empty scratch database is the cause')],
    exit,
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

/** The scratch database does not have the schema that the embedded engine computed. */
export function rehearsalDiffers({ major }: Rehearsal, differences: readonly Difference[]): Problem {
  const left = differences.length - mostListed;
  return {
    code: 'ERP-0547',
    what: `In the rehearsal, PostgreSQL ${major} created another schema than the local test (differences: ${differences.length}).`,
    why: 'After the rollout, the validation would report the same differences. The scratch database was dropped, and the production database is unchanged.',
    todo: [
      { text: 'Change the migration so that both versions create the same, then run again.' },
      without('Or apply it without a rehearsal; the reason is recorded'),
    ],
    exit: exitCodes.notAsMigrated,
    excerpt: [
      ...differences.slice(0, mostListed).map(differenceText),
      ...(left > 0 ? [`… and ${left} more`] : []),
    ],
  };
}

/** A database has the name of our scratch database, and is used, or is not ours. */
export function scratchTaken({ name }: ScratchDatabase, sessions: string | null): Problem {
  if (sessions === null)
    return {
      code: 'ERP-0548',
      what: `The database ${name} exists, and erp-deploy did not create it.`,
      why: 'A rehearsal would use this name. Only a database with the comment of erp-deploy is dropped.',
      todo: [
        { text: `If it is not needed: DROP DATABASE ${name};` },
        without('Or apply the migrations without a rehearsal; the reason is recorded'),
      ],
      exit: exitCodes.prerequisite,
    };
  return {
    code: 'ERP-0548',
    what: 'Another rollout is rehearsing its migrations for this database.',
    why: `Sessions are connected to its scratch database ${name}: ${sessions}.`,
    todo: [
      { text: 'Wait until it is done, then run again.' },
      {
        text: 'If these sessions are left from a rollout that was killed, end them with pg_terminate_backend, then run again.',
      },
    ],
    exit: exitCodes.locked,
  };
}
