import type { Environment, HostId, PathBefore } from './change.ts';
import type { Secret } from './secret.ts';
import type { Session } from './session.ts';
import type { SqlChange } from './sql-change.ts';

/** The environment variables of a run, by name. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Standard input of a run; a terminal if `isTTY`. */
export type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  _read?(size: number): void;
};

/** Standard output or error of a run; a terminal has a size in columns and rows. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** Reactions to signals from outside. */
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
  /** Shows a text in a pager on the terminal of the process. */
  page(pager: string, text: string, environment: EnvironmentVariables): Promise<void>;
}

/** What is at a path. Symbolic links are followed; a dangling one is `other`. */
export type Node =
  | { readonly type: 'absent' }
  | { readonly type: 'file'; readonly mode: number; readonly size: number }
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'other'; readonly what: string };

/** A folder or a file to be made, if the path is as it was confirmed. */
export type FileChange = { readonly path: string; readonly before: PathBefore } & (
  | { readonly type: 'directory' }
  | { readonly type: 'file'; readonly content: string; readonly mode: number }
);

/**
 * Files by their path relative to the root, with `/`. Every method throws `FileFault` if the file system refuses. With
 * `before`, a change throws `PreconditionFailed` if the path is not in that state any more, and changes nothing.
 */
export interface Files {
  readonly root: string;
  /**
   * Makes changes in order, in one request, up to the first that fails: each as a whole or not at all. Absent if a
   * request costs nothing.
   * @returns how many were made, and the error of the next one; null if all were
   */
  together?(changes: readonly FileChange[]): Promise<{ readonly done: number; readonly error: unknown }>;
  /** Whether changes check `before`, in the same command. If not, they ignore it. */
  readonly checksBefore?: true;
  inspect(path: string): Promise<Node>;
  /**
   * Returns the text of a regular file, with its byte order mark. Fails with `EILSEQ` if the bytes are not UTF-8, with
   * `EINVAL` if it is a pipe or a device, and with `EFBIG` if it is too large.
   */
  read(path: string): Promise<string>;
  /** Reads a pipe or a device as well, to its end; only once. */
  readStream?(path: string): Promise<string>;
  /** Returns whether a path is in the root, with the symbolic links of this machine resolved. */
  isInside(path: string): Promise<boolean>;
  /** Returns the SHA-256 of the bytes, in hex. */
  hash(path: string): Promise<string>;
  /** Returns the names in a directory, sorted; none if it does not exist. */
  list(path: string): Promise<readonly string[]>;
  makeDirectory(path: string, before?: PathBefore): Promise<void>;
  /** Writes atomically: to a temporary file beside it, flushed, then renamed. */
  write(path: string, content: string, mode: number, before?: PathBefore): Promise<void>;
  move(from: string, to: string): Promise<void>;
  /** Copies atomically, as `write`. */
  copy(from: string, to: string, mode: number): Promise<void>;
  setMode(path: string, mode: number, before?: PathBefore): Promise<void>;
  remove(path: string, before?: PathBefore): Promise<void>;
  /** Fails with `ENOTEMPTY` if it is not empty. */
  removeFolder(path: string, before?: PathBefore): Promise<void>;
}

