import { dumps } from '../argv/dump.ts';
import { handsOutByTransaction } from '../database/pooling.ts';
import { type ExactChange, exact } from '../domain/build-change.ts';
import { type CommandChange, isReversible, type PlannedChange, subjectOf } from '../domain/change.ts';
import { digestOf } from '../domain/change-digest.ts';
import type { StepId } from '../domain/phase.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Command } from '../domain/shell-script.ts';
import { summaryOf } from '../domain/show-change.ts';
import type { DumpLocation } from './location.ts';
import { oldProgram } from './old-program.ts';

/**
 * Returns the command that dumps a running database, and its roles into a file beside the dump.
 * @param when what it is made before, as the end of a sentence
 * @param keep the name of a dump that is not deleted, whatever its age
 * @returns the problem if pg_dump is missing or too old, or if the connection goes through a transaction pooler
 */
export async function dumpChange(
  location: DumpLocation,
  when: string,
  signal: AbortSignal,
  keep?: string,
): Promise<ExactChange | Problem> {
  const problem = await noDumpPossible(location, signal);
  if (problem !== null) return problem;
  const { programs, folder, name } = location;
  const change = commandAt(
    location,
    dumps.make(programs, folder, keep),
    `dump ${name} and its roles into ${folder}, and read the dump back`,
    dumpFailed(name, when),
  );
  return exact({ ...change, purpose: 'dump' });
}

/** Returns the problem if pg_dump is missing or too old, or if the connection goes through a transaction pooler. */
export async function noDumpPossible(location: DumpLocation, signal: AbortSignal): Promise<Problem | null> {
  const old = await oldProgram(location, 'pg_dump', signal);
  if (old !== null) return old;
  return location.open !== undefined && (await handsOutByTransaction(location.open))
    ? throughPooler(location.name)
    : null;
}

/**
 * Returns the dump of a database that does not run yet, to be made if it contains rows.
 * @param startedBy the step that starts the database
 */
export async function pendingDump(
  location: DumpLocation,
  when: string,
  signal: AbortSignal,
  startedBy: StepId,
): Promise<PlannedChange | Problem> {
  const dump = await dumpChange(location, when, signal);
  if ('code' in dump) return dump;
  const { change } = dump;
  const summary = `${summaryOf(change)}, if it contains rows`;
  const [subject, digest, reversible] = [subjectOf(change), digestOf(change), isReversible(change)];
  return { status: 'pending', on: startedBy, subject, digest, summary, reversible };
}

/** Returns a command that runs on the host of the dumps; whether it happened can be checked afterwards. */
export function commandAt(
  { host, environment }: DumpLocation,
  command: Command,
  summary: string,
  onFailure: Omit<Problem, 'excerpt'>,
): CommandChange {
  const location = { host: host.id, cwd: '.', ...(environment === undefined ? {} : { environment }) };
  return { kind: 'command', ...location, ...command, onlyIf: null, observable: true, summary, onFailure };
}

function throughPooler(name: string): Problem {
  return {
    code: 'ERP-0686',
    what: `A dump of ${name} cannot be made through its pooler.`,
    why: 'It assigns connections per transaction, and pg_dump leaves an empty search_path on them: the next client would not find tables without their schema. The database contains rows, so it must be dumped first.',
    todo: [
      {
        text: "Use the server's direct address in --database-url (Neon: the host without -pooler; Supabase: port 5432; RDS Proxy: the endpoint of the cluster).",
      },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

function dumpFailed(name: string, when: string): Omit<Problem, 'excerpt'> {
  return {
    code: 'ERP-0640',
    what: `A dump of ${name} could not be made ${when}.`,
    why: 'It contains rows, so nothing was changed in it; the error is below.',
    todo: [{ text: 'Fix the cause (most often a full disk), then run again.' }],
    exit: exitCodes.stepFailed,
  };
}
