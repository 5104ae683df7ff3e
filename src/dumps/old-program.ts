import { dumps } from '../argv/dump.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { DumpLocation } from './location.ts';

/**
 * A program of PostgreSQL's on this machine that is missing, or older than the server; null where it is neither. A
 * container brings those of its server.
 */
export async function oldProgram(
  { programs, database, host, environment }: DumpLocation,
  program: 'pg_dump' | 'pg_restore',
  signal: AbortSignal,
): Promise<Problem | null> {
  if (programs.in === 'container') return null;
  const session = await database.session();
  const [row] = await session.query("select current_setting('server_version_num')::int / 10000 as major");
  const wanted = Number(row?.major);
  const asked = await host.processes.run(dumps.version(program), null, signal, undefined, { environment });
  const found = /\s(\d+)/.exec(asked.stdout)?.[1];
  if (asked.exitCode === 0 && Number(found) >= wanted) return null;
  return {
    code: 'ERP-0685',
    what:
      found === undefined
        ? `${program} is not installed on this machine.`
        : `${program} on this machine is of PostgreSQL ${found}, and the server of ${wanted}.`,
    why: `A dump is made and read back before what it holds is changed, and that takes ${program} ${wanted} or newer.`,
    todo: [
      `Install the client programs of PostgreSQL ${wanted} or newer (Debian: postgresql-client-${wanted}, from apt.postgresql.org where it is not there), and put them first in PATH.`,
      'Then start again.',
    ],
    exit: exitCodes.prerequisite,
  };
}
