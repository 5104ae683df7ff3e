import type { Environment, HostId } from './change.ts';
import type { Secret } from './secret.ts';
import type { Session } from './session.ts';
import type { SqlChange } from './sql-change.ts';

/** The environment variables of a run, by name. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Where a run reads from: a terminal, if `isTTY`. */
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

/** What a signal from outside comes to. */
export interface SignalReactions {
  stop(): void;
  suspend(): void;
  continued(): void;
}

/** Listens until it is disposed of. */
export interface Listening {
  dispose(): void;
}

/** The process that erp-deploy runs in. */
export interface OwnProcess {
  /** Version of Node. */
  readonly nodeVersion: string;
  /** Sends the process the signal of Ctrl-C. */
  interrupt(): void;
  /** Suspends the process group until the shell continues it. */
  suspend(): Promise<void>;
  /** Listens for signals; while suspension is left to the system, SIGTSTP stops the process at once. */
  onSignals(reactions: SignalReactions): Listening & { takeSuspension(): void; leaveSuspension(): void };
  /** Listens for SIGWINCH. */
  onResize(act: () => void): Listening;
  onExit(act: () => void): Listening;
  /** Shows a file in a pager on the terminal of the process. */
  page(pager: string, path: string, environment: EnvironmentVariables): Promise<void>;
}

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
  /** `ENOTEMPTY` where anything lies in it. */
  removeFolder(path: string): Promise<void>;
}

/** The system refused to do something with a file. */
export class FileFault extends Error {
  /** `EACCES`, `ENOSPC`, `EROFS`, … as errno(3) names them. */
  readonly errno: string;
  readonly path: string;
  readonly operation: string;
  /** Whose file system it was; absent where it was this machine's. */
  readonly host?: string;

  constructor(
    operation: string,
    path: string,
    errno: string,
    options: ErrorOptions & { readonly host?: string } = {},
  ) {
    super(`${operation} ${path}: ${errno}`, options);
    if (options.host !== undefined) this.host = options.host;
    this.name = 'FileFault';
    this.operation = operation;
    this.path = path;
    this.errno = errno;
  }
}

/** The database that steps work on: the embedded one, or the one in a container. */
export interface Database {
  readonly target: 'embedded' | 'docker' | 'production';
  /**
   * `absent` also where its server does not run; `unfinished` where its making was cut off before anything
   * was put into it; `foreign` where its files are of another PostgreSQL major than the engine's.
   */
  state(): Promise<
    | { readonly is: 'absent' | 'unfinished' | 'present' }
    | { readonly is: 'foreign'; readonly major: string; readonly ours: string }
  >;
  /** The one session of this roll-out; opened when first asked for. Only where the state is `present`. */
  session(): Promise<Session>;
  /**
   * The same for changes: none of them is made on another connection than the one before it. After `migrated`,
   * whoever asks for `session` looks on a new connection. Absent where the engine has one session in all.
   */
  readonly changing?: { session(): Promise<Session>; migrated(): void };
  /** Makes it, clearing away an unfinished one; a container makes its own, and this opens it. */
  create(): Promise<Session>;
  /** Writes all of it into a file of the workspace, mode 0600; absent where a program of the server's does that. */
  dump?(path: string): Promise<void>;
  /** Such a file, read back into a database of its own. */
  openDump?(path: string): Promise<Session>;
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

/** What a program gets besides its arguments. */
export interface Given {
  /** Variables beside those that it inherits; only on this machine. */
  readonly environment?: Environment | undefined;
  /** What it reads on standard input; nothing if left out. */
  readonly input?: string | undefined;
}

export interface Processes {
  /**
   * Runs a program in a folder; never through a shell. It does not get the terminal's Ctrl-C: what was
   * begun is finished.
   * @param cwd relative to the workspace, or to the deployment's folder on a server; null if any folder will do
   * @param onLine gets each line of output and of errors as it comes
   */
  run(
    argv: readonly [string, ...string[]],
    cwd: string | null,
    signal: AbortSignal,
    onLine?: (line: string) => void,
    given?: Given,
  ): Promise<ProcessResult>;
}

/** A database server's port on a host's loopback, and who logs in. */
export interface ServerLogin {
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: Secret;
}

/** A machine that things are deployed on. */
export interface Host {
  readonly id: HostId;
  /** As a person calls it. */
  readonly name: string;
  /** Relative to the folder that the deployment lies in: the workspace here. */
  readonly files: Files;
  readonly processes: Processes;
  /** Whether something listens on this port of its 127.0.0.1. */
  listens(port: number): Promise<boolean>;
  /** @throws DatabaseError where the server cannot be reached, or refuses */
  openServer(login: ServerLogin): Promise<Session>;
  /**
   * Asks an HTTP server on a port of its 127.0.0.1, or of another address that it reaches.
   * @throws NetworkFault
   */
  get(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    address?: string,
  ): Promise<HttpAnswer>;
  /** Leaves the connection to it, and makes a new one; nothing where there is none. @throws ProblemError */
  renew(): Promise<void>;
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
  readonly sockets: LivenessSockets;
}

/** A socket file, by its name and by the numbers that tell it from another of that name. */
export interface LivenessSocket {
  readonly name: string;
  readonly device: string;
  readonly inode: string;
}

/** Listening sockets beside the entries: the kernel closes one when its process ends, however it ends. */
export interface LivenessSockets {
  /** Listens until `close` is called or this process ends; null if the system has no socket for this folder. */
  listen(): Promise<{ readonly socket: LivenessSocket; close(): Promise<void> } | null>;
  /**
   * Returns `gone` if the process behind the socket has ended, provided that it ran on the present boot of this
   * machine; `unknown` if nothing can be concluded.
   */
  stateOf(socket: LivenessSocket): Promise<'running' | 'gone' | 'unknown'>;
  removeAllBut(name: string | null): Promise<void>;
}

/** A process of some machine, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system counts; comparable on one boot only. */
  readonly started: string;
  /** Empty if it could not be read. */
  readonly boot: string;
  readonly host: string;
  readonly user: string;
  /** Null if it could not be read; missing in what earlier versions wrote. */
  readonly pidNamespace?: string | null | undefined;
}

