import type { FlagName } from './flag-table.ts';

/** A command of erp-deploy. */
export interface CommandDefinition {
  /** The line in `erp-deploy --help`. */
  readonly description: string;
  /** The flags that mean something to it; it refuses all others. */
  readonly flags: readonly FlagName[];
  /** Command lines without the program's name, each with what it does, for help. */
  readonly examples: readonly [Example, Example];
  /** Its only argument, as commander writes it, and a description. */
  readonly argument?: readonly [string, string];
  /** Whether the command only checks. If it is interrupted, its result is incomplete. */
  readonly isReadOnly?: true;
  /** Whether the workspace may be a folder that does not exist yet. */
  readonly acceptsNewWorkspace?: true;
}

type Example = readonly [command: string, purpose: string];
