import type { CommandName } from '../domain/events.ts';
import type { ExitCode } from '../domain/problem.ts';
import type { Teller } from '../engine/tell.ts';
import type { Adapters } from './adapters.ts';
import type { Flags } from './flags.ts';
import type { Terminal } from './open-front-end.ts';

/** What every command is given. */
export interface CommandParts {
  readonly name: CommandName;
  readonly flags: Flags;
  readonly adapters: Adapters;
  readonly terminal: Terminal;
  readonly teller: Teller;
  readonly signal: AbortSignal;
  /** Version of erp-deploy. */
  readonly version: string;
  /** As the person typed it; the value of a database URL is left out. */
  readonly typed: string;
}

/** Answers what the process ends with. */
export type Execute = (parts: CommandParts) => Promise<ExitCode>;

export const journalPath = '.erp-deploy/journal.jsonl';
