import type { Stack } from '../containers/stack.ts';
import type { Environment } from '../domain/change.ts';
import type { Database, Host } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';

/** Production: a database, in a container of a droplet or on a server that somebody else runs. */
export type Production = DropletProduction | ServerProduction;

interface DropletProduction {
  readonly database: Database;
  readonly stack: Stack;
  readonly server: null;
}

interface ServerProduction {
  readonly database: Database;
  readonly stack: null;
  readonly server: ManagedServer;
}

/** A server that a URL names. Nothing of its machine is in reach. */
export interface ManagedServer {
  /** This machine: what PostgreSQL's own programs run on. */
  readonly here: Host;
  /** Logs in anew, beside the session of the roll-out. */
  open(): Promise<Session>;
  /** @throws ProblemError (exit 2) where the URL is at fault */
  address(): Promise<ServerAddress>;
}

/** Where a server is, and how it is reached. */
export interface ServerAddress {
  /** `host:port/database`: what people, documents and records call it. Holds no user and no password. */
  readonly name: string;
  /** A name, an address, or the folder of a unix socket (it starts with `/`). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** How the connection is protected, in words. */
  readonly protection: string;
  /** Where libpq's programs find it. */
  environment(): Promise<Environment>;
}
