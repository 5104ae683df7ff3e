import ssh2, { type ServerHostKeyAlgorithm } from 'ssh2';
import { type Problem, ProblemError } from '../../domain/problem.ts';
import { Connection } from './connection.ts';
import { algorithmsFor, fingerprint, type HostKey, hostKey } from './host-key-format.ts';
import type { Identities } from './identities.ts';
import { handshakeFailed, loginRefused, noAddress, unreachable } from './log-in-problems.ts';
import { Offer } from './offer.ts';
import type { Limits, SshOptions } from './options.ts';
import { Ssh2Carrier } from './ssh2-carrier.ts';
import type { SshTarget } from './target.ts';
import { startTransport, type Transport } from './transport.ts';
import type { Trust } from './trust.ts';

/** What a log-in needs; kept for a reconnection, so that the operator is not asked twice. */
export interface Parts {
  readonly target: SshTarget;
  readonly trust: Trust;
  readonly identities: Identities;
  readonly options: SshOptions;
  readonly limits: Limits;
}

/** A log-in that failed with ssh2. */
export class LogInFailed extends ProblemError {
  /** Whether OpenSSH might log in. */
  readonly openSshMay: boolean;

  constructor(problem: Problem, openSshMay: boolean, cause: Error) {
    super(problem, { cause });
    this.openSshMay = openSshMay;
  }
}

/** The result of one attempt. */
type Outcome =
  | { readonly is: 'open'; readonly connection: Connection }
  /** The server presented a host key that is not trusted (yet). */
  | { readonly is: 'doubt'; readonly shown: HostKey }
  | { readonly is: 'failed'; readonly error: Failure; readonly attempt: Attempt };

type Failure = Error & { readonly level?: string; readonly code?: unknown };

/**
 * Logs in. An unknown host key ends the connection before the operator is asked about it: they may take longer than a
 * server waits, and no credentials are sent before their answer.
 * @throws ProblemError
 */
export async function dial(parts: Parts): Promise<Connection> {
  let outcome = await new Attempt(parts, parts.trust.algorithms()).outcome();
  if (outcome.is === 'failed' && outcome.error.level === 'handshake' && parts.trust.hasKnownKeys) {
    // The server may no longer have a key of a known type: fetch the one that it has instead, for the problem.
    const anyType = await new Attempt(parts, algorithmsFor([])).outcome(false);
    if (anyType.is === 'doubt' && (await parts.trust.verdict(anyType.shown)).is !== 'known')
      outcome = anyType;
  }
  if (outcome.is === 'doubt') {
    const hasCertificate = async () => (await offersOf(parts)).some((line) => line.includes('-cert-v01@'));
    await parts.trust.decide(outcome.shown, parts.options.decideHostKey, hasCertificate);
    outcome = await new Attempt(parts, parts.trust.algorithms()).outcome();
  }
  if (outcome.is === 'failed' && outcome.attempt.asked && outcome.error.level !== 'client-authentication') {
    // The server did not wait for the passphrase. Log in again once it was entered.
    await outcome.attempt.answered();
    outcome = await new Attempt(parts, parts.trust.algorithms()).outcome();
  }
  if (outcome.is === 'open') return outcome.connection;
  if (outcome.is === 'failed') {
    const { attempt, error } = outcome;
    const offers = error.level === 'handshake' ? await offersOf(parts) : [];
    const required = attempt.hasSigned ? await requiredBy(parts) : [];
    const openSshMay = attempt.isBeyondSsh2(error) || required.length > 0;
    throw new LogInFailed(attempt.problem(error, offers, required), openSshMay, error);
  }
  await parts.trust.decide(
    outcome.shown,
    () => Promise.resolve(false),
    () => Promise.resolve(false),
  );
  throw new Error('a host key that is not trusted was accepted');
}

