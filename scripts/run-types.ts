import * as z from 'zod';
import { eventSchema } from '../src/domain/events.ts';
import { type Schema, typeOf } from './type-of-schema.ts';

/**
 * Returns the type declarations of the package's entry. They stand alone: those that TypeScript makes of src/run.ts
 * would need zod and the declarations of all of src.
 */
export function runTypes(): string {
  const events = z.toJSONSchema(eventSchema) as Schema;
  return `${head}\n/** What \`--json\` prints, one a line. */\nexport type RolloutEvent = ${typeOf(events)};\n`;
}

const head = `// Made by \`npm run generate\`.
/** The environment variables of a run, by name. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Where a run reads from: a terminal, if \`isTTY\`. */
export type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  _read?(size: number): void;
};

/** Where a run writes to; the size of a terminal in columns and rows. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** What reaches files, processes, databases and networks. Pass \`realAdapters\`; its other members are internal. */
export interface Adapters {
  /** Returns the time, in ISO 8601 and UTC. */
  readonly clock: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly [internal: string]: unknown;
}

export declare const realAdapters: Adapters;

/** Everything that a run touches. */
export interface Io {
  readonly adapters: Adapters;
  readonly env: EnvironmentVariables;
  /** The current directory, absolute: what paths on the command line are relative to. */
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /**
   * Stops the run safely: it ends with 130 or 143, and the next one resumes. An \`Interrupted\` as its reason says by
   * which signal; any other reason counts as SIGTERM.
   */
  readonly signal: AbortSignal;
  /** How the operator starts the program, as an argument list, for suggested commands (default: \`erp-deploy\`). */
  readonly calledAs?: readonly string[];
}

/** What a run ends with; docs/reference/exit-codes.md says what each means. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130 | 143;

/** Why a run was stopped from outside: the reason of its \`AbortSignal\`. */
export declare class Interrupted extends Error {
  constructor(by: 'SIGINT' | 'SIGTERM' | 'SIGHUP');
  readonly by: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
}

/** Version of the events' format; refuse a newer one. */
export declare const eventVersion: 1;

/**
 * Runs one command of erp-deploy, from its words to its exit code. Does not end the process, and does not affect
 * another run that goes on at the same time.
 * @param argv the words behind the name of the program, such as \`['run', '--json', '--workspace', '/srv/erp']\`
 */
export declare function run(argv: readonly string[], io: Io): Promise<ExitCode>;
`;
