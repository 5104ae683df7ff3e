import type { RequestChange } from '../change.ts';
import { ProblemError } from '../problem.ts';

/** Sends the requests of one kind: plain HTTP, or those of an API that has a client of its own. */
export interface RequestSender {
  /** Returns whether the actual state is still the one for which the request was confirmed. Changes nothing. */
  holds(before: NonNullable<RequestChange['before']>, signal: AbortSignal): Promise<boolean>;
  /**
   * Makes the change.
   * @throws RefusedRequest; ProblemError or another error if the request may have changed something; NetworkFault
   * without a response
   */
  send(change: RequestChange, signal: AbortSignal): Promise<void>;
}

/** The server refused the request and certainly changed nothing. */
export class RefusedRequest extends ProblemError {
  override readonly name = 'RefusedRequest';
}
