import ssh2, { type ParsedKey } from 'ssh2';
import type { Identities, Identity } from './identities.ts';

type Done = (error?: Error | null, signature?: Buffer) => void;

/**
 * Offers keys one after another on one log-in. It poses as an agent: ssh2 asks an agent alone to sign after
 * the server has said that it would take the key, which is when a passphrase may be asked for.
 */
export class Offer extends ssh2.BaseAgent<ParsedKey> {
  /** Labels of the keys that the server was shown, or could have been. */
  readonly offered: readonly string[];
  readonly skipped: string[];
  readonly #identities: readonly Identity[];
  readonly #asking: (asking: boolean) => void;

  /** @param asking is told when a signature is waited for: a person may be typing */
  constructor({ usable, skipped }: Identities, atMost: number, asking: (asking: boolean) => void) {
    super();
    this.#identities = usable.slice(0, atMost);
    this.#asking = asking;
    this.offered = this.#identities.map(({ label }) => label);
    this.skipped = [
      ...skipped,
      ...usable
        .slice(atMost)
        .map(({ label }) => `${label}: the server would not take more keys in one log-in`),
    ];
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
      throw new Error('ssh2 asked for a key it was not given');
    this.#asking(true);
    identity
      .sign(data, hash)
      .finally(() => this.#asking(false))
      .then(
        (signature) => answer(null, signature),
        (error: unknown) => {
          const reason = error instanceof Error ? error : new Error(String(error));
          this.skipped.push(`${identity.label}: ${reason.message}`);
          answer(reason);
        },
      );
  }
}
