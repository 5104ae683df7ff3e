import type { CommandName } from '../../domain/command-names.ts';
import type { Files } from '../../domain/ports/files.ts';
import type { ExitCode } from '../../domain/problem.ts';
import type { RoundTrips } from '../../domain/round-trips.ts';
import type { Working } from '../../engine/executor.ts';
import type { Reporter } from '../../engine/reporter.ts';
import type { Flags } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { Io, Terminal } from './io.ts';

/** What every command is given. */
export interface CommandParts extends Pick<Io, 'adapters' | 'env' | 'cwd' | 'signal'> {
  readonly name: CommandName;
  readonly flags: Flags;
  /** The files of the current directory. */
  readonly here: Files;
  readonly terminal: Terminal;
  readonly reporter: Reporter;
  /** What is exchanged with the production host. */
  readonly traffic: RoundTrips;
  /** Counts the changes that the command is applying now. */
  readonly working: Working;
  /** The host key of the production host. */
  readonly hostKey: {
    /** The fingerprint of the key that was trusted; null before a connection. */
    shown: string | null;
    /** The only fingerprint to accept; null if known_hosts and the operator decide. */
    readonly expected: string | null;
  };
  /** Version of erp-deploy. */
  readonly version: string;
  /** Completes commands that a page or a document shows, so that the operator can paste them. */
  readonly invocation: Invocation;
  /** The arguments after the name of the program, without the value of a database URL that contains a password. */
  readonly typed: readonly string[];
}

/** Runs one command, and returns the exit code. */
export type Execute = (parts: CommandParts) => Promise<ExitCode>;

export const journalPath = '.erp-deploy/journal.jsonl';
