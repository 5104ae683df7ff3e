import { isFields, Text, YamlError } from './go-yaml.ts';

/**
 * How go-yaml reads a field: a string field takes any scalar as it is written; fields not listed here keep their YAML
 * type.
 */
const texts = new Set(
  'hostname path service tunnel httpHostHeader originServerName caPool proxyAddress proxyType teamName environment prefix'.split(
    ' ',
  ),
);
const durations = new Set(['connectTimeout', 'tlsTimeout', 'tcpKeepAlive', 'keepAliveTimeout']);
const switches = new Set(
  'noHappyEyeballs matchSNItoHost noTLSVerify disableChunkedEncoding bastionMode http2Origin required allow'.split(
    ' ',
  ),
);

/** Converts a tree into values by the names of its fields. Leaves out null, and skips a null rule. */
export function decoded(tree: unknown, field = ''): unknown {
  if (tree instanceof Text) return scalar(tree, field);
  if (Array.isArray(tree)) {
    if (texts.has(field)) throw new YamlError(`cannot unmarshal !!seq into string (${field})`);
    return tree.filter((one) => one !== null).map((one) => decoded(one, field === 'ingress' ? 'rule' : ''));
  }
  if (!isFields(tree)) return tree;
  if (texts.has(field)) throw new YamlError(`cannot unmarshal !!map into string (${field})`);
  const given = Object.entries(tree).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, decoded(value, name)]));
}

function scalar({ written, value, plain }: Text, field: string): unknown {
  if (texts.has(field)) return written;
  if (switches.has(field)) {
    if (/^(y|Y|yes|on)$/.test(written) || (plain && value === true)) return true;
    if (/^(n|N|no|off)$/.test(written) || (plain && value === false)) return false;
    throw new YamlError(`cannot unmarshal ${written} into bool`);
  }
  if (
    durations.has(field) &&
    (typeof value === 'number' || !/^[+-]?(0|([\d.]+(ns|us|µs|ms|s|m|h))+)$/.test(written))
  )
    throw new YamlError(`cannot unmarshal ${written} into time.Duration`);
  return value;
}