/** Returns the lists of algorithms that the server offers, as in `KEX method: a,b`; nothing is sent but our own lists. */
async function offersOf(parts: Parts): Promise<readonly string[]> {
  const offers: string[] = [];
  const listen = (message: string) => {
    const [, offer] = /^Handshake: \(remote\) ((?:KEX|Host|C->S (?:cipher|MAC)).*)$/.exec(message) ?? [];
    if (offer !== undefined) offers.push(offer);
  };
  const outcome = await new Attempt(parts, parts.trust.algorithms(), listen).outcome(false);
  if (outcome.is === 'open') await outcome.connection.close();
  return offers;
}

/**
 * Logs in once more, to learn which methods the server requires after a key that it accepted: ssh2 reports this only in
 * its account of the log-in. @returns none if it requires no others
 */
async function requiredBy(parts: Parts): Promise<readonly string[]> {
  const lists: string[] = [];
  const listen = (message: string) => {
    const [, methods] = /^Inbound: Received USERAUTH_FAILURE \((.*)\)$/.exec(message) ?? [];
    if (methods !== undefined) lists.push(methods);
  };
  const outcome = await new Attempt(parts, parts.trust.algorithms(), listen).outcome();
  if (outcome.is === 'open') await outcome.connection.close();
  // A server that still allows keys has accepted none of those that were offered.
  const left = lists.at(-1)?.split(',') ?? ['publickey'];
  return left.includes('publickey') ? [] : left.filter((method) => method !== '');
}

class Attempt {
  /** Whether a signature was awaited, for which the operator may have been asked for a passphrase. */
  asked = false;
  readonly #parts: Parts;
  readonly #algorithms: ServerHostKeyAlgorithm[];
  readonly #listen: ((message: string) => void) | undefined;
  readonly #client = new ssh2.Client();
  readonly #offer: Offer;
  #stage: 'reaching' | 'keys' | 'log-in' = 'reaching';
  readonly #transport: Transport;
  #waiting: Promise<void> = Promise.resolve();
  #answeredNow: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #timedOut: () => void = () => undefined;

  /** @param listen receives ssh2's account of the handshake */
  constructor(parts: Parts, algorithms: ServerHostKeyAlgorithm[], listen?: (message: string) => void) {
    this.#parts = parts;
    this.#listen = listen;
    this.#algorithms = algorithms;
    this.#transport = startTransport(parts.target, parts.options);
    this.#offer = new Offer(parts.identities, parts.limits.keys, (asking) => this.#pause(asking));
  }

  get hasSigned(): boolean {
    return this.#stage === 'log-in' && this.#offer.hasSigned;
  }

  /**
   * Returns whether ssh2 might be the reason: it has none of the server's algorithms, an agent may sign only for OpenSSH
   * (ssh-add -h), or the server takes only one of the hashes of RSA.
   */
  isBeyondSsh2(error: Failure): boolean {
    if (error.level === 'handshake') return this.#unmatched(error.message) !== null;
    return this.#stage === 'log-in' && this.#offer.hasDoubtful;
  }

  /** Resolves when no passphrase is being asked for. */
  answered(): Promise<void> {
    return this.#waiting;
  }

