import { type Http, NetworkFault } from '../domain/ports.ts';

/** Milliseconds that a server may take for one answer. */
const patience = 30_000;

/** HTTP over the platform's own fetch. */
export function httpClient(): Http {
  return {
    request: async (method, url, body, signal) => {
      try {
        const answer = await fetch(url, {
          method,
          redirect: 'manual',
          ...(body === null ? {} : { body, headers: { 'content-type': 'application/json' } }),
          signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
        });
        return { status: answer.status, etag: answer.headers.get('etag'), body: await answer.text() };
      } catch (error) {
        signal.throwIfAborted();
        throw faultOf(url, error);
      }
    },
  };
}

/** fetch(): a TypeError with the network's own error as its cause, or a DOMException where it took too long. */
function faultOf(url: string, error: unknown): unknown {
  if (error instanceof DOMException) return new NetworkFault(url, error.name, { cause: error });
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return error;
  const { cause } = error;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return new NetworkFault(url, code, { cause: error });
}
