import type { Secret } from '../../../domain/secret.ts';
import type { SshOptions } from '../options.ts';
import type { SshTarget } from '../target.ts';
import type { Asks } from './arguments.ts';
import type { Prompt } from './prompts.ts';
import type { SshLog } from './ssh-log.ts';

/** What the operator has answered so far; kept for a reconnection, so that they are not asked twice. */
export class Memory {
  /** Fingerprints of accepted host keys, by the host's name. */
  readonly hostKeys = new Map<string, string>();
  /** Passphrases and passwords, by the question. */
  readonly secrets = new Map<string, Secret>();
}

type SecretPrompt = Extract<Prompt, { readonly is: 'passphrase' | 'secret' }>;
export type HostKeyPrompt = Extract<Prompt, { readonly is: 'host-key' }>;

interface Parts {
  readonly target: SshTarget;
  readonly options: SshOptions;
  readonly memory: Memory;
}

/** Answers the questions of one log-in from what is known, or asks the operator. */
export class Answers {
  /** A host key that the operator has to be asked about, after this log-in. */
  doubt: HostKeyPrompt | null = null;
  /** A question to which there was no answer. */
  unanswered: string | null = null;
  /** Files of keys that stayed locked, with the reason. */
  readonly locked = new Map<string, string>();
  /** Whether the operator was asked for something. */
  hasAsked = false;
  readonly #parts: Parts;
  readonly #asks: Asks;
  readonly #asking: (asking: boolean) => void;
  readonly #stop: () => void;
  /** Questions of this log-in: one that is repeated was answered wrongly. */
  readonly #before = new Set<string>();

  /**
   * @param asking called with true while the operator is asked
   * @param stop ends the log-in
   */
  constructor(parts: Parts, asks: Asks, asking: (asking: boolean) => void, stop: () => void) {
    this.#parts = parts;
    this.#asks = asks;
    this.#asking = asking;
    this.#stop = stop;
  }

  async answer(prompt: Prompt): Promise<string | null> {
    if (prompt.is === 'host-key') return this.#hostKey(prompt);
    if (prompt.is === 'permission') return 'no';
    this.#asking(true);
    this.hasAsked = true;
    try {
      if (prompt.is === 'touch') return await new Promise<null>(() => undefined); // ssh ends the question itself
      const secret = await this.#secret(prompt);
      if (secret === null && prompt.is === 'secret') this.#decline(prompt.text);
      return secret?.reveal() ?? null;
    } finally {
      this.#asking(false);
    }
  }

  /** With a fingerprint as the answer, ssh accepts no other key (OpenSSH 8.0), whatever the server presents. */
  #hostKey(prompt: HostKeyPrompt): string | null {
    if (this.#parts.memory.hostKeys.get(prompt.host) === prompt.fingerprint) return prompt.fingerprint;
    this.doubt = prompt;
    this.#stop();
    return null;
  }

  async #secret(prompt: SecretPrompt): Promise<Secret | null> {
    const { secrets } = this.#parts.memory;
    const { askPassphrase, askSecret } = this.#parts.options;
    const question = prompt.is === 'passphrase' ? prompt.path : prompt.text;
    const again = this.#before.has(question);
    this.#before.add(question);
    const known = secrets.get(question);
    if (known !== undefined && !again) return known;
    if (prompt.is === 'passphrase') {
      const path = this.#parts.target.identityFiles.find((one) => one.startsWith(question)) ?? question;
      const secret = this.#asks === 'secrets' ? await askPassphrase(path) : null;
      this.locked.set(path, secret === null ? noPassphrase(path) : 'wrong passphrase');
      if (secret !== null) secrets.set(question, secret);
      return secret;
    }
    const secret = this.#asks === 'secrets' ? await askSecret?.(question.trim(), again) : null;
    // A code is good for one log-in.
    if (secret != null && /password: $/i.test(question)) secrets.set(question, secret);
    return secret ?? null;
  }

  /** An empty answer would count as a wrong one at the server. */
  #decline(question: string): void {
    this.unanswered = question.trim();
    this.#stop();
  }
}

/** Returns why a key stayed locked. */
export const noPassphrase = (path: string) =>
  `it is locked, and no passphrase was given; unlock it first: ssh-add ${path}`;

/** Returns the type of the key in a question: ssh abbreviates it there, but not in its account. */
export function typeOf({ keyName, fingerprint }: HostKeyPrompt, { shown }: SshLog): string {
  if (shown?.fingerprint === fingerprint) return shown.type;
  const [name = '', ...rest] = keyName.toLowerCase().split('-');
  if (name === 'ecdsa') return 'ecdsa-sha2-nistp256';
  return rest.length === 0 ? `ssh-${name}` : keyName;
}
