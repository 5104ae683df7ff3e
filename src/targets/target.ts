import type { Stack } from '../containers/stack.ts';
import type { Environment, HostId } from '../domain/change.ts';
import type { Database } from '../domain/ports/database.ts';
import type { Files } from '../domain/ports/files.ts';
import type { Host } from '../domain/ports/host.ts';
import type { Session } from '../domain/session.ts';

/**
 * An environment in which a database is deployed, migrated and validated: the local test or production.
 * `Items` are the checklist items that a check of it verifies.
 */
export type Target<Items extends object = object> =
  | EmbeddedTarget<Items>
  | ContainerTarget<Items>
  | ServerTarget<Items>;

/** What a rollout calls production: containers on a host, or the server that a database URL names. */
export type Production = ContainerTarget | ServerTarget;

interface TargetParts<Items extends object> {
  /** What erp-deploy calls it: `local test`, `production`. */
  readonly name: string;
  readonly database: Database;
  /** The folder of the deployment. */
  readonly files: Location;
  /** Declared by the step that checks the target; none outside of a step. */
  readonly items: Items;
}

/** The embedded engine of the local test. */
export interface EmbeddedTarget<Items extends object = object> extends TargetParts<Items> {
  readonly stack: null;
  readonly server: null;
}

/** A database and an API in our containers, on this machine or on a production host. */
export interface ContainerTarget<Items extends object = object> extends TargetParts<Items> {
  readonly stack: Stack;
  readonly server: null;
}

/** A database on a server that others run. */
export interface ServerTarget<Items extends object = object> extends TargetParts<Items> {
  readonly stack: null;
  readonly server: ManagedServer;
}

/** The folder of a deployment: its compose file, `.env` and `data/`. */
export interface Location {
  readonly files: Files;
  /** Relative to the root of `files`. */
  readonly folder: string;
  /** Absent for the workspace. */
  readonly host?: HostId;
}

/** A server that a URL names. Nothing else on its machine can be reached. */
export interface ManagedServer {
  /** The machine that runs erp-deploy and PostgreSQL's client programs. */
  readonly here: Host;
  /** Opens another session beside the one of the rollout. */
  open(): Promise<Session>;
  /** @throws ProblemError (exit 2) if the URL cannot be used */
  address(): Promise<ServerAddress>;
  /** Returns the name of its address; null until the URL is resolved. */
  knownName(): string | null;
}

/** How a server is reached. */
export interface ServerAddress {
  /** `host:port/database`, as messages and documents show it: without user and password. */
  readonly name: string;
  /** A name, an address, or the folder of a unix socket (it starts with `/`). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** How the connection is protected, as text. */
  readonly protection: string;
  /** The variables with which libpq's programs find the server. */
  environment(): Promise<Environment>;
}
