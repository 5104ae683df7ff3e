import type { Config } from '../config/config.ts';
import { configTemplate } from '../config/config-template.ts';
import { parseConfig } from '../config/parse-config.ts';
import type { SetupField } from '../domain/front-end.ts';
import type { Files } from '../domain/ports.ts';
import { configFile } from './configuration.ts';
import { schemaFile, writeSchema } from './init.ts';

/** The settings that nobody can find out by looking. */
const settings = ['public-host', 'starter-schema'] as const;

/** What the set-up asks, with the configured value where there is one. */
export function setupFields(config: Config): readonly SetupField[] {
  return [
    {
      name: 'public-host',
      label: 'Public name of the API',
      why: 'Traefik routes this name, and the tunnel will send it there.',
      initial: config.publicHost,
      fault: (value) => faultOf('public-host', value),
    },
    {
      name: 'starter-schema',
      label: 'Starter schema',
      why: 'Its missing comma is looked for, and its indexes are compared; where it is not there, 0.4 is skipped.',
      initial: config.starterSchema,
      fault: (value) => faultOf('starter-schema', value),
    },
  ];
}

/** Held against the same schema as the file; null where nothing is wrong. */
function faultOf(setting: string, value: string): string | null {
  const parsed = parseConfig(lineOf(setting, value), configFile);
  if ('config' in parsed) return null;
  const [first] = parsed.faults;
  return first === undefined ? null : `expected ${first.expected}`;
}

function lineOf(setting: string, value: string): string {
  return `${setting}: ${JSON.stringify(value)}\n`;
}

/** The configuration with the answers in it. */
export function withAnswers(config: Config, answers: Readonly<Record<string, string>>): Config {
  const text = settings
    .map((name) => (answers[name] === undefined ? '' : lineOf(name, answers[name])))
    .join('');
  const parsed = parseConfig(text, configFile);
  if ('faults' in parsed) return config;
  return {
    ...config,
    ...(answers['public-host'] === undefined ? {} : { publicHost: parsed.config.publicHost }),
    ...(answers['starter-schema'] === undefined ? {} : { starterSchema: parsed.config.starterSchema }),
  };
}

/**
 * Keeps the answers as the configuration file. One that holds nothing but earlier answers takes the new
 * ones; one that a person wrote or changed stays as it is.
 */
export async function keepAnswers(files: Files, answers: Readonly<Record<string, string>>): Promise<boolean> {
  const { type } = await files.look(configFile);
  const ours = type === 'file' && isAnswersAlone(await files.read(configFile));
  if (type !== 'absent' && !ours) return false;
  await writeSchema(files);
  await files.write(configFile, textOf(answers), 0o644);
  return true;
}

const beforeAnswers = `${configTemplate(`./${schemaFile}`)}\n# Answered in the wizard:\n`;

function textOf(answers: Readonly<Record<string, string>>): string {
  return (
    beforeAnswers +
    Object.entries(answers)
      .map(([name, value]) => lineOf(name, value))
      .join('')
  );
}

function isAnswersAlone(text: string): boolean {
  const lines = text.startsWith(beforeAnswers) ? text.slice(beforeAnswers.length).trimEnd().split('\n') : [];
  return lines.length > 0 && lines.every((line) => settings.some((name) => line.startsWith(`${name}: `)));
}
