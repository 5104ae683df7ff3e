import { APIConnectionError, APIConnectionTimeoutError, APIError, BaseCloudflare } from 'cloudflare';
import { z } from 'zod';
import { pause } from '../domain/pause.ts';
import { ApiRefusal, type CloudflareApi, NetworkFault } from '../domain/ports.ts';
import type { Secret } from '../domain/secret.ts';

/** Milliseconds that one answer may take. */
const patience = 30_000;
/** How often one call is tried. */
const tries = 3;
/** Seconds that Cloudflare may ask to wait; longer is for a person to know. */
const longestWait = 60;
/** Milliseconds before a look that the server failed at is repeated. */
const pace = 500;

const errorsSchema = z.array(z.looseObject({ code: z.int(), message: z.string() })).catch([]);
const answerSchema = z.looseObject({ result: z.unknown() });

/** Cloudflare's API by its own client, whose `CLOUDFLARE_BASE_URL` holds here as well. */
export function cloudflareApi(token: Secret): CloudflareApi {
  const client = new BaseCloudflare({
    apiToken: token.reveal(),
    // Otherwise they come from the environment, where nobody looks for them.
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
    logLevel: 'off',
    timeout: patience,
    // Which call may be repeated is known here.
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

type Method = Parameters<CloudflareApi['call']>[0];

const lower = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/** Milliseconds after which a call may be repeated; null where it may not. */
function waitFor(method: Method, fault: unknown): number | null {
  if (fault instanceof NetworkFault) return method === 'GET' ? pace : null;
  if (!(fault instanceof ApiRefusal)) return null;
  // Nothing was done, whatever was asked for.
  if (fault.status === 429) {
    const seconds = fault.retryAfter ?? 1;
    return seconds <= longestWait ? seconds * 1000 : null;
  }
  return fault.status >= 500 && method === 'GET' ? pace : null;
}

function faultOf(url: string, error: unknown): unknown {
  if (error instanceof APIConnectionTimeoutError)
    return new NetworkFault(url, 'TimeoutError', { cause: error });
  if (error instanceof APIConnectionError) return new NetworkFault(url, codeOf(error), { cause: error });
  if (!(error instanceof APIError) || error.status === undefined) return error;
  const errors = errorsSchema.parse(error.errors);
  const words = errors.map(({ message }) => message).join('; ');
  const retry = Number(error.headers?.get('retry-after') ?? Number.NaN);
  return new ApiRefusal(
    error.status,
    errors.map(({ code }) => code),
    words === '' ? 'it gave no reason' : words,
    Number.isFinite(retry) ? retry : null,
  );
}

/** fetch() hides the network's own code in causes. */
function codeOf(error: unknown): string {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    if ('code' in one && typeof one.code === 'string') return one.code;
  }
  return 'no connection';
}
