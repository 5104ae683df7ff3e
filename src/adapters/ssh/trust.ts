import type { ServerHostKeyAlgorithm } from 'ssh2';
import { ProblemError } from '../../domain/problem.ts';
import { errnoOf } from '../files.ts';
import { algorithmsFor, fingerprint, type HostKey } from './host-keys.ts';
import { type KnownKey, knownKeys, remember } from './known-hosts.ts';
import { hostKeyChanged, hostKeyNotTrusted, hostKeyRevoked } from './log-in-problems.ts';
import type { SshOptions } from './options.ts';
import type { SshTarget } from './target.ts';

type Verdict = 'known' | 'unknown' | 'changed' | 'revoked';

/** What is known of a host's keys, and what is to be done about the one that it shows. */
export class Trust {
  readonly #target: SshTarget;
  readonly #keys: readonly KnownKey[];
  /** Of the name without the port: a match counts, as in OpenSSH; a difference says nothing. */
  readonly #bare: readonly KnownKey[];
  #accepted: HostKey | null = null;

  private constructor(target: SshTarget, keys: readonly KnownKey[], bare: readonly KnownKey[]) {
    this.#target = target;
    this.#keys = keys;
    this.#bare = bare;
  }

  static async of(target: SshTarget): Promise<Trust> {
    const files = [...target.userKnownHosts, ...target.systemKnownHosts];
    const bare = target.bareHostKeyName;
    const [keys, others] = await Promise.all([
      knownKeys(target.hostKeyName, files),
      bare === null ? [] : knownKeys(bare, files),
    ]);
    return new Trust(target, keys, others);
  }

  algorithms(): ServerHostKeyAlgorithm[] {
    const plain = [...this.#keys, ...(this.#keys.some(isPlain) ? [] : this.#bare)].filter(isPlain);
    return algorithmsFor(
      [...plain, ...(this.#accepted === null ? [] : [this.#accepted])].map(({ type }) => type),
    );
  }

  verdict(shown: HostKey): Verdict {
    const same = (one: HostKey) => one.blob.equals(shown.blob);
    const all = [...this.#keys, ...this.#bare];
    if (all.some((one) => one.marker === 'revoked' && same(one))) return 'revoked';
    if (this.#accepted !== null) return same(this.#accepted) ? 'known' : 'changed';
    if (all.some((one) => isPlain(one) && same(one))) return 'known';
    return this.#keys.some(isPlain) ? 'changed' : 'unknown';
  }

  /**
   * Asks about a key that is unknown, and remembers it when it is accepted.
   * @throws ProblemError where it is refused, or is not the one that is known
   */
  async decide(shown: HostKey, ask: SshOptions['decideHostKey']): Promise<void> {
    const target = this.#target;
    const verdict = this.verdict(shown);
    if (verdict === 'revoked') throw new ProblemError(hostKeyRevoked(target, shown, this.#places('revoked')));
    if (verdict === 'changed') throw new ProblemError(hostKeyChanged(target, shown, this.#known()));
    const [file = null] = target.userKnownHosts;
    const question = { host: target.hostKeyName, fingerprint: fingerprint(shown), keyType: shown.type, file };
    if (!(await ask(question))) throw new ProblemError(hostKeyNotTrusted(target, shown));
    this.#accepted = shown;
    if (file === null) return;
    try {
      await remember(target.hostKeyName, shown, file, target.hashesKnownHosts);
    } catch (error) {
      // Trusted for this roll-out all the same; the next one asks again.
      if (errnoOf(error) === undefined) throw error;
    }
  }

  get knowsSome(): boolean {
    return this.#known().length > 0;
  }

  #known(): readonly { readonly key: HostKey; readonly place: string }[] {
    if (this.#accepted !== null) return [{ key: this.#accepted, place: 'accepted just now' }];
    return this.#keys.filter(isPlain).map((key) => ({ key, place: key.place }));
  }

  #places(marker: KnownKey['marker']): readonly string[] {
    return [...this.#keys, ...this.#bare].filter((one) => one.marker === marker).map(({ place }) => place);
  }
}

const isPlain = ({ marker }: KnownKey) => marker === 'none';
