import type { UrlFault } from './database-url.ts';

/** How a connection is protected, in libpq's terms. */
export interface Tls {
  /**
   * disable: in the clear. prefer: encrypted where the server can. require: encrypted, the
   * certificate unchecked. verify-ca: signed by a trusted authority. verify-full: and issued for
   * the host.
   */
  readonly mode: TlsMode;
  /** A file of trusted authorities; absent means those that Node ships. */
  readonly rootCertificateFile?: string;
}

const modes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type TlsMode = (typeof modes)[number];

/** Whether a connection to the host never leaves this machine. */
export function isLoopback(host: string): boolean {
  return (
    host.startsWith('/') || host === '::1' || /^localhost$/i.test(host) || /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}

/**
 * What `sslmode` and `sslrootcert` ask for. Without them: verify-full, or disable where the
 * connection stays on this machine. As in libpq, `allow` and `prefer` encrypt where they can
 * (`allow` is taken for `prefer`), `require` with a root certificate means `verify-ca`, and the
 * root certificate `system` calls for `verify-full`; a unix socket is never encrypted.
 * Source: https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export function tlsOf(
  host: string,
  parameters: Readonly<Record<string, string>>,
): { readonly ssl: Tls } | { readonly fault: UrlFault } {
  const { sslmode: named, sslrootcert: root } = parameters;
  const otherwise = isLoopback(host) && root === undefined ? 'disable' : 'verify-full';
  const mode = modes.find((one) => one === (named === 'allow' ? 'prefer' : (named ?? otherwise)));
  if (mode === undefined)
    return { fault: { what: 'its sslmode is none of libpq', todo: `use ${modes.join(', ')}` } };
  if (host.startsWith('/')) return { ssl: { mode: 'disable' } };
  if (root === undefined) return { ssl: { mode } };
  if (root === 'system') {
    if (mode === 'verify-full') return { ssl: { mode } };
    return {
      fault: { what: 'sslrootcert=system goes with sslmode=verify-full alone', todo: 'leave sslmode out' },
    };
  }
  return { ssl: { mode: mode === 'require' ? 'verify-ca' : mode, rootCertificateFile: root } };
}
