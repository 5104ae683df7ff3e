import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { ConfigFault } from '../../config/config-faults.ts';
import { containersWith } from '../../config/containers.ts';
import { defaultConfig } from '../../config/default-config.ts';
import { composeAsset } from '../../containers/compose-asset.ts';
import { FileFault, type Files, type Node } from '../../domain/ports/files.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { reasonOf } from '../../engine/executor-problems.ts';
import { layout } from '../../workspace/layout.ts';
import type { Flags } from './flags.ts';
import { assets } from './package-assets.ts';

export const configFile = 'erp-deploy.config.yaml';

/**
 * Reads the configuration file; flags override its settings. What it does not say about the containers is read from the
 * compose file of the workspace, which the operator may have changed.
 * @param here the files of the current directory, to which `--config` is relative
 * @param workspace the files of the workspace
 * @throws ProblemError (exit 2) with every fault of the file
 */
export async function readConfiguration(flags: Flags, here: Files, workspace: Files): Promise<Config> {
  const config = await configurationIn(flags, here, workspace);
  const compose = await composeIn(workspace);
  if (compose === null || compose === (await assets.read(composeAsset))) return withFlags(config, flags);
  const { readCompose } = await import('../../containers/compose/read-compose.ts');
  const reading = readCompose(compose);
  if (reading === null) return withFlags(config, flags);
  const containers = containersWith(reading.containers, config.givenContainers);
  return withFlags({ ...config, containers }, flags);
}

async function configurationIn(flags: Flags, here: Files, workspace: Files): Promise<Config> {
  const named = flags.config;
  const files = named === undefined ? workspace : here;
  const path = named ?? configFile;
  const text = await textOf(files, path, named !== undefined);
  if (text === '') return defaultConfig;
  const name = named ?? fromHere(here, resolve(workspace.root, configFile));
  // Loaded only for a file: YAML and the schema of the settings take longer to load than many commands run.
  const { parseConfig } = await import('../../config/parse-config.ts');
  const parsed = parseConfig(text, name);
  if ('faults' in parsed) throw new ProblemError(notValid(name, parsed.faults));
  return parsed.config;
}

/** Returns the compose file of the workspace; null if there is none, or none that can be read: step 0.2 reports that. */
async function composeIn(files: Files): Promise<string | null> {
  try {
    return (await files.inspect(layout.compose)).type === 'file' ? await files.read(layout.compose) : null;
  } catch (error) {
    if (error instanceof FileFault) return null;
    throw error;
  }
}

/** Returns a path as the operator would write it: relative to the current directory if it is in it, otherwise absolute. */
function fromHere(here: Files, path: string): string {
  const below = relative(here.root, path);
  return below.startsWith('..') ? path : below;
}

/** The texts of pipes and devices by absolute path; such a file can be read only once. */
const streamed = new Map<string, string>();

/** Returns the text; empty only if no configuration was named and none exists. */
async function textOf(files: Files, path: string, isNamed: boolean): Promise<string> {
  const relative = isAbsolute(path) ? relativeTo(files, path) : path;
  const full = resolve(files.root, path);
  const node = await files.inspect(relative);
  if (node.type === 'absent') {
    if (isNamed) throw new ProblemError(missing(path, full));
    return '';
  }
  const known = streamed.get(full);
  if (known !== undefined && node.type === 'other') return known;
  try {
    const text = await (files.readStream ?? files.read)(relative);
    if (node.type === 'other') streamed.set(full, text);
    return text;
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    throw new ProblemError(unreadable(path, full, reasonFor(node, error)), { cause: error });
  }
}

function reasonFor(node: Node, { errno }: FileFault): string {
  if (node.type === 'directory') return 'it is a directory (EISDIR)';
  const isLink = node.type === 'other' && (errno === 'ENOENT' || errno === 'ELOOP');
  return isLink ? `it is ${node.what} (${errno})` : reasonOf(errno);
}

/** Returns an absolute path as a path relative to the folder of `files`. */
export function relativeTo(files: Files, path: string): string {
  const up = files.root.split('/').map(() => '..');
  return join(...up, path);
}

function withFlags(config: Config, flags: Flags): Config {
  const { productionHost: host, databaseUrl } = flags;
  // A flag replaces both settings of the file, since production is a host or a URL.
  const named = {
    ...(host === undefined ? {} : { host }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
  const configured = Object.keys(named).length > 0 ? named : config.production;
  if (configured.host !== undefined && configured.databaseUrl !== undefined) {
    throw new ProblemError(productionTwice);
  }
  return {
    ...config,
    engine: flags.engine ?? config.engine,
    production: { directory: config.production.directory, ssh: config.production.ssh, ...configured },
  };
}

const productionTwice: Problem = {
  code: 'ERP-0121',
  what: 'Production is configured as a host and as a database URL.',
  why: 'Only one is possible: a production host runs the database in a container, and a URL names a managed database.',
  todo: [
    {
      text: 'Remove one of them: production.host or production.database-url, --production-host or --database-url.',
    },
  ],
  exit: exitCodes.usage,
};

function missing(path: string, full: string): Problem {
  return {
    code: 'ERP-0111',
    what: `The configuration ${path} does not exist.`,
    why: `It is named by --config, whose path is relative to the current directory: ${full}.`,
    todo: [
      { text: 'Create one', command: ['erp-deploy', 'init'] },
      { text: 'Or omit --config: every setting has a default.' },
    ],
    exit: exitCodes.usage,
  };
}

function unreadable(path: string, full: string, reason: string): Problem {
  return {
    code: 'ERP-0113',
    what: `The configuration ${path} cannot be read: ${reason}.`,
    why: 'It may name production or steps to skip, so the defaults are not used in its place.',
    todo: [
      { text: 'Check it', command: ['ls', '-ld', full] },
      { text: 'Or name another file: --config FILE' },
    ],
    exit: exitCodes.usage,
  };
}

function notValid(path: string, faults: readonly ConfigFault[]): Problem {
  const lines = faults.flatMap(
    ({ file, line, column, path: setting, expected, actual, didYouMean, excerpt = [] }) => {
      const meant = didYouMean === undefined ? '' : ` (did you mean ${didYouMean}?)`;
      const name = setting === '' ? '' : ` ${setting}`;
      const fault =
        expected === 'YAML' ? `not valid YAML: ${actual}` : `expected ${expected}, got ${actual}${meant}`;
      return [`${file}:${line}:${column}${name}: ${fault}`, ...excerpt];
    },
  );
  return {
    code: 'ERP-0110',
    what: `${path} has ${faults.length} ${faults.length === 1 ? 'error' : 'errors'}.`,
    why: 'Each is listed below with its line and column. Nothing was changed.',
    todo: [
      { text: 'Fix them, then run again.' },
      {
        text: 'For a file with all settings and defaults',
        command: ['erp-deploy', 'init', '--workspace', 'EMPTY_FOLDER'],
      },
    ],
    exit: exitCodes.usage,
    excerpt: lines,
  };
}