/** The system refused to do something with a file. */
export class FileFault extends Error {
  /** Name of the error in errno(3): `EACCES`, `ENOSPC`, `EROFS`, … */
  readonly errno: string;
  readonly path: string;
  readonly operation: string;
  /** Name of the host; absent for this machine. */
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

/** A database that steps work on. */
export interface Database {
  readonly target: 'embedded' | 'docker' | 'production';
  /**
   * Returns `absent` also if its server does not run; `unfinished` if its creation was interrupted before anything was
   * stored in it; `foreign` if its files are of another PostgreSQL major version than the engine's.
   */
  state(): Promise<
    | { readonly is: 'absent' | 'unfinished' | 'present' }
    | { readonly is: 'foreign'; readonly major: string; readonly ours: string }
  >;
  /** Returns the only session of this rollout, which the first call opens. Only if the state is `present`. */
  session(): Promise<Session>;
  /**
   * The session for changes: all of them use the same connection. After `migrated`, `session` opens a new connection
   * for checks. Absent if the engine has only one session.
   */
  readonly changing?: { session(): Promise<Session>; migrated(): void };
  /**
   * Returns what was found before under the name of this question, unless a change has touched the database since;
   * otherwise asks. Absent if nothing is kept.
   */
  inspect?<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer>;
  /**
   * Logs in to another database of the same server, with the same role; the caller closes the session. Absent if the
   * engine has only one database.
   */
  beside?(name: string): Promise<Session>;
  /** Creates it, after removing an unfinished one; opens the one of a container, which creates its own. */
  create(): Promise<Session>;
  /** Dumps it into a file of the workspace, mode 0600; absent if a program of the server does that. */
  dump?(path: string): Promise<void>;
  /** Restores such a file into a separate database. */
  openDump?(path: string): Promise<Session>;
  /** Makes it count as absent from now on, even if others create it meanwhile: for checks that do not hold the lock. */
  ignore(): void;
  close(): Promise<void>;
}

/** The result of a process. */
export interface ProcessResult {
  /** Null if a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether the program does not exist on the machine, or may not be run. */
  readonly notFound: boolean;
}

/** The input of a program besides its arguments. */
export interface Given {
  /** Variables in addition to those that it inherits; only on this machine. */
  readonly environment?: Environment | undefined;
  /** Standard input; empty if left out. */
  readonly input?: string | undefined;
  /**
   * Whether it inspects a state that only changes alter. Then it may be answered together with other inspections, and
   * by what was found before, if nothing has touched it since.
   */
  readonly inspects?: boolean | undefined;
  /** Whether nothing waits for the result: then it does not count as a round trip. */
  readonly background?: boolean | undefined;
}

export interface Processes {
  /**
   * Runs a program in a folder, never through a shell. The terminal's Ctrl-C does not reach it, so that it can finish.
   * @param cwd relative to the workspace, or to the deployment's folder on a server; null if any folder will do
   * @param onLine receives each line of its output and errors
   */
  run(
    argv: readonly [string, ...string[]],
    cwd: string | null,
    signal: AbortSignal,
    onLine?: (line: string) => void,
    given?: Given,
  ): Promise<ProcessResult>;
}

/** A database server's port on a host's 127.0.0.1, with the login. */
export interface ServerLogin {
  /** On 127.0.0.1 of the host. */
  readonly port: number;
  /** The container of the server, and its port there: used if the host forbids forwarding. */
  readonly container: { readonly name: string; readonly port: number };
  readonly database: string;
  readonly user: string;
  /** A function is called when the server asks for it, so that nothing is read before the port was reached. */
  readonly password: Secret | (() => Promise<Secret>);
}

/** Where a database server is on a host. */
export type DatabaseAddress = Pick<ServerLogin, 'port' | 'container'>;

/** Where a client on this machine reaches a port of a host, until it is closed. */
export interface LocalAddress {
  /** A name or an address, or the folder of a unix socket (it starts with `/`). */
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A machine that things are deployed on. */
export interface Host {
  readonly id: HostId;
  /** Name to show. */
  readonly name: string;
  /** Relative to the deployment's folder, or to the workspace on this machine. */
  readonly files: Files;
  readonly processes: Processes;
  /** Returns whether a program listens on this port of its 127.0.0.1. */
  listens(port: number): Promise<boolean>;
  /** @throws DatabaseError if the server cannot be reached, or refuses */
  openServer(login: ServerLogin): Promise<Session>;
  /** Lets programs of this machine reach the database server on this port of its 127.0.0.1. */
  localAddress(at: DatabaseAddress): Promise<LocalAddress>;
  /**
   * Sends a GET request from the host to a port of its 127.0.0.1, or of another address that it can reach.
   * @throws NetworkFault
   */
  get(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    address?: string,
  ): Promise<HttpAnswer>;
  /** Replaces the connection to it by a new one; does nothing without a connection. @throws ProblemError */
  renew(): Promise<void>;
  /** Forgets what inspections found, because it may have changed. Absent if nothing is kept. */
  forget?(): void;
}

/** A file that is only appended to, line by line. */
export interface AppendFile {
  /** Relative to the workspace, to be shown. */
  readonly path: string;
  /** Returns all bytes; none if the file does not exist. */
  read(): Promise<Uint8Array>;
  /** Appends text and flushes it to the disk before it resolves. */
  append(text: string): Promise<void>;
  /** Truncates the file to this many bytes. */
  cut(bytes: number): Promise<void>;
  /**
   * Returns what identifies the folder of the file; null if it does not exist. It stays the same if the folder or one
   * above it is renamed or mounted elsewhere, and differs in a copy.
   */
  folderId(): Promise<string | null>;
}

/** Numbered files for the workspace lock; each number can be claimed only once. */
export interface ClaimFolder {
  entries(): Promise<readonly { readonly number: number; readonly text: string }[]>;
  /** Creates entry `number` with its text atomically; false if it exists. */
  claim(number: number, text: string): Promise<boolean>;
  replace(number: number, text: string): Promise<void>;
  remove(number: number): Promise<void>;
  readonly sockets: LivenessSockets;
}

/** A socket file, with the numbers that distinguish it from another of the same name. */
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

/** A process, distinguished from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Its start time in the system's own unit; comparable only within one boot. */
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

/** A database, for the executor. */
export interface SqlTarget {
  /** Returns whether the ledger's head is the confirmed one; true as well for a change that checks it under its lock. */
  holds(change: SqlChange): Promise<boolean>;
  /**
   * Applies the change completely or not at all.
   * @param onLine receives a line for each attempt that has to be repeated
   * @throws ProblemError if the server refuses; PreconditionFailed if the ledger has changed meanwhile
   */
  apply(change: SqlChange, onLine?: (line: string) => void): Promise<void>;
}

/** The actual state was not the confirmed one when the change was applied; nothing was changed. */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
}

export interface HttpAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: string;
}

