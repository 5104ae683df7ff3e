import type { Secret } from '../../domain/secret.ts';

/** A host whose key stands in no known_hosts file. */
interface HostKeyQuestion {
  /** As known_hosts would name it: `[host]:port` where the port is not 22. */
  readonly host: string;
  /** `SHA256:…`, as `ssh-keygen -l` shows it. */
  readonly fingerprint: string;
  /** Such as `ssh-ed25519`. */
  readonly keyType: string;
  /** The known_hosts file that a yes writes it to; null where the operator has none. */
  readonly file: string | null;
}

/** The lock of a host: a file there, absolute, and the token that it must hold. */
export interface LockToken {
  readonly file: string;
  readonly token: string;
}

export interface SshOptions {
  /** Of the process: SSH_AUTH_SOCK, SHELL, and what `IdentityFile` and `IdentityAgent` name. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** In place of ~/.ssh/config and the system's, as `ssh -F`. */
  readonly configFile?: string;
  /** Where the deployment lies: absolute, or relative to the home of the user who logs in (the default). */
  readonly folder?: string;
  /** Asked before anything of the operator's is sent; `false` refuses. It may take as long as it likes. */
  readonly decideHostKey: (question: HostKeyQuestion) => Promise<boolean>;
  /** Asked only for a key that the server would take; null gives that key up. */
  readonly askPassphrase: (keyPath: string) => Promise<Secret | null>;
  /** The lock that every change checks, in the same command that makes it; null while none is held. */
  readonly lock?: () => LockToken | null;
  /** The container whose bash reaches PostgreSQL where the server forbids forwarding. */
  readonly databaseContainer?: string;
  readonly limits?: Partial<Limits>;
}

/** Times in milliseconds. */
export interface Limits {
  /** For one log-in, without the time that people are asked something. */
  readonly connect: number;
  /** Between two signs of life; after `keepaliveMisses` of them without an answer the link is dead. */
  readonly keepalive: number;
  readonly keepaliveMisses: number;
  /** For a command that is a look: one whose lines nobody is told. */
  readonly look: number;
  /** For a change: how long it may print nothing. An image that is being fetched keeps printing. */
  readonly silence: number;
  /** For opening a channel, and for waiting for a free one. */
  readonly channel: number;
  /** For one HTTP answer. */
  readonly answer: number;
  /** Sessions (commands and sftp) at once: sshd takes 10 by default (sshd_config(5), MaxSessions). */
  readonly sessions: number;
  /**
   * Keys offered in one log-in. Each counts as a failure, and sshd breaks off at the sixth (sshd_config(5),
   * MaxAuthTries). From OpenSSH 9.8 on, a log-in that failed is penalised as a whole, however many keys it
   * took: a second try with more keys would cost more than a fifth key in the first.
   */
  readonly keys: number;
}

export const defaultLimits: Limits = {
  connect: 12_000,
  keepalive: 2_000,
  keepaliveMisses: 3,
  look: 30_000,
  silence: 600_000,
  channel: 10_000,
  answer: 30_000,
  sessions: 8,
  keys: 5,
};
