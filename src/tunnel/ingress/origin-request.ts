import { isScalar, isSeq, Scalar } from 'yaml';
import { type goYaml, ReadFault, type Value } from './go-yaml.ts';

/** The settings of `originRequest` that decide whether a request reaches Traefik's route. */
export type OriginSettings = {
  /** The rule's service is not used: the client names the destination. */
  readonly bastionMode?: boolean;
  /** Sent instead of the requested hostname; empty if it is not replaced. */
  readonly httpHostHeader?: string;
};

type Reader = ReturnType<typeof goYaml>;

/** The fields by type. Source: cloudflare/cloudflared 2026.8.2, config/configuration.go (OriginRequestConfig). */
const durations = ['connectTimeout', 'tlsTimeout', 'tcpKeepAlive', 'keepAliveTimeout'];
const booleans = [
  'noHappyEyeballs',
  'matchSNItoHost',
  'noTLSVerify',
  'disableChunkedEncoding',
  'bastionMode',
  'http2Origin',
];
const integers = ['keepAliveConnections', 'proxyPort'];
const texts = ['httpHostHeader', 'originServerName', 'caPool', 'proxyAddress', 'proxyType'];

/** Reads an `originRequest`. @throws ReadFault if go-yaml cannot read one of its fields */
export function readOriginRequest(reader: Reader, node: Value): OriginSettings {
  const fields = reader.fields(node, 'originRequest');
  const set = (names: readonly string[]) =>
    names.flatMap((name) => {
      const value = fields.get(name) ?? null;
      return value === null ? [] : [{ name, value }];
    });
  for (const { name, value } of set(durations)) assertDuration(name, value);
  for (const { name, value } of set(integers)) assertInteger(name, value);
  for (const { name, value } of set(texts)) reader.text(value, name);
  const read = new Map(set(booleans).map(({ name, value }) => [name, booleanIn(name, value)]));
  readAccess(reader, fields.get('access') ?? null);
  readIpRules(reader, fields.get('ipRules') ?? null);
  const bastionMode = read.get('bastionMode');
  const header = fields.get('httpHostHeader') ?? null;
  return {
    ...(bastionMode === undefined ? {} : { bastionMode }),
    ...(header === null ? {} : { httpHostHeader: reader.text(header, 'httpHostHeader') }),
  };
}

function booleanIn(name: string, value: Value): boolean {
  const text = isScalar(value) ? (value.source ?? String(value.value)) : '';
  const plain = isScalar(value) && value.type === Scalar.PLAIN;
  // go-yaml accepts the words of YAML 1.1 only in a field that is a boolean.
  if (/^(y|Y|yes|on)$/.test(text) || (plain && /^(true|True|TRUE)$/.test(text))) return true;
  if (/^(n|N|no|off)$/.test(text) || (plain && /^(false|False|FALSE)$/.test(text))) return false;
  throw new ReadFault(value, `${name} is neither true nor false`);
}

/** Go's time.ParseDuration. */
const duration = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

function assertDuration(name: string, value: Value): void {
  const text = isScalar(value) ? (value.source ?? '') : '';
  // A plain 0 is a number, and a number is not a duration.
  if (duration.test(text) && !(isScalar(value) && typeof value.value === 'number')) return;
  throw new ReadFault(value, `${name} is not a duration such as 30s`);
}

function assertInteger(name: string, value: Value): void {
  if (isScalar(value) && typeof value.value === 'number' && Number.isInteger(value.value)) {
    if (name !== 'proxyPort' || value.value >= 0) return;
  }
  throw new ReadFault(value, `${name} is not a whole number`);
}

function readAccess(reader: Reader, node: Value): void {
  const access = reader.fields(node, 'access');
  const required = access.get('required') ?? null;
  const isRequired = required !== null && booleanIn('required', required);
  const team = reader.text(access.get('teamName') ?? null, 'teamName');
  reader.text(access.get('environment') ?? null, 'environment');
  const tags = access.get('audTag') ?? null;
  if (tags !== null && !isSeq(tags)) throw new ReadFault(tags, 'audTag is not a list');
  if (isRequired && team === '' && isSeq(tags) && tags.items.length > 0)
    throw new ReadFault(node, 'access has audTag, but no teamName');
}

function readIpRules(reader: Reader, node: Value): void {
  if (node === null) return;
  if (!isSeq(node)) throw new ReadFault(node, 'ipRules is not a list');
  for (const item of node.items) {
    const rule = reader.fields(reader.resolved(item), 'a rule of ipRules');
    reader.text(rule.get('prefix') ?? null, 'prefix');
    const ports = rule.get('ports') ?? null;
    if (ports !== null && !isSeq(ports)) throw new ReadFault(ports, 'ports is not a list');
    const allow = rule.get('allow') ?? null;
    if (allow !== null) booleanIn('allow', allow);
  }
}

/** Returns the settings that are in effect in a rule: its own, then those at the top of the file. */
export function inheriting(own: OriginSettings, top: OriginSettings): { readonly origin?: OriginSettings } {
  const origin = { ...top, ...own };
  return Object.keys(origin).length === 0 ? {} : { origin };
}

/** Returns the settings that a new rule has to set itself, so that it does not inherit others; null if it inherits none. */
export function neededSettings(top: OriginSettings): OriginSettings | null {
  const own = {
    ...(top.bastionMode === true ? { bastionMode: false } : {}),
    ...(top.httpHostHeader ? { httpHostHeader: '' } : {}),
  };
  return Object.keys(own).length === 0 ? null : own;
}