/**
 * No response: the server cannot be reached, took too long, or closed the connection. It may have acted nevertheless.
 */
export class NetworkFault extends Error {
  readonly url: string;
  /** The platform's error: `ECONNREFUSED`, `ENOTFOUND`, `TimeoutError`, … */
  readonly code: string;

  constructor(url: string, code: string, options?: ErrorOptions) {
    super(`no response from ${url}: ${code}`, options);
    this.name = 'NetworkFault';
    this.url = url;
    this.code = code;
  }
}

/** The response of a public server. */
export interface PublicAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 64 KB. */
  readonly body: string;
}

/** Public servers, reached from this machine without credentials. */
export interface PublicWeb {
  /**
   * Sends a GET request over HTTPS; does not follow redirects.
   * @param connectTo address and port to connect to instead of what the name resolves to
   * @throws NetworkFault with Node's code, such as `ENOTFOUND` or `CERT_HAS_EXPIRED`
   */
  get(
    host: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    connectTo: string | null,
    signal: AbortSignal,
  ): Promise<PublicAnswer>;
  /** Resolves a name; empty if it has no address. @throws NetworkFault if no resolver responds */
  addresses(host: string): Promise<readonly string[]>;
}

/** Cloudflare's API, used with the operator's token. */
export interface CloudflareApi {
  /**
   * Returns the `result` of a request. Waits as long as a 429 response asks for; retries a GET after a server error,
   * but never a change.
   * @param path relative to `/client/v4`
   * @throws ApiRefusal; NetworkFault without a response
   */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<unknown>;
}

/** Cloudflare's API refused a request. */
export class ApiRefusal extends Error {
  readonly status: number;
  /** Cloudflare's own numbers, such as 10000. */
  readonly codes: readonly number[];
  /** Seconds; null if the response has none. */
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
