import ssh2, { type ParsedKey } from 'ssh2';
import type { Identities, Identity } from './identities.ts';

type Done = (error?: Error | null, signature?: Buffer) => void;

/**
 * Offers keys one after another in one log-in. It is an agent to ssh2, because only with an agent does ssh2 request the
 * signature after the server has accepted the key: no passphrase is asked for a key that the server rejects.
 */
export class Offer extends ssh2.BaseAgent<ParsedKey> {
  /** Labels of the keys that are offered until the server accepts one. */
  readonly offered: readonly string[];
  readonly skipped: string[];
  /** Whether a key was signed with, which the server therefore knows. */
  hasSigned = false;
  readonly #identities: readonly Identity[];
  readonly #asking: (asking: boolean) => void;

  /** @param asking called with true while a signature is awaited, since the operator may be typing a passphrase */
  constructor({ usable, skipped }: Identities, atMost: number, asking: (asking: boolean) => void) {
    super();
    this.#identities = usable.slice(0, atMost);
    this.#asking = asking;
    this.offered = this.#identities.map(({ label }) => label);
    this.skipped = [
      ...skipped,
      ...usable
        .slice(atMost)
        .map(({ label }) => `${label}: not offered, because a log-in may offer only ${atMost} keys`),
    ];
  }

  /** Whether a key was offered with which OpenSSH might log in although ssh2 does not. */
  get hasDoubtful(): boolean {
    return this.#identities.some(({ isOfAgent, publicKey }) => isOfAgent || publicKey.type === 'ssh-rsa');
  }

  override getIdentities(done: (error: Error | null, keys: ParsedKey[]) => void): void {
    done(
      null,
      this.#identities.map(({ publicKey }) => publicKey),
    );
  }

  override sign(key: ParsedKey, data: Buffer, options: ssh2.SigningRequestOptions, done?: Done): void;
  override sign(key: ParsedKey, data: Buffer, done: Done): void;
  override sign(key: ParsedKey, data: Buffer, options: ssh2.SigningRequestOptions | Done, done?: Done): void {
    const identity = this.#identities.find(({ publicKey }) =>
      publicKey.getPublicSSH().equals(key.getPublicSSH()),
    );
    const [hash, answer] = typeof options === 'function' ? [undefined, options] : [options.hash, done];
    if (identity === undefined || answer === undefined)
      throw new Error('ssh2 requested a key that was not offered');
    this.#asking(true);
    identity
      .sign(data, hash)
      .finally(() => this.#asking(false))
      .then(
        (signature) => {
          this.hasSigned = true;
          answer(null, signature);
        },
        (error: unknown) => {
          const reason = error instanceof Error ? error : new Error(String(error));
          this.skipped.push(`${identity.label}: ${reason.message}`);
          answer(reason);
        },
      );
  }
}
