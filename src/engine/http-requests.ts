import type { RequestChange } from '../domain/change.ts';
import { type Http, type HttpAnswer, NetworkFault } from '../domain/ports/http.ts';
import { RefusedRequest, type RequestSender } from '../domain/ports/requests.ts';
import { ProblemError } from '../domain/problem.ts';
import { requestFailed } from './executor-problems.ts';

/** Returns a sender of plain HTTP requests. Its errors never contain a secret URL. */
export function httpRequests(http: Http): RequestSender {
  return {
    holds: async (before, signal) =>
      'etag' in before && (await http.request('GET', before.url, null, signal)).etag === before.etag,
    async send(change, signal) {
      const { method, url, body } = change;
      if (typeof url === 'string') {
        assertAccepted(change, await http.request(method, url, body, signal));
        return;
      }
      try {
        const answer = await http.request(method, url.secret.reveal(), body, signal);
        // Some servers quote the requested path.
        const hidden = 'The response is not shown, since it may contain the secret URL.';
        assertAccepted(change, { ...answer, body: hidden });
      } catch (error) {
        // The message contains the secret URL.
        if (error instanceof NetworkFault) throw new NetworkFault(url.name, error.code);
        throw error;
      }
    },
  };
}

/** Throws on an error status. A server error (5xx) may follow a change; after any other error nothing was changed. */
function assertAccepted(change: RequestChange, answer: HttpAnswer): void {
  if (answer.status < 300) return;
  const problem = requestFailed(change, answer);
  throw answer.status < 500 ? new RefusedRequest(problem) : new ProblemError(problem);
}
