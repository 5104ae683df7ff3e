import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type HttpAnswer, NetworkFault } from '../../domain/ports/http.ts';
import { LinkLost } from './connection.ts';
import type { Reached } from './forwarding.ts';

/** A GET request. */
export interface GetRequest {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Sends a GET over a port that was reached. @throws NetworkFault; LinkLost */
export async function getOver(reached: Reached, get: GetRequest): Promise<HttpAnswer> {
  const { port, path, headers, signal, timeout } = get;
  const url = `http://127.0.0.1:${port}${path}`;
  if (reached.is !== 'open')
    throw new NetworkFault(url, reached.is === 'refused' ? 'ECONNREFUSED' : 'ETIMEDOUT');
  const late = AbortSignal.timeout(timeout);
  try {
    return await new Promise<HttpAnswer>((answer, fail) => {
      const { socket } = reached;
      const sent = request({
        host: '127.0.0.1',
        port,
        path,
        headers,
        // No `agent` option: with one, even `false`, Node would connect to this machine's own port.
        createConnection: () => socket,
        signal: AbortSignal.any([signal, late]),
      });
      sent.once('error', fail);
      sent.once('response', (response) => {
        const { statusCode: status = 0, headers: given } = response;
        text(response).then((body) => answer({ status, etag: given.etag ?? null, body }), fail);
      });
      sent.end();
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof LinkLost || !(error instanceof Error)) throw error;
    const code = late.aborted ? 'TimeoutError' : 'code' in error ? String(error.code) : error.message;
    throw new NetworkFault(url, code, { cause: error });
  } finally {
    reached.socket.destroy();
  }
}
