import type { Environment, HostId } from '../change.ts';
import type { Secret } from '../secret.ts';
import type { Session } from '../session.ts';
import type { Files } from './files.ts';
import type { HttpAnswer } from './http.ts';

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
   * Whether the program only inspects a state that nothing but a change alters. If so, it may run together with other
   * inspections, and a cached result may be returned if no change has touched the state since.
   */
  readonly inspects?: boolean | undefined;
  /** Whether nothing waits for the result. If so, it does not count as a round trip. */
  readonly background?: boolean | undefined;
  /** Whether the output is only used line by line. If so, the result contains only its end, to be quoted. */
  readonly streamed?: boolean | undefined;
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
  /** A function is called when the server asks for the password, so that no file is read before the port is reached. */
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

/** A machine on which erp-deploy deploys. */
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
  /**
   * Discards the cached results of inspections, because the state may have changed. Absent if results are not cached.
   */
  forget?(): void;
}
