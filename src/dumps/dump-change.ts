import { dumps } from '../argv/dump.ts';
import { handsOutByTransaction } from '../database/pooling.ts';
import { type CommandChange, digestOf, isReversible, type PlannedChange, scopeOf } from '../domain/change.ts';
import type { StepId } from '../domain/phase.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Command } from '../domain/shell-script.ts';
import { summaryOf } from '../domain/show-change.ts';
import type { DumpLocation } from './location.ts';
import { oldProgram } from './old-program.ts';

/**
 * The dump of a database as it is now, with its roles beside it.
 * @param when what it is made before, in words
 * @param keep the name of a dump that stays whatever its age
 * @returns the problem where no program here can make one
 */
export async function dumpChange(
  location: DumpLocation,
  when: string,
  signal: AbortSignal,
  keep?: string,
): Promise<Extract<PlannedChange, { status: 'exact' }> | Problem> {
  const old = await oldProgram(location, 'pg_dump', signal);
  if (old !== null) return old;
  if (location.open !== undefined && (await handsOutByTransaction(location.open)))
    return throughPooler(location.name);
  const { programs, folder, name } = location;
  return {
    status: 'exact',
    change: commandAt(
      location,
      dumps.make(programs, folder, keep),
      `dump ${name} and its roles into ${folder}, and read the dump back`,
      dumpFailed(name, when),
    ),
  };
}

/**
 * Returns the dump of a database that does not run yet, to be made if it contains rows.
 * @param startedBy the step that starts the database
 */
export async function dumpToCome(
  location: DumpLocation,
  when: string,
  signal: AbortSignal,
  startedBy: StepId,
): Promise<PlannedChange | Problem> {
  const dump = await dumpChange(location, when, signal);
  if ('code' in dump) return dump;
  const { change } = dump;
  const summary = `${summaryOf(change)}, where it holds rows`;
  const [scope, digest, reversible] = [scopeOf(change), digestOf(change), isReversible(change)];
  return { status: 'pending', on: startedBy, scope, digest, summary, reversible };
}

/** A command where the dumps lie; a look tells afterwards whether it happened. */
export function commandAt(
  { host, environment }: DumpLocation,
  command: Command,
  summary: string,
  onFailure: Omit<Problem, 'excerpt'>,
): CommandChange {
  const where = { host: host.id, cwd: '.', ...(environment === undefined ? {} : { environment }) };
  return { kind: 'command', ...where, ...command, onlyIf: null, observable: true, summary, onFailure };
}

function throughPooler(name: string): Problem {
  return {
    code: 'ERP-0686',
    what: `A dump of ${name} cannot be made through its pooler.`,
    why: 'It hands out connections by transaction, and pg_dump leaves an empty search_path on them: those who get them next would find no table without its schema. The database holds rows, so a dump comes first.',
    todo: [
      "Give the server's own address in --database-url (Neon: the host without -pooler; Supabase: port 5432; RDS Proxy: the endpoint of the cluster).",
      'Then start again.',
    ],
    exit: exitCodes.prerequisite,
  };
}

function dumpFailed(name: string, when: string): Omit<Problem, 'excerpt'> {
  return {
    code: 'ERP-0640',
    what: `A dump of ${name} could not be made ${when}.`,
    why: 'It holds rows, and nothing was changed in it; what went wrong is below.',
    todo: ['Mend it (most often the disk: df -h), and start again.'],
    exit: exitCodes.stepFailed,
  };
}