  /** @param logsIn false to end the connection at the host key, whatever it is */
  outcome(logsIn = true): Promise<Outcome> {
    return new Promise((settle, reject) => {
      let shown: HostKey | null = null;
      const end = (outcome: Outcome) => {
        clearTimeout(this.#timer);
        if (outcome.is !== 'open') this.#transport.cut();
        settle(outcome);
      };
      const failed = (error: Failure) => {
        if (error.level === 'agent') return; // the next key is tried
        end(shown === null ? { is: 'failed', error, attempt: this } : { is: 'doubt', shown });
      };
      this.#timedOut = () => failed(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }));
      this.#client
        .on('error', failed)
        .once('close', () => failed(new Error('the server closed the connection')))
        .once('ready', () => {
          this.#client.removeAllListeners();
          end({
            is: 'open',
            connection: new Connection(
              new Ssh2Carrier(this.#client, this.#transport),
              this.#parts.options.traffic,
            ),
          });
        })
        .once('handshake', () => {
          this.#stage = 'log-in';
        });
      this.#pause(false);
      this.#begin((blob, answer) => {
        this.#stage = 'keys';
        const key = hostKey(blob);
        const verdict = this.#parts.trust.verdict(key).then(({ is }) => {
          if (is === 'known' && logsIn) this.#parts.options.trusted?.(fingerprint(key));
          return is;
        });
        verdict.then(
          (is) => {
            if (is !== 'known' || !logsIn) shown = key;
            answer(is === 'known' && logsIn);
          },
          (error: unknown) => {
            clearTimeout(this.#timer);
            this.#transport.cut();
            reject(error);
          },
        );
      });
    });
  }

  #begin(trusts: ssh2.HostVerifier): void {
    const { target, limits } = this.#parts;
    const { kex, ciphers, macs } = target.restrictions;
    const username = target.user;
    let hasOffered = false;
    this.#client.connect({
      sock: this.#transport.stream,
      username,
      readyTimeout: 0, // it would keep running while a passphrase is asked for
      keepaliveInterval: limits.keepalive,
      keepaliveCountMax: limits.keepaliveMisses,
      // The names were compared with those that ssh2 has; its types list them one by one.
      algorithms: {
        serverHostKey: this.#algorithms,
        kex: [...kex] as ssh2.KexAlgorithm[],
        cipher: [...ciphers] as ssh2.CipherAlgorithm[],
        hmac: [...macs] as ssh2.MacAlgorithm[],
      },
      ...(this.#listen === undefined ? {} : { debug: this.#listen }),
      hostVerifier: trusts,
      // ssh2's own order would try methods that are not configured, and does not know IdentitiesOnly.
      authHandler: (_methods, _hasPartlySucceeded, next) => {
        if (hasOffered || this.#offer.offered.length === 0) return false; // gives up
        hasOffered = true;
        const method: ssh2.AgentAuthMethod = { type: 'agent', username, agent: this.#offer };
        next(method);
        return undefined;
      },
    });
  }

  /** Stops the time limit of the log-in while a passphrase is asked for, and restarts it afterwards. */
  #pause(asking: boolean): void {
    clearTimeout(this.#timer);
    if (asking) {
      this.asked = true;
      this.#waiting = new Promise((answered) => {
        this.#answeredNow = answered;
      });
      return;
    }
    this.#answeredNow();
    this.#timer = setTimeout(() => this.#timedOut(), this.#parts.limits.connect);
  }

  /** Returns what we support of the list that does not match the server's; null if another fault ended the handshake. */
  #unmatched(message: string): readonly string[] | null {
    const { kex, ciphers, macs } = this.#parts.target.restrictions;
    if (message.includes('no matching key exchange')) return kex;
    if (message.includes('no matching host key')) return this.#algorithms;
    if (/no matching .* cipher/.test(message)) return ciphers;
    return /no matching .* MAC/.test(message) ? macs : null;
  }

  /**
   * @param offers the lists of algorithms that the server offers
   * @param required the methods that it requires after a key that it accepted
   */
  problem(error: Failure, offers: readonly string[], required: readonly string[]) {
    const { target } = this.#parts;
    const { offered, skipped } = this.#offer;
    if (this.#stage === 'log-in') return loginRefused(target, offered, skipped, required);
    if (error.level === 'handshake')
      return handshakeFailed(target, error.message, offers, this.#unmatched(error.message));
    if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return noAddress(target);
    return unreachable(target, reasons[String(error.code)] ?? `${error.message}.`, this.#transport.output());
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused (ECONNREFUSED).',
  ECONNRESET: 'The connection was reset before the log-in (ECONNRESET).',
  EHOSTUNREACH: 'No route to host (EHOSTUNREACH).',
  ENETUNREACH: 'Network is unreachable (ENETUNREACH).',
  ETIMEDOUT: 'Connection timed out (ETIMEDOUT).',
};
