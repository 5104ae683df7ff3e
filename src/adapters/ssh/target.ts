import type { Restrictions } from './restrictions.ts';

/** The settings of a connection, as OpenSSH resolves them. */
export interface SshTarget {
  /** The destination as the operator typed it. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The name in known_hosts, and the name without the port that OpenSSH tries next; see `trust.ts`. */
  readonly hostKeyName: string;
  readonly bareHostKeyName: string | null;
  readonly userKnownHosts: readonly string[];
  readonly systemKnownHosts: readonly string[];
  readonly hashesKnownHosts: boolean;
  /** Files that list revoked keys. `ssh -G` only names them: erp-deploy has to check them itself. */
  readonly revokedHostKeys: readonly string[];
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** The agent's socket; null for none. */
  readonly agent: string | null;
  readonly family: 4 | 6 | null;
  readonly restrictions: Restrictions;
  readonly proxy: ProxySetting | null;
  /** Settings that only OpenSSH itself can carry out, a line for each with the reason. */
  readonly onlyOpenSsh: readonly string[];
  /** The setting because of which ssh would log in only with what the operator types; null if there is none. */
  readonly keyless: string | null;
  /** Whether a library other than that of OpenSSH speaks to security keys (SecurityKeyProvider). */
  readonly hasTokenProvider: boolean;
  /** Whether this ssh knows ForkAfterAuthentication (OpenSSH 8.7); an older one would refuse the setting. */
  readonly canFork: boolean;
}

/** A command line for a shell, or the hosts of a ProxyJump (the last one connects to the target). */
export type ProxySetting =
  | { readonly by: 'command'; readonly line: string }
  | { readonly by: 'jump'; readonly hosts: readonly [string, ...string[]] };
