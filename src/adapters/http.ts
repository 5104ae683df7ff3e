import { type Http, type HttpAnswer, NetworkFault } from '../domain/ports.ts';

/** Milliseconds that a server may take for one answer. */
const patience = 30_000;

/** HTTP over the platform's own fetch. */
export function httpClient(): Http {
  return {
    request: (method, url, body, signal) =>
      answerOf(
        url,
        { method, ...(body === null ? {} : { body, headers: { 'content-type': 'application/json' } }) },
        signal,
      ),
  };
}

/** An answer to a GET, of any status. @throws NetworkFault */
export function getAnswer(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return answerOf(url, { method: 'GET', headers }, signal);
}

async function answerOf(url: string, request: RequestInit, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    const answer = await fetch(url, {
      ...request,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    });
    return { status: answer.status, etag: answer.headers.get('etag'), body: await answer.text() };
  } catch (error) {
    signal.throwIfAborted();
    throw faultOf(url, error);
  }
}

/** fetch(): a TypeError with the network's own error as its cause, or a DOMException where it took too long. */
function faultOf(url: string, error: unknown): unknown {
  if (error instanceof DOMException) return new NetworkFault(url, error.name, { cause: error });
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return error;
  const { cause } = error;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return new NetworkFault(url, code, { cause: error });
}
