import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { decoded } from './decode.ts';
import { parseGoYaml, YamlError } from './go-yaml.ts';
import { ingressSchema, originRequestSchema } from './ingress.ts';
import { unusedKeys } from './unused-keys.ts';

const configSchema = z.looseObject({
  tunnel: z.string().default(''),
  'credentials-file': z.string().optional(),
  token: z.string().optional(),
  'token-file': z.string().optional(),
  ingress: ingressSchema.nullish().transform((rules) => rules ?? []),
  originRequest: originRequestSchema.nullish(),
  metrics: z.string().optional(),
  url: z.string().optional(),
  'unix-socket': z.string().optional(),
  'hello-world': z.boolean().optional(),
  bastion: z.boolean().optional(),
});
type Config = z.infer<typeof configSchema>;

export interface ConfigFile {
  /** Its path; empty if there is no file. */
  readonly source: string;
  readonly config: Config;
  /** Unknown keys, which cause a warning instead of `OK`. */
  readonly warnings: readonly string[];
}

/** An unreadable file: cloudflared prints the reason and exits with 1. */
export class ConfigFileError extends Error {}

const searched = ['.cloudflared', '.cloudflare-warp', 'cloudflare-warp'].map((name) => join(homedir(), name));
const names = ['config.yml', 'config.yaml'];
/**
 * Reads the given file, or the first of the default ones, once at the start: later edits have no effect. Source:
 * cloudflare/cloudflared, config/configuration.go.
 * @throws ConfigFileError for invalid YAML, a duplicate key, or a value of the wrong type
 */
export function readConfigFile(given: string | undefined): ConfigFile {
  const folders = [...searched, '/etc/cloudflared', '/usr/local/etc/cloudflared'];
  const usual = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const source = given ?? usual.find((path) => existsSync(path)) ?? '';
  if (source === '' || !existsSync(source))
    return { source: '', config: configSchema.parse({}), warnings: [] };
  const wrong = (why: string) =>
    new ConfigFileError(`error parsing YAML in config file at ${source}: ${why}`);
  const text = readFileSync(source, 'utf8');
  try {
    const content = parseGoYaml(text);
    // An empty file counts as missing.
    if (content === null) return { source: '', config: configSchema.parse({}), warnings: [] };
    const config = configSchema.safeParse(decoded(content));
    if (!config.success) throw new YamlError(`unmarshal errors:\n  ${z.prettifyError(config.error)}`);
    return { source, config: config.data, warnings: unusedKeys(config.data, text) };
  } catch (error) {
    if (error instanceof YamlError) throw wrong(`yaml: ${error.message}`);
    throw error;
  }
}
