import type { ServerHostKeyAlgorithm } from 'ssh2';
import { ProblemError } from '../../domain/problem.ts';
import { errnoOf } from '../errno.ts';
import { algorithmsFor, type HostKey, shownOf } from './host-key-format.ts';
import {
  hostCertificate,
  hostKeyChanged,
  hostKeyNotTrusted,
  hostKeyRevoked,
  hostKeyTooShort,
  onlyKnownHostKeys,
  revokedKeysUnknown,
} from './host-key-problems.ts';
import { type KnownKey, knownKeys, remember } from './known-hosts.ts';
import type { SshOptions } from './options.ts';
import { rsaBitsOf } from './restrictions.ts';
import { revocationOf } from './revoked-keys.ts';
import type { SshTarget } from './target.ts';

type Verdict =
  | { readonly is: 'known' | 'unknown' | 'changed' }
  /** Each location is a file, or `FILE:LINE`. */
  | { readonly is: 'revoked'; readonly locations: readonly string[] }
  /** An RSA key that is shorter than the configuration allows. */
  | { readonly is: 'short'; readonly bits: number }
  /** Whether the key was revoked cannot be checked. */
  | { readonly is: 'unchecked'; readonly file: string; readonly reason: string };

/**
 * Decides whether the host key that a server presents is trusted, by known_hosts, revocation lists and the operator.
 */
export class Trust {
  readonly #target: SshTarget;
  readonly #keys: readonly KnownKey[];
  /** Keys of the name without the port. As in OpenSSH, they count only if the name with the port has no key. */
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
    const types = [...plain, ...(this.#accepted === null ? [] : [this.#accepted])].map(({ type }) => type);
    const allowed = (one: string) => this.#target.restrictions.hostKeyAlgorithms.includes(one);
    const known = algorithmsFor(types).filter(allowed);
    return known.length > 0 ? known : algorithmsFor([]).filter(allowed);
  }

  async verdict(shown: HostKey): Promise<Verdict> {
    const same = (one: HostKey) => one.blob.equals(shown.blob);
    // As in OpenSSH, lines of the name without the port count only if that with the port has no key.
    const lines = this.#keys.some(isPlain) ? this.#keys : [...this.#keys, ...this.#bare];
    const marked = lines.filter((one) => one.marker === 'revoked' && same(one));
    if (marked.length > 0) return { is: 'revoked', locations: marked.map(({ location }) => location) };
    const listed = await revocationOf(shown, this.#target.revokedHostKeys);
    if (listed.is === 'revoked') return { is: 'revoked', locations: [listed.file] };
    if (listed.is === 'unknown') return { ...listed, is: 'unchecked' };
    const bits = rsaBitsOf(shown.blob);
    if (bits !== null && bits < this.#target.restrictions.rsaBits) return { is: 'short', bits };
    if (this.#accepted !== null) return { is: same(this.#accepted) ? 'known' : 'changed' };
    const own = this.#keys.filter(isPlain);
    if (own.length > 0) return { is: own.some(same) ? 'known' : 'changed' };
    return { is: this.#bare.filter(isPlain).some(same) ? 'known' : 'unknown' };
  }

  /**
   * Asks the operator about an unknown key, unless the configuration decides, and adds it to known_hosts if it is
   * accepted.
   * @param hasCertificate whether the server also has a host certificate
   * @throws ProblemError if the key is declined, changed, revoked or too short, or cannot be checked
   */
  async decide(
    key: HostKey,
    ask: SshOptions['decideHostKey'],
    hasCertificate: () => Promise<boolean>,
  ): Promise<void> {
    const target = this.#target;
    const shown = shownOf(key);
    const { unknownHostKey, rsaBits } = target.restrictions;
    const verdict = await this.verdict(key);
    if (verdict.is === 'short') throw new ProblemError(hostKeyTooShort(target, shown, verdict.bits, rsaBits));
    if (verdict.is === 'revoked') throw new ProblemError(hostKeyRevoked(target, shown, verdict.locations));
    if (verdict.is === 'unchecked') throw new ProblemError(revokedKeysUnknown(target, shown, verdict));
    if (verdict.is === 'changed') throw new ProblemError(hostKeyChanged(target, shown, this.#known()));
    const [authority] = [...this.#keys, ...this.#bare].filter(({ marker }) => marker === 'authority');
    if (authority !== undefined && (await hasCertificate()))
      throw new ProblemError(hostCertificate(target, shown, authority.location));
    if (unknownHostKey === 'refuse') throw new ProblemError(onlyKnownHostKeys(target, shown));
    const [file = null] = target.userKnownHosts;
    const question = { host: target.hostKeyName, fingerprint: shown.fingerprint, keyType: shown.type, file };
    if (unknownHostKey === 'ask' && !(await ask(question)))
      throw new ProblemError(hostKeyNotTrusted(target, shown));
    this.#accepted = key;
    if (file === null) return;
    try {
      await remember(target.hostKeyName, key, file, target.hashesKnownHosts);
    } catch (error) {
      // known_hosts could not be written. The key is trusted in this rollout, and the next one asks again.
      if (errnoOf(error) === undefined) throw error;
    }
  }

  /** Whether a line of known_hosts names an authority for the host. */
  get hasAuthority(): boolean {
    return [...this.#keys, ...this.#bare].some(({ marker }) => marker === 'authority');
  }

  get hasKnownKeys(): boolean {
    return this.#known().length > 0;
  }

  #known(): readonly { readonly key: HostKey; readonly location: string }[] {
    if (this.#accepted !== null) return [{ key: this.#accepted, location: 'accepted in this rollout' }];
    return this.#keys.filter(isPlain).map((key) => ({ key, location: key.location }));
  }
}

const isPlain = ({ marker }: KnownKey) => marker === 'none';
