import { dumps } from '../argv/dump.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { DumpLocation } from './location.ts';

/**
 * Returns the problem of a PostgreSQL client program that is missing on this machine, or older than the server; null
 * if it can be used. A container has the programs of its server.
 */
export async function oldProgram(
  { programs, database, host, environment }: DumpLocation,
  program: 'pg_dump' | 'pg_restore',
  signal: AbortSignal,
): Promise<Problem | null> {
  if (programs.in === 'container') return null;
  const session = await database.session();
  const [row] = await session.query("select current_setting('server_version_num')::int / 10000 as major");
  const needed = Number(row?.major);
  const asked = await host.processes.run(dumps.version(program), null, signal, undefined, { environment });
  const installed = /\s(\d+)/.exec(asked.stdout)?.[1];
  if (asked.exitCode === 0 && Number(installed) >= needed) return null;
  return {
    code: 'ERP-0685',
    what:
      installed === undefined
        ? `${program} is not installed on this machine.`
        : `${program} on this machine has version ${installed}, and the server has version ${needed}.`,
    why: `A dump is made and read back before the database is changed; that needs ${program} ${needed} or newer.`,
    todo: [
      {
        text: `Install the client programs of PostgreSQL ${needed} or newer (Debian: postgresql-client-${needed}, if necessary from apt.postgresql.org), and put them first in PATH.`,
      },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}
