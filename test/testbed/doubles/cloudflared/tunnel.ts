import type { Log } from '../parts/console-log.ts';
import type { Credentials } from './credentials.ts';
import type { Rule } from './ingress.ts';

/** What a running cloudflared knows. Only a configuration from Cloudflare changes the rules while it runs. */
export interface Tunnel {
  readonly credentials: Credentials;
  readonly connector: string;
  readonly log: Log;
  readonly stopping: AbortSignal;
  /** Empty: every request is answered with 503. */
  rules: readonly Rule[];
  /** Of what Cloudflare sent; -1 before. */
  version: number;
  /** The connections to the edge that are registered. */
  readonly connected: Set<number>;
}
