/** The fields of each structure. Source: cloudflare/cloudflared 2026.8.2, config/configuration.go. */
const rule = ['hostname', 'path', 'service', 'originRequest'];
const warpRouting = ['connectTimeout', 'maxActiveFlows', 'tcpKeepAlive'];
const originRequest =
  'connectTimeout tlsTimeout tcpKeepAlive noHappyEyeballs keepAliveConnections keepAliveTimeout httpHostHeader originServerName matchSNItoHost caPool noTLSVerify disableChunkedEncoding bastionMode proxyAddress proxyPort proxyType ipRules http2Origin access'.split(
    ' ',
  );

interface Config {
  readonly ingress: readonly { readonly originRequest?: object | null | undefined }[];
  readonly originRequest?: object | null | undefined;
  readonly 'warp-routing'?: unknown;
}

/** Returns the unknown keys that `validate` warns about. Unknown top-level keys count as flags. */
export function unusedKeys(config: Config, text: string): readonly string[] {
  const origins = [config.originRequest, ...config.ingress.map((one) => one.originRequest)];
  const warp = config['warp-routing'];
  return [
    ...config.ingress.flatMap((one) => unused(one, rule, 'UnvalidatedIngressRule', text)),
    ...origins.flatMap((one) => unused(one ?? {}, originRequest, 'OriginRequestConfig', text)),
    ...unused(typeof warp === 'object' && warp !== null ? warp : {}, warpRouting, 'WarpRoutingConfig', text),
  ];
}

function unused(given: object, known: readonly string[], type: string, text: string): readonly string[] {
  const lines = text.split('\n');
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const line = lines.findIndex((one) => new RegExp(`^[\\s-]*${key}\\s*:`).test(one)) + 1;
      return `  line ${line}: field ${key} not found in type config.${type}`;
    });
}