export interface ProcessTable {
  self(): Promise<ProcessIdentity>;
  /** Returns `unknown` for a process that is not visible from here: on another machine, in another PID namespace. */
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
  /**
   * All of the change or nothing of it.
   * @throws ProblemError where the server refuses; WorldMoved where the ledger is another one by then
   */
  apply(change: SqlChange): Promise<void>;
}

/** The world is not the one that a change was confirmed for, seen in the very act: nothing of it was done. */
export class WorldMoved extends Error {
  override readonly name = 'WorldMoved';
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

/** What the internet's side of a name answered. */
export interface PublicAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its first 64 KB. */
  readonly body: string;
}

/** The internet, as a stranger sees it from this machine. */
export interface PublicWeb {
  /**
   * Asks a name over HTTPS; a redirect is an answer, and not followed.
   * @param connectTo an address with a port that is asked instead of what the name resolves to
   * @throws NetworkFault with Node's code, such as `ENOTFOUND` or `CERT_HAS_EXPIRED`
   */
  get(
    host: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    connectTo: string | null,
    signal: AbortSignal,
  ): Promise<PublicAnswer>;
  /** The addresses that a name has; empty where it has none. @throws NetworkFault where no resolver answers */
  addresses(host: string): Promise<readonly string[]>;
}

/** Cloudflare's API, asked with the operator's token. */
export interface CloudflareApi {
  /**
   * Answers the `result`. What Cloudflare asks to wait for (429) is waited for, and a look is repeated where
   * the server failed; a change is not.
   * @param path below `/client/v4`
   * @throws ApiRefusal; NetworkFault where no answer came
   */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<unknown>;
}

/** Cloudflare's API said no. */
export class ApiRefusal extends Error {
  readonly status: number;
  /** Cloudflare's own numbers, such as 10000. */
  readonly codes: readonly number[];
  /** Seconds; null where it does not say. */
  readonly retryAfter: number | null;

  constructor(status: number, codes: readonly number[], message: string, retryAfter: number | null) {
    super(message);
    this.name = 'ApiRefusal';
    this.status = status;
    this.codes = codes;
    this.retryAfter = retryAfter;
  }
}

export interface Http {
  /** An answer of any status; a redirect is one too, and not followed. @throws NetworkFault */
  request(method: string, url: string, body: string | null, signal: AbortSignal): Promise<HttpAnswer>;
}
