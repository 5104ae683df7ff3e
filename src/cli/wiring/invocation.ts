import { resolve } from 'node:path';
import { commandNames } from '../../domain/command-names.ts';
import { flagsAdded, withWorkspace } from '../../domain/command-text.ts';
import { holdsCredentials } from '../../domain/credentials.ts';
import { acceptsFlag } from './command-table.ts';
import type { Flags } from './flags.ts';

type Argv = readonly string[];

/** How the operator started erp-deploy. Suggested commands are completed with it, so that they can be pasted. */
export interface Invocation {
  /** As the operator calls it, such as `['npx', 'erp-deploy']`. */
  readonly program: Argv;
  /** The arguments of the command that is running, without passwords. */
  readonly typed: Argv;
  /** The workspace, absolute. */
  readonly root: string;
  /** Flags that every command needs, unless it has one of `unless`. */
  readonly carried: readonly { readonly option: string; readonly value: string; readonly unless: Argv }[];
}

type InvocationFlags = Pick<Flags, 'workspace' | 'config' | 'engine' | 'productionHost' | 'databaseUrl'>;

/**
 * Returns the command that starts the same program again. A program in npx's own cache is named by its path, because
 * npx would fetch its bare name from a registry; not in the folder of the package itself, which npx takes for it.
 * @param script the path that Node runs; npm, npx and package scripts run the link in a `node_modules/.bin`
 * @param inPackage whether the current directory is the folder of the package that runs
 */
export function programName(script = '', inPackage = false): Argv {
  if (/[\\/]_npx[\\/]/.test(script)) return inPackage ? ['npx', 'erp-deploy'] : [script];
  return /[\\/]node_modules[\\/]\.bin[\\/]/.test(script) ? ['npx', 'erp-deploy'] : ['erp-deploy'];
}

/**
 * Returns what suggested commands are completed with.
 * @param program as the operator calls it
 * @param typed the arguments after the name of the program
 * @param cwd the directory to which a relative workspace path refers
 * @param flags null if they could not be parsed
 */
export function invocationOf(
  program: Argv,
  typed: Argv,
  cwd: string,
  flags: InvocationFlags | null,
): Invocation {
  const root = resolve(cwd, flags?.workspace ?? '.');
  const shown = withoutPasswords(typed);
  if (flags === null) return { program, typed: shown, root, carried: [] };
  const { workspace, config, engine, productionHost, databaseUrl } = flags;
  const production = ['--production-host', '--database-url'];
  const all = [
    { option: '--workspace', value: workspace === '.' ? undefined : workspace, unless: ['--workspace'] },
    { option: '--config', value: config, unless: ['--config'] },
    { option: '--engine', value: engine, unless: ['--engine'] },
    { option: '--production-host', value: productionHost, unless: production },
    { option: '--database-url', value: shownUrl(databaseUrl), unless: production },
  ];
  const carried = all.flatMap(({ value, ...one }) => (value === undefined ? [] : [{ ...one, value }]));
  return { program, typed: shown, root, carried };
}

/** Returns the URL, or a placeholder if it contains a password: a command without it would use another database. */
function shownUrl(url: string | undefined): string | undefined {
  return url !== undefined && holdsCredentials(url) ? 'URL' : url;
}

/** Replaces a database URL that contains a password before the command is shown or recorded. */
function withoutPasswords(typed: Argv): Argv {
  const shown = (url: string) => (holdsCredentials(url) ? 'URL' : url);
  return typed.map((word, index) => {
    if (/^--(shadow-)?database-url$/.test(typed[index - 1] ?? '')) return shown(word);
    const [, flag, url = ''] = /^(--(?:shadow-)?database-url=)(.*)$/s.exec(word) ?? [];
    return flag === undefined ? word : `${flag}${shown(url)}`;
  });
}

/**
 * Returns a suggested command as this operator types it: a command of erp-deploy with the flags of this run, a path of
 * the workspace absolute.
 */
export function completed(argv: Argv, { program, typed, root, carried }: Invocation): Argv {
  const added = flagsAdded(argv);
  if (added !== null) {
    return hasAll(typed, added)
      ? [...program, ...typed]
      : [...program, ...withoutOption(typed, added[0]), ...added];
  }
  const [name = '', ...rest] = argv.map((argument) => withWorkspace(argument, root));
  if (name !== 'erp-deploy') return [name, ...rest];
  if (rest.includes('--help') || rest.includes('--version')) return [...program, ...rest];
  const named = commandNames.find((one) => one === rest[0]);
  const flags = carried.flatMap(({ option, value, unless }) =>
    unless.some((one) => hasOption(rest, one)) || !acceptsFlag(named ?? 'run', option) ? [] : [option, value],
  );
  const command = rest.slice(0, named === undefined ? 0 : 1);
  return [...program, ...command, ...flags, ...rest.slice(command.length)];
}

/** Returns the arguments without an option that has one value only, since another value is added. */
function withoutOption(words: Argv, option = ''): Argv {
  if (!single.has(option)) return words;
  return words.filter(
    (word, index) => word !== option && words[index - 1] !== option && !word.startsWith(`${option}=`),
  );
}

/** Options that suggestions give another value. All others can be repeated, or are never given by the operator before. */
const single: ReadonlySet<string> = new Set(['--engine', '--cloudflare-token-file', '--identity']);

function hasAll(typed: Argv, flags: Argv): boolean {
  return typed.some((_, start) => flags.every((flag, index) => typed[start + index] === flag));
}

function hasOption(words: Argv, option: string): boolean {
  return words.some((word) => word === option || word.startsWith(`${option}=`));
}

function isCommand(word: string | undefined): boolean {
  return commandNames.some((name) => name === word);
}

/** Flags that change only how the result is shown. */
const views = ['--json', '--verbose', '--no-color'];

/** Returns whether the command is the one that is running: it would only show the same again. */
export function isRunning(argv: Argv, { typed, carried }: Invocation): boolean {
  const added = flagsAdded(argv);
  if (added !== null) return added.length > 0 && hasAll(typed, added);
  if (argv[0] !== 'erp-deploy') return false;
  const own = (words: Argv) => {
    const [first, ...rest] = isCommand(words[0]) ? words : ['run', ...words];
    const isCarried = (word: string, index: number) =>
      carried.some(
        ({ option }) => word === option || rest[index - 1] === option || word.startsWith(`${option}=`),
      );
    return [first, ...rest.filter((word, index) => !views.includes(word) && !isCarried(word, index))];
  };
  const [suggested, running] = [own(argv.slice(1)), own(typed)];
  return suggested.length === running.length && suggested.every((word, index) => word === running[index]);
}
