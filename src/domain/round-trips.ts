import type * as z from 'zod';
import type { trafficSchema } from './event-parts.ts';

export type Traffic = Readonly<z.infer<typeof trafficSchema>>;

/** Ends a request: its first answer has arrived. A second call has no effect. */
export type Answered = () => void;

/**
 * Counts the waits for a host, which are what a distant host costs. A request that is sent after an answer counts as
 * one that needs it, because a program cannot prove the opposite; so `chain` is an upper bound.
 */
export class RoundTrips {
  #requests = 0;
  /** The length of the longest chain that ends with an answer. */
  #answered = 0;
  #sent = 0;
  #received = 0;
  /** Whether an answer has arrived since the last request was counted. */
  #isNewWait = true;

  /**
   * Counts a request.
   * @param bytes its length
   * @param waits how many waits it consists of, one after another
   */
  send(bytes: number, waits = 1): Answered {
    this.#sent += bytes;
    const chain = this.#answered + waits;
    this.#requests += this.#isNewWait ? waits : waits - 1;
    this.#isNewWait = false;
    let isAnswered = false;
    return () => {
      if (isAnswered) return;
      isAnswered = true;
      this.#isNewWait = true;
      this.#answered = Math.max(this.#answered, chain);
    };
  }

  /** Counts further bytes of a request that was counted. */
  more(bytes: number): void {
    this.#sent += bytes;
  }

  /** Counts bytes of an answer. */
  receive(bytes: number): void {
    this.#received += bytes;
  }

  /** Returns the sums so far. */
  get total(): Traffic {
    return {
      requests: this.#requests,
      chain: this.#answered,
      sent: this.#sent,
      received: this.#received,
    };
  }
}

/** Returns what was exchanged between two sums. */
export function trafficBetween(before: Traffic, after: Traffic): Traffic {
  return {
    requests: after.requests - before.requests,
    chain: after.chain - before.chain,
    sent: after.sent - before.sent,
    received: after.received - before.received,
  };
}

/** Traffic as text for the operator. */
export function trafficText({ requests, chain, sent, received }: Traffic): string {
  const count = requests === 1 ? '1 round trip' : `${requests} round trips`;
  return `${count} to the production host, ${chain} one after another; ${sent} bytes sent, ${received} received`;
}
