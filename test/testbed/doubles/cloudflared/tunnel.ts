import type { Log } from '../parts/console-log.ts';
import type { Credentials } from './credentials.ts';
import type { Rule } from './ingress.ts';

/** The state of a running cloudflared. Only a configuration from Cloudflare changes the rules while it runs. */
export interface Tunnel {
  readonly credentials: Credentials;
  readonly connector: string;
  readonly log: Log;
  readonly stopping: AbortSignal;
  /** If empty, every request is answered with 503. */
  rules: readonly Rule[];
  /** Version of the configuration from Cloudflare; -1 before it arrives. */
  version: number;
  /** The registered connections to the edge. */
  readonly connected: Set<number>;
}
