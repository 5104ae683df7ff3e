import type { SqlChange } from './change.ts';
import type { Session } from './session.ts';

/** What lies at a path. A symbolic link is followed; one that leads nowhere is `other`. */
export type Node =
  | { readonly type: 'absent' }
  | { readonly type: 'file'; readonly mode: number; readonly size: number }
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'other'; readonly what: string };

/**
 * The workspace's files, by path relative to it (with `/`). Every method throws `FileFault`
 * where the system refuses.
 */
export interface Files {
  readonly root: string;
  look(path: string): Promise<Node>;
  /** The text; `EILSEQ` where the bytes are not UTF-8. A byte order mark is kept. */
  read(path: string): Promise<string>;
  /** SHA-256, in hex, of the bytes. */
  hash(path: string): Promise<string>;
  /** Names in a directory, sorted; empty where it is absent. */
  list(path: string): Promise<readonly string[]>;
  makeDirectory(path: string): Promise<void>;
  /** All or nothing: a temporary file beside it, flushed, then renamed over it. */
  write(path: string, content: string, mode: number): Promise<void>;
  move(from: string, to: string): Promise<void>;
  /** All or nothing, as `write`. */
  copy(from: string, to: string, mode: number): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
  remove(path: string): Promise<void>;
}

/** The system refused to do something with a file. */
export class FileFault extends Error {
  /** `EACCES`, `ENOSPC`, `EROFS`, … as errno(3) names them. */
  readonly errno: string;
  readonly path: string;
  readonly operation: string;

  constructor(operation: string, path: string, errno: string, options?: ErrorOptions) {
    super(`${operation} ${path}: ${errno}`, options);
    this.name = 'FileFault';
    this.operation = operation;
    this.path = path;
    this.errno = errno;
  }
}

/** A database that this roll-out makes for itself: the embedded one. */
export interface LocalDatabase {
  readonly target: 'embedded';
  /**
   * `absent`; `unfinished` where its making was cut off before anything was put into it;
   * `foreign` where its files are of another PostgreSQL major than the engine's.
   */
  state(): Promise<
    | { readonly is: 'absent' | 'unfinished' | 'present' }
    | { readonly is: 'foreign'; readonly major: string; readonly ours: string }
  >;
  /** The one session of this roll-out; opened when first asked for. Only where the state is `present`. */
  session(): Promise<Session>;
  /** Makes it, clearing away an unfinished one. */
  create(): Promise<Session>;
  /** From now on it counts as absent, whatever others make of it meanwhile: for looks that hold no lock. */
  ignore(): void;
  close(): Promise<void>;
}

/** What one finished process left. */
export interface ProcessResult {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** True where the program is not on this machine, or may not be run. */
  readonly notFound: boolean;
}

export interface Processes {
  /** Runs a program in a folder of the workspace; never through a shell. */
  run(argv: readonly [string, ...string[]], cwd: string, signal: AbortSignal): Promise<ProcessResult>;
}

/** A file that only grows, by whole lines. */
export interface AppendFile {
  /** Shown to people: relative to the workspace. */
  readonly path: string;
  /** The whole text; empty where the file is absent. */
  read(): Promise<string>;
  /** Adds text at the end and flushes it to the disk before it answers. */
  append(text: string): Promise<void>;
  /** Cuts the file to this many bytes. */
  cut(bytes: number): Promise<void>;
}

/** Numbered files, of which a number can be claimed once: what the workspace lock is made of. */
export interface ClaimFolder {
  entries(): Promise<readonly { readonly number: number; readonly text: string }[]>;
  /** Makes entry `number` with all of its text at once; false where it exists. */
  claim(number: number, text: string): Promise<boolean>;
  replace(number: number, text: string): Promise<void>;
  remove(number: number): Promise<void>;
}

/** A process of some machine, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system counts; comparable on one boot only. */
  readonly started: string;
  readonly boot: string;
  readonly host: string;
  readonly user: string;
}

export interface ProcessTable {
  self(): Promise<ProcessIdentity>;
  /** `unknown` for a process of another machine. */
  isRunning(identity: ProcessIdentity): Promise<'running' | 'gone' | 'unknown'>;
}

/** The time now, as ISO 8601 in UTC. */
export type Clock = () => string;

/** Cryptographically secure random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** A database as the executor changes it. */
export interface SqlTarget {
  /** The last migration in the ledger; null where there is none, or no ledger, or no database yet. */
  head(): Promise<string | null>;
  /** All of the change or nothing of it. @throws ProblemError where the server refuses */
  apply(change: SqlChange): Promise<void>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: string;
}

/** No answer came: the server cannot be reached, took too long, or broke off. It may have acted all the same. */
export class NetworkFault extends Error {
  readonly url: string;
  /** `ECONNREFUSED`, `ENOTFOUND`, `TimeoutError`, … as far as the platform says. */
  readonly code: string;

  constructor(url: string, code: string, options?: ErrorOptions) {
    super(`no answer from ${url}: ${code}`, options);
    this.name = 'NetworkFault';
    this.url = url;
    this.code = code;
  }
}

export interface Http {
  /** An answer of any status; a redirect is one too, and not followed. @throws NetworkFault */
  request(method: string, url: string, body: string | null, signal: AbortSignal): Promise<HttpAnswer>;
}
