import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { type CertificateEnd, NetworkFault } from '../domain/ports/http.ts';

/** Milliseconds that the handshake may take. */
const timeout = 20_000;

/** Makes a TLS connection, which verifies the certificate, and closes it. */
export const certificateEnd: CertificateEnd = async (host, connectTo, signal) => {
  const [, address = host, port = '443'] = /^(.*):(\d+)$/.exec(connectTo ?? '') ?? [];
  const late = AbortSignal.timeout(timeout);
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connect({ host: address, port: Number(port), ...name });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.any([signal, late]) });
    // The format of OpenSSL, such as "Dec  9 10:00:00 2026 GMT".
    return new Date(socket.getPeerCertificate().valid_to).toISOString();
  } catch (error) {
    signal.throwIfAborted();
    const code = late.aborted ? 'TimeoutError' : codeOf(error);
    if (code === null) throw error;
    throw new NetworkFault(`https://${host}`, code, { cause: error });
  } finally {
    socket.destroy();
  }
};

/** Returns the code of an error of the system or of TLS, such as `CERT_HAS_EXPIRED`; null for any other error. */
function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
