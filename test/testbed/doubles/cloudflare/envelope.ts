import type { ServerResponse } from 'node:http';

/** The error of an API call: an entry of Cloudflare's `errors`. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The error of a call without the required right of the token. Status and codes are those that users report. */
export const unauthenticated = () => new ApiFailure(403, 10000, 'Authentication error');

interface Success {
  readonly result: unknown;
  readonly messages?: readonly unknown[];
}

/**
 * The envelope of all answers. A list has pages (`page` and `per_page`). Pages after the last one are empty, where a
 * client stops.
 */
export function succeed(
  response: ServerResponse,
  { result, messages = [] }: Success,
  query: URLSearchParams,
): void {
  const listed = Array.isArray(result) ? paged(result, query) : { result };
  send(response, 200, { success: true, errors: [], messages, ...listed });
}

function paged(all: readonly unknown[], query: URLSearchParams) {
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 100)];
  const result = all.slice((page - 1) * perPage, page * perPage);
  const totals = {
    count: result.length,
    total_count: all.length,
    total_pages: Math.ceil(all.length / perPage),
  };
  return { result, result_info: { page, per_page: perPage, ...totals } };
}

export function fail(response: ServerResponse, { status, code, message }: ApiFailure): void {
  send(response, status, { result: null, success: false, errors: [{ code, message }], messages: [] });
}

export function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
