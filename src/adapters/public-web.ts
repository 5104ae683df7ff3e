import { resolve4, resolve6 } from 'node:dns/promises';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { NetworkFault, type PublicAnswer, type PublicWeb } from '../domain/ports/http.ts';

/** Milliseconds that a response may take. */
const timeout = 20_000;
/** Characters of a body that are kept. */
const kept = 64 * 1024;

/** The resolver's error codes for a name without such a record. */
const noRecord = ['ENOTFOUND', 'ENODATA'];

/** HTTPS and DNS of Node itself, without agents, proxies or caches. */
export const publicWeb: PublicWeb = {
  get: (host, path, headers, connectTo, signal) =>
    new Promise((answer, fail) => {
      const url = `https://${host}${path}`;
      const [, address = host, port = '443'] = /^(.*):(\d+)$/.exec(connectTo ?? '') ?? [];
      const late = AbortSignal.timeout(timeout);
      const failed = (error: unknown) => {
        if (signal.aborted) return fail(signal.reason);
        fail(new NetworkFault(url, late.aborted ? 'TimeoutError' : codeOf(error), { cause: error }));
      };
      const sent = request(
        {
          host: address,
          port: Number(port),
          path,
          headers: { ...headers, host },
          // The certificate must be valid for the host, whichever address is connected to.
          ...(isIP(host) === 0 ? { servername: host } : {}),
          agent: false,
          signal: AbortSignal.any([signal, late]),
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (text: string) => {
            if (body.length < kept) body += text.slice(0, kept - body.length);
          });
          response.once('error', failed);
          response.once('end', () =>
            answer({ status: response.statusCode ?? 0, headers: plain(response.headers), body }),
          );
        },
      );
      sent.once('error', failed);
      sent.end();
    }),
  addresses: async (host) => {
    const found = await Promise.allSettled([resolve4(host), resolve6(host)]);
    const addresses = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (addresses.length > 0) return addresses;
    const reasons = found.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []));
    const other = reasons.find((code) => !noRecord.includes(code));
    if (other !== undefined) throw new NetworkFault(`dns:${host}`, other);
    return [];
  },
};

function plain(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): PublicAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (value ?? []).join(', '),
    ]),
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
