import type { RoundTrips } from '../../domain/round-trips.ts';
import type { Secret } from '../../domain/secret.ts';

/** A host whose key is in no known_hosts file. */
interface HostKeyQuestion {
  /** The name for known_hosts: `[host]:port` if the port is not 22. */
  readonly host: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** Such as `ssh-ed25519`. */
  readonly keyType: string;
  /** The known_hosts file to which an accepted key is added; null if none is configured. */
  readonly file: string | null;
}

/** The lock of a host: the absolute path of its token file, and the token that the file must contain. */
export interface LockToken {
  readonly file: string;
  readonly token: string;
}

export interface SshOptions {
  /** The environment of the process: SSH_AUTH_SOCK, SHELL, and variables in `IdentityFile` and `IdentityAgent`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Replaces ~/.ssh/config and the system's configuration, as `ssh -F` does. */
  readonly configFile?: string;
  /** The deployment's folder: absolute, or relative to the home directory of the login user (the default). */
  readonly folder?: string;
  /** Called before any credentials are sent, with no time limit; `false` declines the key. */
  readonly decideHostKey: (question: HostKeyQuestion) => Promise<boolean>;
  /** Called with the fingerprint of a host key that is trusted, before anything is run; it throws to end the connection. */
  readonly trusted?: (fingerprint: string) => void;
  /** Called only for a key that the server accepts; null skips that key. */
  readonly askPassphrase: (keyPath: string) => Promise<Secret | null>;
  /**
   * Asks for a password, a code or a PIN, by the text of the server or of ssh; null if the operator gives none. Left out
   * if the operator cannot be asked.
   * @param again whether the same was just answered
   */
  readonly askSecret?: (question: string, again: boolean) => Promise<Secret | null>;
  /** What carries the connection; `auto`, the default, is ssh2 unless the configuration or the keys need OpenSSH. */
  readonly transport?: 'auto' | 'openssh' | 'ssh2';
  /** Returns the lock that every change checks, in the same command that makes the change; null while none is held. */
  readonly lock?: () => LockToken | null;
  readonly limits?: Partial<Limits>;
  /** Counts what is exchanged with the host after the log-in. */
  readonly traffic?: RoundTrips;
}

/** Limits of a connection. Times are in milliseconds. */
export interface Limits {
  /** For one log-in, not counting the time for questions to the operator. */
  readonly connect: number;
  /** Between two keepalives; after `keepaliveMisses` without an answer the connection counts as lost. */
  readonly keepalive: number;
  readonly keepaliveMisses: number;
  /** For a command that changes nothing. */
  readonly query: number;
  /** For a change: how long it may print nothing. `docker pull`, for example, keeps printing. */
  readonly silence: number;
  /** For opening a channel to a port. */
  readonly channel: number;
  /** For one HTTP response. */
  readonly answer: number;
  /** Sessions (commands) at once. sshd allows 10 by default (sshd_config(5), MaxSessions). */
  readonly sessions: number;
  /**
   * Keys offered in one log-in. Each rejected key counts as a failure, and sshd disconnects at the sixth
   * (sshd_config(5), MaxAuthTries). Since OpenSSH 9.8, a failed log-in is penalised regardless of its number of keys,
   * so one log-in with five keys is better than two with fewer.
   */
  readonly keys: number;
}

export const defaultLimits: Limits = {
  connect: 12_000,
  keepalive: 2_000,
  keepaliveMisses: 3,
  query: 30_000,
  silence: 600_000,
  channel: 10_000,
  answer: 30_000,
  sessions: 8,
  keys: 5,
};
