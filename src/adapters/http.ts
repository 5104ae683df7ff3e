import { type Http, type HttpAnswer, NetworkFault } from '../domain/ports/http.ts';

/** Milliseconds that one response may take. */
const timeout = 30_000;

/** An HTTP client that uses fetch(). */
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

/** Sends a GET, and returns the response whatever its status. @throws NetworkFault */
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
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
    });
    return { status: answer.status, etag: answer.headers.get('etag'), body: await boundedText(answer) };
  } catch (error) {
    signal.throwIfAborted();
    throw faultOf(url, error);
  }
}

/** The most bytes of a response that are read. */
const mostBytes = 16_000_000;

/** Reads a body; the end of one that is too large is not read. */
export async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    const rest = mostBytes - size;
    chunks.push(chunk.subarray(0, rest));
    size += chunk.length;
    // Leaving the loop cancels the response.
    if (size >= mostBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** fetch() throws a DOMException on a timeout, and otherwise a TypeError whose cause is the error of the network. */
function faultOf(url: string, error: unknown): unknown {
  if (error instanceof DOMException) return new NetworkFault(url, error.name, { cause: error });
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return error;
  const { cause } = error;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return new NetworkFault(url, code, { cause: error });
}
