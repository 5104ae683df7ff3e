import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ingressSchema } from './ingress.ts';

const configSchema = z.looseObject({
  tunnel: z.string().default(''),
  'credentials-file': z.string().optional(),
  ingress: ingressSchema.nullish().transform((rules) => rules ?? []),
  metrics: z.string().optional(),
  url: z.string().optional(),
  'unix-socket': z.string().optional(),
  'hello-world': z.boolean().optional(),
  bastion: z.boolean().optional(),
});
type Config = z.infer<typeof configSchema>;

export interface ConfigFile {
  /** Its path, or empty where there is none. */
  readonly source: string;
  readonly config: Config;
  /** Keys that nothing reads: a warning, and no `OK`. */
  readonly warnings: readonly string[];
}

/** A file that cannot be read: cloudflared says it and ends with 1. */
export class ConfigFileError extends Error {}

const searched = ['.cloudflared', '.cloudflare-warp', 'cloudflare-warp'].map((name) => join(homedir(), name));
const names = ['config.yml', 'config.yaml'];
const ruleKeys = ['hostname', 'path', 'service', 'originRequest'];
const originRequestKeys =
  'connectTimeout tlsTimeout tcpKeepAlive noHappyEyeballs keepAliveConnections keepAliveTimeout httpHostHeader originServerName matchSNItoHost caPool noTLSVerify disableChunkedEncoding bastionMode proxyAddress proxyPort proxyType ipRules http2Origin access'.split(
    ' ',
  );

/**
 * Reads the file given, or the first of the usual ones. Once, at the start: an edit changes nothing in what
 * runs. Source: cloudflare/cloudflared, config/configuration.go.
 * @throws ConfigFileError for what is no YAML, a key twice, or not what is wanted there
 */
export function readConfigFile(given: string | undefined): ConfigFile {
  const folders = [...searched, '/etc/cloudflared', '/usr/local/etc/cloudflared'];
  const usual = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const source = given ?? usual.find((path) => existsSync(path)) ?? '';
  if (source === '' || !existsSync(source))
    return { source: '', config: configSchema.parse({}), warnings: [] };
  const wrong = (why: string) =>
    new ConfigFileError(`error parsing YAML in config file at ${source}: ${why}`);
  const document = parseDocument(readFileSync(source, 'utf8'), { merge: true });
  const [error] = document.errors;
  if (error !== undefined) throw wrong(`yaml: ${error.message}`);
  const content: unknown = document.toJS() ?? {};
  const config = configSchema.safeParse(content);
  if (!config.success) throw wrong(`yaml: unmarshal errors:\n  ${z.prettifyError(config.error)}`);
  return { source, config: config.data, warnings: unusedKeys(config.data) };
}

/** Only inside of rules: at the top, unknown keys are taken for flags. */
function unusedKeys({ ingress, originRequest }: Config): readonly string[] {
  const origins = [originRequest, ...ingress.map((rule) => rule.originRequest)];
  const inOrigins = origins.flatMap((one) =>
    Object.keys(one ?? {})
      .filter((key) => !originRequestKeys.includes(key))
      .map((key) => [key, 'OriginRequestConfig']),
  );
  const inRules = ingress.flatMap((rule) =>
    Object.keys(rule)
      .filter((key) => !ruleKeys.includes(key))
      .map((key) => [key, 'UnvalidatedIngressRule']),
  );
  return [...inRules, ...inOrigins].map(([key, type]) => `  field ${key} not found in type config.${type}`);
}
