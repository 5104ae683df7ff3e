import type { ServerHostKeyAlgorithm } from 'ssh2';
import { ProblemError } from '../../domain/problem.ts';
import { errnoOf } from '../errno.ts';
import { algorithmsFor, fingerprint, type HostKey } from './host-keys.ts';
import { type KnownKey, knownKeys, remember } from './known-hosts.ts';
import { hostKeyChanged, hostKeyNotTrusted, hostKeyRevoked, revokedKeysUnknown } from './log-in-problems.ts';
import type { SshOptions } from './options.ts';
import { revocationOf } from './revoked-keys.ts';
import type { SshTarget } from './target.ts';

type Verdict =
  | { readonly is: 'known' | 'unknown' | 'changed' }
  /** `places` are files, or `FILE:LINE`. */
  | { readonly is: 'revoked'; readonly places: readonly string[] }
  /** Whether it was revoked cannot be checked. */
  | { readonly is: 'unchecked'; readonly file: string; readonly reason: string };

/** What is known of a host's keys, and what is to be done about the one that it shows. */
export class Trust {
  readonly #target: SshTarget;
  readonly #keys: readonly KnownKey[];
  /** Of the name without the port. As in OpenSSH, they count only if the port has no key of its own. */
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

  async verdict(shown: HostKey): Promise<Verdict> {
    const same = (one: HostKey) => one.blob.equals(shown.blob);
    const marked = [...this.#keys, ...this.#bare].filter((one) => one.marker === 'revoked' && same(one));
    if (marked.length > 0) return { is: 'revoked', places: marked.map(({ place }) => place) };
    const listed = await revocationOf(shown, this.#target.revokedHostKeys);
    if (listed.is === 'revoked') return { is: 'revoked', places: [listed.file] };
    if (listed.is === 'unknown') return { ...listed, is: 'unchecked' };
    if (this.#accepted !== null) return { is: same(this.#accepted) ? 'known' : 'changed' };
    const own = this.#keys.filter(isPlain);
    if (own.length > 0) return { is: own.some(same) ? 'known' : 'changed' };
    return { is: this.#bare.filter(isPlain).some(same) ? 'known' : 'unknown' };
  }

  /**
   * Asks about a key that is unknown, and remembers it when it is accepted.
   * @throws ProblemError where it is refused, or is not the one that is known
   */
  async decide(shown: HostKey, ask: SshOptions['decideHostKey']): Promise<void> {
    const target = this.#target;
    const verdict = await this.verdict(shown);
    if (verdict.is === 'revoked') throw new ProblemError(hostKeyRevoked(target, shown, verdict.places));
    if (verdict.is === 'unchecked') throw new ProblemError(revokedKeysUnknown(target, shown, verdict));
    if (verdict.is === 'changed') throw new ProblemError(hostKeyChanged(target, shown, this.#known()));
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
}

const isPlain = ({ marker }: KnownKey) => marker === 'none';
