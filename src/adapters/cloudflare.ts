import { APIConnectionError, APIConnectionTimeoutError, APIError, BaseCloudflare } from 'cloudflare';
import * as z from 'zod';
import { pause } from '../domain/pause.ts';
import { ApiRefusal, type CloudflareApi } from '../domain/ports/cloudflare.ts';
import { NetworkFault } from '../domain/ports/http.ts';
import type { Secret } from '../domain/secret.ts';
import { boundedText } from './http.ts';

/** Milliseconds that one response may take. */
const timeout = 30_000;
/** How often one call is attempted. */
const tries = 3;
/** The longest `Retry-After` in seconds that is waited for; a longer one is reported to the operator. */
const longestWait = 60;
/** Milliseconds before a GET that failed is repeated. */
const pace = 500;

const errorsSchema = z.array(z.looseObject({ code: z.int(), message: z.string() })).catch([]);
const answerSchema = z.looseObject({ result: z.unknown() });

/** Cloudflare's API through its official client, which also reads `CLOUDFLARE_BASE_URL`. */
export function cloudflareApi(token: Secret): CloudflareApi {
  const client = new BaseCloudflare({
    apiToken: token.reveal(),
    // Null, because the client would otherwise read them from the environment.
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
    logLevel: 'off',
    fetch: boundedFetch,
    timeout,
    // `call` decides which calls may be repeated.
    maxRetries: 0,
  });
  const once = async (method: Method, path: string, body: unknown, signal: AbortSignal) => {
    const sent = { signal, ...(body === null ? {} : { body }) };
    return answerSchema.parse(await client[lower[method]](path, sent)).result;
  };
  return {
    call: async (method, path, body, signal) => {
      for (let left = tries - 1; ; left--) {
        try {
          return await once(method, path, body, signal);
        } catch (error) {
          signal.throwIfAborted();
          const fault = faultOf(`${client.baseURL}${path}`, error);
          const wait = left > 0 ? waitFor(method, fault) : null;
          if (wait === null) throw fault;
          await pause(wait, signal);
        }
      }
    },
  };
}

/** As fetch(), but reads only a bounded part of a response. */
async function boundedFetch(url: string | URL | Request, request?: RequestInit): Promise<Response> {
  const answer = await fetch(url, request);
  const text = await boundedText(answer);
  const { status, statusText, headers } = answer;
  // A response with status 204 or 304 may not have a body.
  return new Response(text === '' ? null : text, { status, statusText, headers });
}

type Method = Parameters<CloudflareApi['call']>[0];

const lower = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/** Returns the milliseconds after which a call may be repeated; null if it may not be. */
function waitFor(method: Method, fault: unknown): number | null {
  if (fault instanceof NetworkFault) return method === 'GET' ? pace : null;
  if (!(fault instanceof ApiRefusal)) return null;
  // Rate-limited: the request was not executed, so any method may be repeated.
  if (fault.status === 429) {
    const seconds = fault.retryAfter ?? 1;
    return seconds <= longestWait ? seconds * 1000 : null;
  }
  return fault.status >= 500 && method === 'GET' ? pace : null;
}

function faultOf(url: string, error: unknown): unknown {
  // The response is not JSON, or another JSON than the API's: a proxy or another server answered.
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    return new NetworkFault(url, 'EBADMSG', { cause: error });
  if (error instanceof APIConnectionTimeoutError)
    return new NetworkFault(url, 'TimeoutError', { cause: error });
  if (error instanceof APIConnectionError) return new NetworkFault(url, codeOf(error), { cause: error });
  if (!(error instanceof APIError) || error.status === undefined) return error;
  const errors = errorsSchema.parse(error.errors);
  const reasons = errors.map(({ message }) => message).join('; ');
  const retry = Number(error.headers?.get('retry-after') ?? Number.NaN);
  return new ApiRefusal(
    error.status,
    errors.map(({ code }) => code),
    reasons === '' ? 'no reason given' : reasons,
    Number.isFinite(retry) ? retry : null,
  );
}

/** Finds the network's error code, which fetch() puts into a nested cause. */
function codeOf(error: unknown): string {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    if ('code' in one && typeof one.code === 'string') return one.code;
  }
  return 'connection failed';
}
