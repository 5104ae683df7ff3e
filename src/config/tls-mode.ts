import type { UrlFault } from './database-url.ts';

/** How a connection is encrypted and verified, in libpq's terms. */
export interface Tls {
  /**
   * disable: not encrypted. prefer: encrypted if the server supports it. require: encrypted, but the certificate is not
   * verified. verify-ca: the certificate is signed by a trusted authority. verify-full: and it is issued for the host.
   */
  readonly mode: TlsMode;
  /** A file of trusted authorities; default: those that Node ships. */
  readonly rootCertificateFile?: string;
}

const modes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type TlsMode = (typeof modes)[number];

/** Returns whether a connection to the host never leaves this machine. */
export function isLoopback(host: string): boolean {
  return (
    host.startsWith('/') || host === '::1' || /^localhost$/i.test(host) || /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}

/**
 * Returns the protection that `sslmode` and `sslrootcert` set. Default: verify-full, or disable if the connection stays
 * on this machine. As in libpq, `allow` and `prefer` encrypt if the server supports it (`allow` is treated as `prefer`),
 * `require` with a root certificate means `verify-ca`, the root certificate `system` needs `verify-full`, and a unix
 * socket is never encrypted.
 * Source: https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export function tlsOf(
  host: string,
  parameters: Readonly<Record<string, string>>,
): { readonly ssl: Tls } | { readonly fault: UrlFault } {
  const { sslmode: given, sslrootcert: root } = parameters;
  const byDefault = isLoopback(host) && root === undefined ? 'disable' : 'verify-full';
  const mode = modes.find((one) => one === (given === 'allow' ? 'prefer' : (given ?? byDefault)));
  if (mode === undefined)
    return { fault: { what: 'its sslmode is unknown', todo: `use one of ${modes.join(', ')}` } };
  if (host.startsWith('/')) return { ssl: { mode: 'disable' } };
  if (root === undefined) return { ssl: { mode } };
  if (root === 'system') {
    if (mode === 'verify-full') return { ssl: { mode } };
    return {
      fault: { what: 'sslrootcert=system needs sslmode=verify-full', todo: 'omit sslmode' },
    };
  }
  return { ssl: { mode: mode === 'require' ? 'verify-ca' : mode, rootCertificateFile: root } };
}
