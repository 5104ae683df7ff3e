import type { BackupSettings } from './backup.ts';
import type { Containers, GivenContainers } from './containers.ts';

/** The configuration of a rollout, with every default filled in. */
export interface Config {
  readonly engine: 'auto' | 'docker' | 'embedded';
  /** A title for screens and reports. */
  readonly project: string;
  readonly production: {
    /** An SSH destination: a name, an address or an alias of `~/.ssh/config`. */
    readonly host?: string;
    /** The directory of the deployment, absolute, on the production host. */
    readonly directory: string;
    /** Without a password. */
    readonly databaseUrl?: string;
    /** What carries the SSH connection. */
    readonly ssh: 'auto' | 'openssh' | 'ssh2';
  };
  readonly publicHost: string;
  readonly cloudflare: {
    /** The container that runs cloudflared on the production host; without it, no tunnel is configured. */
    readonly container?: string;
    /** The URL to which the tunnel forwards requests, such as `http://traefik:80`. */
    readonly service: string;
    /** The container that runs Traefik. */
    readonly traefik: string;
    /** Relative to the workspace, or absolute. */
    readonly apiTokenFile?: string;
    /** The address to connect to for the public host name, as HOST:PORT, instead of the one from DNS. */
    readonly connectTo?: string;
  };
  readonly database: { readonly name: string; readonly user: string };
  /** The containers: what is configured, else what the workspace's compose file says, else the defaults. */
  readonly containers: Containers;
  /** What the configuration itself says about them. */
  readonly givenContainers: GivenContainers;
  /** The other PostgreSQL on the production host, which must not be affected. */
  readonly neighbour: { readonly container: string; readonly database: string; readonly user: string };
  /** How long a migration waits for locks of tables, in milliseconds, and how often it is tried in all. */
  readonly migrations: { readonly milliseconds: number; readonly attempts: number };
  readonly backup: BackupSettings;
  /** The OpenSpec change that this rollout completes. */
  readonly openspecChange?: string;
  /** The reasons for skipping steps, by step id. */
  readonly skip: Readonly<Record<string, string>>;
  /** Relative to the workspace, or absolute. */
  readonly starterSchema: string;
  /** Rights of our roles beyond their bounds, as problems list them. */
  readonly allowedRights?: readonly string[];
}
