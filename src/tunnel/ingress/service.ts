/** Services without an address. */
const special = /^(unix:|unix\+tls:|hello_world$|hello-world$|socks-proxy$|bastion$)/s;

/**
 * Returns what cloudflared refuses in the service of a rule; null if it accepts it. In bastion mode, it does not read a
 * URL. Source: cloudflare/cloudflared 2026.8.2, ingress/ingress.go (validateIngress).
 */
export function serviceFault(service: string, bastionMode: boolean): string | null {
  if (special.test(service)) return null;
  const status = /^http_status:(.*)$/s.exec(service)?.[1];
  if (status !== undefined) {
    const code = /^[+-]?\d+$/.test(status) ? Number(status) : Number.NaN;
    return code >= 100 && code <= 999 ? null : `${service} is not an HTTP status`;
  }
  if (bastionMode) return null;
  if (service === '') return 'it has no service';
  return urlFault(service);
}

/** Characters that Go's net/url refuses in a host if they are not escaped. */
const notInHost = /[ #%/?@\\^`{|}]/;

/** Checks a URL as Go's net/url does: its Parse refuses fewer hosts than a browser, and different ones. */
function urlFault(service: string): string | null {
  const noAddress = `${service} has no scheme or no host`;
  const invalid = (what: string) => `${service} is not a valid URL: ${what}`;
  const [whole = ''] = service.split('#', 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go refuses exactly these.
  if (/[\u0000-\u001f\u007f]/.test(whole)) return invalid('it has a control character');
  const [, rest = ''] = /^[a-z][a-z\d+.-]*:(.*)$/is.exec(whole) ?? [];
  const [before = ''] = rest.split('?', 1);
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(before) ?? [];
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(0, at));
  if (!/^(?:[\w.:~!$&'()*+,;=@-]|%[\da-f]{2})*$/i.test(user)) return invalid('its user or password');
  const host = hostIn(authority.slice(at + 1));
  if (host === null) return invalid('its host or port');
  if (host === '') return noAddress;
  return path === '' ? null : `${service} has a path, which cloudflared does not support`;
}

/** Returns the host without its port; null if Go refuses it. */
function hostIn(authority: string): string | null {
  const [, bracketed, port = ''] = /^\[(.*)\]([^\]]*)$/s.exec(authority) ?? [];
  if (bracketed !== undefined) {
    const [address = '', zone] = bracketed.split('%25', 2);
    const isPort = /^(:\d*)?$/.test(port);
    return isPort && URL.canParse(`http://[${address}]`) && zone !== '' ? bracketed : null;
  }
  if (authority.startsWith('[')) return null;
  const [, host = authority, digits = ''] = /^(.*?):(.*)$/s.exec(authority) ?? [];
  if (!/^\d*$/.test(digits)) return null;
  // Only characters outside ASCII may be escaped.
  return notInHost.test(host.replace(/%(25|[89a-f][\da-f])/gi, '')) ? null : host;
}
