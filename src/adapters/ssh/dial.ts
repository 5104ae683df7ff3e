import ssh2, { type ServerHostKeyAlgorithm } from 'ssh2';
import { ProblemError } from '../../domain/problem.ts';
import { Connection } from './connection.ts';
import { algorithmsFor, type HostKey, hostKey } from './host-key-format.ts';
import type { Identities } from './identities.ts';
import { handshakeFailed, loginRefused, noAddress, unreachable } from './log-in-problems.ts';
import { Offer } from './offer.ts';
import type { Limits, SshOptions } from './options.ts';
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
    const anyType = await new Attempt(parts, algorithmsFor([])).outcome();
    if (anyType.is !== 'failed') outcome = anyType;
  }
  if (outcome.is === 'doubt') {
    await parts.trust.decide(outcome.shown, parts.options.decideHostKey);
    outcome = await new Attempt(parts, parts.trust.algorithms()).outcome();
  }
  if (outcome.is === 'failed' && outcome.attempt.asked && outcome.error.level !== 'client-authentication') {
    // The server did not wait for the passphrase. Log in again once it was entered.
    await outcome.attempt.answered();
    outcome = await new Attempt(parts, parts.trust.algorithms()).outcome();
  }
  if (outcome.is === 'open') return outcome.connection;
  if (outcome.is === 'failed')
    throw new ProblemError(outcome.attempt.problem(outcome.error), { cause: outcome.error });
  await parts.trust.decide(outcome.shown, () => Promise.resolve(false));
  throw new Error('a host key that is not trusted was accepted');
}

class Attempt {
  /** Whether a signature was awaited, for which the operator may have been asked for a passphrase. */
  asked = false;
  readonly #parts: Parts;
  readonly #algorithms: ServerHostKeyAlgorithm[];
  readonly #client = new ssh2.Client();
  readonly #offer: Offer;
  #stage: 'reaching' | 'keys' | 'log-in' = 'reaching';
  readonly #transport: Transport;
  #waiting: Promise<void> = Promise.resolve();
  #answeredNow: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #timedOut: () => void = () => undefined;

  constructor(parts: Parts, algorithms: ServerHostKeyAlgorithm[]) {
    this.#parts = parts;
    this.#algorithms = algorithms;
    this.#transport = startTransport(parts.target, parts.options);
    this.#offer = new Offer(parts.identities, parts.limits.keys, (asking) => this.#pause(asking));
  }

  /** Resolves when no passphrase is being asked for. */
  answered(): Promise<void> {
    return this.#waiting;
  }

  outcome(): Promise<Outcome> {
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
            connection: new Connection(this.#client, this.#transport, this.#parts.options.traffic),
          });
        })
        .once('handshake', () => {
          this.#stage = 'log-in';
        });
      this.#pause(false);
      this.#begin((blob, answer) => {
        this.#stage = 'keys';
        const key = hostKey(blob);
        this.#parts.trust.verdict(key).then(
          ({ is }) => {
            if (is !== 'known') shown = key;
            answer(is === 'known');
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
    const username = target.user;
    let hasOffered = false;
    this.#client.connect({
      sock: this.#transport.stream,
      username,
      readyTimeout: 0, // it would keep running while a passphrase is asked for
      keepaliveInterval: limits.keepalive,
      keepaliveCountMax: limits.keepaliveMisses,
      algorithms: { serverHostKey: this.#algorithms },
      hostVerifier: trusts,
      // ssh2's own order would try methods that are not configured, and does not know IdentitiesOnly.
      authHandler: (methods, hasPartlySucceeded, next) => {
        if (hasPartlySucceeded)
          this.#offer.skipped.push(`other methods that the server requires: ${methods.join(', ')}`);
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

  problem(error: Failure) {
    const { target } = this.#parts;
    if (this.#stage === 'log-in') return loginRefused(target, this.#offer.offered, this.#offer.skipped);
    if (error.level === 'handshake') return handshakeFailed(target, error.message);
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
