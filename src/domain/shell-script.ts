type Argv = readonly [string, ...string[]];

/** A program with its arguments and its standard input; empty if left out. */
export interface Command {
  readonly argv: Argv;
  readonly input?: string;
}

/**
 * Reads a script of $1 bytes from standard input and runs it with the other arguments; the script can read the rest of
 * the input. A truncated stream runs nothing. dd reads byte by byte, since a shell that reads its script from standard
 * input reads ahead, and so does `head -c` of BusyBox and Toybox.
 */
const launcher =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell replaces it.
  'script=$(dd bs=1 count="$1" 2>/dev/null); [ "${#script}" -eq "$1" ] || { echo "the script did not arrive as a whole" >&2; exit 65; }; shift; eval "$script"';

/**
 * Returns the text of a script file as it is sent: without comments and blank lines. It is ASCII, so that its length in
 * bytes and in characters is the same for every shell.
 */
export function sentText(file: string): string {
  return file.replaceAll(/^[ \t]*(?:#.*)?\n/gm, '').trimEnd();
}

/**
 * Returns the command that sends a script to a shell.
 * @param name the script's $0
 * @param file the text of its file
 * @param shell the shell with options of its own, such as one in a container
 */
export function scriptCommand(
  name: string,
  file: string,
  args: readonly string[],
  shell: Argv = ['/bin/sh'],
): Command & { readonly input: string } {
  const input = sentText(file);
  return { argv: [...shell, '-c', launcher, name, `${input.length}`, ...args], input };
}

/** Returns the arguments that identify a command on one line; those of a script start with its name. */
export function namedBy(argv: Argv): readonly string[] {
  const at = argv.indexOf(launcher);
  return at === -1 ? argv : [...argv.slice(at + 1, at + 2), ...argv.slice(at + 3)];
}

/**
 * Returns a command of `scriptCommand` as it can be shown and pasted: with its script as an argument, and its other
 * input.
 */
export function asTyped({ argv, input = '' }: Command): { readonly argv: Argv; readonly data: string } {
  const at = argv.indexOf(launcher);
  if (at === -1) return { argv, data: input };
  const [name = '', length = '', ...args] = argv.slice(at + 1);
  const script = input.slice(0, Number(length));
  return { argv: [argv[0], ...argv.slice(1, at), script, name, ...args], data: input.slice(script.length) };
}
