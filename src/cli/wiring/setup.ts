import type { Config } from '../../config/config.ts';
import { configTemplate } from '../../config/config-template.ts';
import { parseConfig } from '../../config/parse-config.ts';
import type { ProbeResult, SetupField } from '../../domain/front-end.ts';
import type { Files } from '../../domain/ports/files.ts';
import { schemaFile, writeSchema } from '../commands/init.ts';
import { configFile } from './configuration.ts';

/** Renders the settings that erp-deploy cannot detect as lines of the configuration file. */
const lines: Readonly<Record<string, (value: string) => string>> = {
  production: (value) =>
    `production: { ${isUrl(value) ? 'database-url' : 'host'}: ${JSON.stringify(value)} }\n`,
  'public-host': (value) => `public-host: ${JSON.stringify(value)}\n`,
  'cloudflare-container': (value) => `cloudflare: { container: ${JSON.stringify(value)} }\n`,
  'starter-schema': (value) => `starter-schema: ${JSON.stringify(value)}\n`,
};

/** Settings that may be left empty; a part of the rollout is skipped then. */
const optional = ['production', 'cloudflare-container'];

/** What the setup knows of production beside its value. */
export interface ProductionHints {
  /** Aliases of ~/.ssh/config. */
  readonly hosts: readonly string[];
  /** Tries to log in to a host. */
  probe(host: string): Promise<ProbeResult>;
}

/** Whether the production that was answered has containers: a server at a URL has none. */
function hasContainers({ production = '' }: Readonly<Record<string, string>>): boolean {
  return production !== '' && !isUrl(production);
}

/** Returns the fields of the setup, each with its configured value if there is one. */
export function setupFields(config: Config, hints: ProductionHints | null = null): readonly SetupField[] {
  const { host, databaseUrl } = config.production;
  const production: SetupField = {
    name: 'production',
    label: 'Production',
    why: 'The server to roll out to: an SSH destination (an alias of ~/.ssh/config works), or a postgres:// URL without a password.',
    empty: 'production is skipped (3.1 to 3.7): only the local test runs on this machine',
    ...(hints === null
      ? {}
      : {
          choices: hints.hosts,
          probe: async (value: string) =>
            isUrl(value) ? { ok: true, text: 'checked when the rollout plans' } : hints.probe(value),
        }),
    initial: databaseUrl ?? host ?? '',
    fault: (value) => faultOf('production', value),
  };
  return [
    // A URL with a password, or from stdin, was given by a flag. It must not be shown, and it stays in effect.
    ...(production.fault(production.initial) === null ? [production] : []),
    {
      name: 'public-host',
      label: 'Public name of the API',
      why: 'The host name of the public URL, which Traefik and the Cloudflare tunnel route to the API.',
      applies: hasContainers,
      initial: config.publicHost,
      fault: (value) => faultOf('public-host', value),
    },
    {
      name: 'cloudflare-container',
      label: 'cloudflared container',
      why: 'The name of the cloudflared container on the production server.',
      applies: hasContainers,
      empty: 'Cloudflare is skipped (3.6)',
      initial: config.cloudflare.container ?? '',
      fault: (value) => faultOf('cloudflare-container', value),
    },
    {
      name: 'starter-schema',
      label: 'Starter schema',
      why: 'An SQL file of an earlier design. Its syntax error is fixed, and its indexes are compared. If you have none, keep this answer: 0.4 is skipped.',
      initial: config.starterSchema,
      fault: (value) => faultOf('starter-schema', value),
    },
  ];
}

/** Validates a value with the schema of the file; null if it is valid. */
function faultOf(setting: string, value: string): string | null {
  const parsed = parseConfig(lineOf(setting, value), configFile);
  if ('config' in parsed) return null;
  const [first] = parsed.faults;
  if (first === undefined) return null;
  const or = setting === 'production' && !isUrl(value) ? ', or a postgres:// URL' : '';
  return `expected ${first.expected}${or}`;
}

function isUrl(value: string): boolean {
  return value.includes('://');
}

/** Returns the line of the configuration file; empty if the answer is empty. */
function lineOf(setting: string, value: string): string {
  return value === '' && optional.includes(setting) ? '' : (lines[setting]?.(value) ?? '');
}

/** Returns the configuration with the answers, which take precedence over the file and the flags. */
export function withAnswers(config: Config, answers: Readonly<Record<string, string>>): Config {
  const parsed = parseConfig(linesOf(answers), configFile);
  if ('faults' in parsed) return config;
  const { production, publicHost, cloudflare, starterSchema } = parsed.config;
  const { directory, ssh } = config.production;
  const { container: _, ...tunnel } = config.cloudflare;
  const { container } = cloudflare;
  return {
    ...config,
    ...(answers.production === undefined ? {} : { production: { ...production, directory, ssh } }),
    ...(answers['public-host'] === undefined ? {} : { publicHost }),
    ...(answers['cloudflare-container'] === undefined
      ? {}
      : { cloudflare: { ...tunnel, ...(container === undefined ? {} : { container }) } }),
    ...(answers['starter-schema'] === undefined ? {} : { starterSchema }),
  };
}

function linesOf(answers: Readonly<Record<string, string>>): string {
  return Object.entries(answers)
    .map(([name, value]) => lineOf(name, value))
    .join('');
}

/**
 * Saves the answers as the configuration file. A file that contains only earlier answers is replaced; a file that the
 * operator wrote or changed is left unchanged.
 * @returns whether the answers were saved
 */
export async function keepAnswers(files: Files, answers: Readonly<Record<string, string>>): Promise<boolean> {
  const { type } = await files.inspect(configFile);
  const ours = type === 'file' && hasOnlyAnswers(await files.read(configFile));
  if (type !== 'absent' && !ours) return false;
  await writeSchema(files);
  await files.write(configFile, textOf(answers), 0o644);
  return true;
}

const beforeAnswers = `${configTemplate(`./${schemaFile}`)}\n# Answered in the wizard:\n`;

function textOf(answers: Readonly<Record<string, string>>): string {
  return beforeAnswers + linesOf(answers);
}

/** Matches a line that `linesOf` writes. Any other line means that the operator edited the file. */
const answerLine =
  /^(?:public-host: ".*"|starter-schema: ".*"|production: \{ (?:host|database-url): ".*" \}|cloudflare: \{ container: ".*" \})$/;

function hasOnlyAnswers(text: string): boolean {
  const kept = text.startsWith(beforeAnswers) ? text.slice(beforeAnswers.length).trimEnd().split('\n') : [];
  return kept.length > 0 && kept.every((line) => answerLine.test(line));
}
