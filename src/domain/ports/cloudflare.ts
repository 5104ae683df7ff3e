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
}
