import { domainToASCII } from 'node:url';

/**
 * Returns whether the hostname of a rule matches a requested host. cloudflared compares byte by byte, and once more with
 * the name's ASCII form, which is in lower case; a name with a wildcard has no such form, so its letter case counts.
 * Source: cloudflare/cloudflared 2026.8.2, ingress/rule.go and ingress.go (Matches, matchHost, validateIngress).
 */
export function matchesHost(rule: string, host: string): boolean {
  if (rule === '' || rule === '*') return true;
  return isOrCovers(rule, host) || isOrCovers(asciiForm(rule), host);
}

function isOrCovers(rule: string, host: string): boolean {
  return rule !== '' && (rule === host || (rule.startsWith('*.') && host.endsWith(rule.slice(1))));
}

/** Returns whether a rule has exactly this hostname, in whatever letter case. */
export function isHost(rule: string, host: string): boolean {
  return rule !== '' && !rule.includes('*') && matchesHost(rule, host.toLowerCase());
}

/** A label that golang.org/x/net/idna (the profile Lookup) passes: STD3 characters, and no hyphen where it is reserved. */
const label = /^(?!-)(?!(?!xn).{2}--)[a-z\d-]*(?<!-)$/;

/** Returns the ASCII form of a hostname; empty if it has none. */
function asciiForm(hostname: string): string {
  // `domainToASCII` also cuts, decodes and strips characters, as a browser's address bar does.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: every character of ASCII that no label has.
  if (/[\u0000-\u002c\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]/.test(hostname)) return '';
  const ascii = domainToASCII(hostname);
  const isComplete = ascii.split('.').every((one) => label.test(one));
  // `domainToASCII` reads numbers as an IPv4 address: 010.1 becomes 8.0.0.1.
  return isComplete && !/^[\d.]+$/.test(ascii) ? ascii : '';
}

/** Returns whether Go's net.SplitHostPort finds a port in a hostname. */
export function hasPort(hostname: string): boolean {
  const colon = hostname.lastIndexOf(':');
  if (colon === -1) return false;
  if (!hostname.startsWith('[')) return !hostname.slice(0, colon).includes(':') && !/[[\]]/.test(hostname);
  const end = hostname.indexOf(']');
  return (
    end !== -1 &&
    end + 1 === colon &&
    !hostname.slice(1).includes('[') &&
    !hostname.slice(colon).includes(']')
  );
}
