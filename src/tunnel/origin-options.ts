import type { WrittenRule } from './ingress/rule-text.ts';

/** An option of cloudflared for the requests to its single origin, and the field of originRequest that it equals. */
interface OriginOption {
  readonly field: string;
  readonly kind: 'text' | 'duration' | 'number' | 'switch';
  /** Its environment variable, if it has one. */
  readonly variable?: string;
}

/**
 * The options that apply only if there are no ingress rules. Source: cloudflare/cloudflared 2026.8.2, ingress/config.go
 * (originRequestFromSingleRule) and cmd/cloudflared/tunnel/cmd.go (configureProxyFlags).
 */
const options: ReadonlyMap<string, OriginOption> = new Map<string, OriginOption>([
  ['proxy-connect-timeout', { field: 'connectTimeout', kind: 'duration' }],
  ['proxy-tls-timeout', { field: 'tlsTimeout', kind: 'duration' }],
  ['proxy-tcp-keepalive', { field: 'tcpKeepAlive', kind: 'duration' }],
  ['proxy-no-happy-eyeballs', { field: 'noHappyEyeballs', kind: 'switch' }],
  ['proxy-keepalive-connections', { field: 'keepAliveConnections', kind: 'number' }],
  ['proxy-keepalive-timeout', { field: 'keepAliveTimeout', kind: 'duration' }],
  ['http-host-header', { field: 'httpHostHeader', kind: 'text', variable: 'TUNNEL_HTTP_HOST_HEADER' }],
  ['origin-server-name', { field: 'originServerName', kind: 'text', variable: 'TUNNEL_ORIGIN_SERVER_NAME' }],
  ['match-sni-to-host', { field: 'matchSNItoHost', kind: 'switch' }],
  ['origin-ca-pool', { field: 'caPool', kind: 'text', variable: 'TUNNEL_ORIGIN_CA_POOL' }],
  ['no-tls-verify', { field: 'noTLSVerify', kind: 'switch', variable: 'NO_TLS_VERIFY' }],
  [
    'no-chunked-encoding',
    { field: 'disableChunkedEncoding', kind: 'switch', variable: 'TUNNEL_NO_CHUNKED_ENCODING' },
  ],
  ['proxy-address', { field: 'proxyAddress', kind: 'text', variable: 'TUNNEL_PROXY_ADDRESS' }],
  ['proxy-port', { field: 'proxyPort', kind: 'number', variable: 'TUNNEL_PROXY_PORT' }],
  ['http2-origin', { field: 'http2Origin', kind: 'switch', variable: 'TUNNEL_ORIGIN_ENABLE_HTTP2' }],
]);

export type OriginRequest = Readonly<Record<string, string | number | boolean>>;

/**
 * Returns the options in effect as fields of originRequest: a flag wins over a variable, and that over the file.
 * @param line the arguments of cloudflared, joined
 */
export function originOptions(
  line: string,
  environment: ReadonlyMap<string, string>,
  content: Readonly<Record<string, unknown>>,
): OriginRequest {
  const set = [...options].flatMap(([name, option]) => {
    const value =
      flagIn(line, name, option) ?? environment.get(option.variable ?? '') ?? fileValue(content[name]);
    return value === null || value === '' ? [] : [[option.field, typed(value, option)] as const];
  });
  return Object.fromEntries(set);
}

function flagIn(line: string, name: string, { kind }: OriginOption): string | null {
  const value = kind === 'switch' ? '(?:=(\\S+))?(?!\\S)' : '[= ]+(\\S+)';
  const found = new RegExp(`(?<!\\S)--?${name}${value}`).exec(line);
  return found === null ? null : (found[1] ?? 'true');
}

/** `false` in the file does not set a switch. */
function fileValue(value: unknown): string | null {
  return value === undefined || value === null || value === false ? null : String(value);
}

function typed(value: string, { kind }: OriginOption): string | number | boolean {
  if (kind === 'switch') return /^(1|t|true)$/i.test(value);
  return kind === 'number' ? Number(value) : value;
}

/** Returns the same fields as Cloudflare stores them: a duration there is a number of seconds; null if it is not whole. */
export function storedFields(request: OriginRequest): OriginRequest | null {
  const durations = [...options.values()].filter(({ kind }) => kind === 'duration').map(({ field }) => field);
  const stored: Record<string, string | number | boolean> = { ...request };
  for (const field of durations) {
    const value = request[field];
    if (value === undefined) continue;
    const [, hours = 0, minutes = 0, seconds = 0] =
      /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(`${value}`) ?? [];
    const sum = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    if (sum === 0) return null;
    stored[field] = sum;
  }
  return stored;
}

/** Returns the last rule of an ingress that keeps sending requests to an origin as before. */
export function lastRule(service: string, request: OriginRequest): WrittenRule {
  return { service, ...(Object.keys(request).length === 0 ? {} : { originRequest: request }) };
}
