import { exitCodes, type Problem } from '../problem.ts';

/** Cloudflare's API, used with the operator's token. */
export interface CloudflareApi {
  /**
   * Returns the `result` of a request. Waits as long as a 429 response asks for; retries a GET after a server error,
   * but never a change.
   * @param path relative to `/client/v4`
   * @throws ApiRefusal; NetworkFault without a response
   */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<unknown>;
}

/** Cloudflare's API refused a request. */
export class ApiRefusal extends Error {
  readonly status: number;
  /** Cloudflare's own numbers, such as 10000. */
  readonly codes: readonly number[];
  /** Seconds; null if the response has none. */
  readonly retryAfter: number | null;

  constructor(status: number, codes: readonly number[], message: string, retryAfter: number | null) {
    super(message);
    this.name = 'ApiRefusal';
    this.status = status;
    this.codes = codes;
    this.retryAfter = retryAfter;
  }

  /** How it is shown. The message contains no token. */
  get problem(): Problem {
    return problemOf(this);
  }
}

const runAgain = { text: 'Run again: erp-deploy checks the actual state first and repeats nothing.' };

function problemOf({ status, codes, message, retryAfter }: ApiRefusal): Problem {
  const why = `It responded with HTTP status ${status}${codes.length === 0 ? '' : ` (${codes.join(', ')})`}: ${message}`;
  if (status === 429) {
    const wait = retryAfter === null ? 'a few minutes' : `${retryAfter} s (Retry-After)`;
    return {
      code: 'ERP-0657',
      what: "Cloudflare's API is rate-limited.",
      why,
      todo: [{ text: `Wait ${wait}.` }, runAgain],
      exit: exitCodes.stepFailed,
    };
  }
  if (status === 401 || status === 403) {
    return {
      code: 'ERP-0656',
      what: "Cloudflare's API does not accept the token for this request.",
      why,
      todo: [
        { text: 'Check the token: https://dash.cloudflare.com/profile/api-tokens' },
        { text: 'It needs Zone:Read and DNS:Edit on the zone, and Cloudflare Tunnel:Edit on the account.' },
      ],
      exit: exitCodes.prerequisite,
    };
  }
  return {
    code: 'ERP-0655',
    what: "Cloudflare's API failed.",
    why,
    todo: [{ text: 'Check for known incidents: https://www.cloudflarestatus.com' }, runAgain],
    exit: exitCodes.stepFailed,
  };
}
