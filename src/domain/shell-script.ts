type Argv = readonly [string, ...string[]];

/** A program with its arguments, and what it reads on standard input; nothing if left out. */
export interface Command {
  readonly argv: Argv;
  readonly input?: string;
}

/**
 * Reads a script of $1 bytes from standard input and runs it with the other arguments; what follows the script is left
 * for it to read. A stream that was cut runs nothing. dd reads byte by byte: a shell that reads its script from standard
 * input reads ahead, and so does `head -c` of BusyBox and Toybox.
 */
const launcher =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell replaces it.
  'script=$(dd bs=1 count="$1" 2>/dev/null); [ "${#script}" -eq "$1" ] || { echo "the script did not arrive as a whole" >&2; exit 65; }; shift; eval "$script"';

/**
 * Returns the text that is sent of a script file: without comments and blank lines, which only its readers need. It is
 * ASCII, so that shells count its bytes and its characters alike.
 */
export function sentText(file: string): string {
  return file.replaceAll(/^[ \t]*(?:#.*)?\n/gm, '').trimEnd();
}

/**
 * Returns the command that sends a script to a shell.
 * @param name what the script finds in $0
 * @param file the text of its file
 * @param shell the shell with options of its own, such as one in a container
 */
export function scriptCommand(
  name: string,
  file: string,
  words: readonly string[],
  shell: Argv = ['/bin/sh'],
): Command & { readonly input: string } {
  const input = sentText(file);
  return { argv: [...shell, '-c', launcher, name, `${input.length}`, ...words], input };
}

/** Returns the words that name a command on one line: those of a script begin with its name. */
export function namedBy(argv: Argv): readonly string[] {
  const at = argv.indexOf(launcher);
  return at === -1 ? argv : [...argv.slice(at + 1, at + 2), ...argv.slice(at + 3)];
}

/**
 * Returns a command of `scriptCommand` as it is shown, and as it can be pasted into a shell: with its script among the
 * arguments, and what else it reads.
 */
export function asTyped({ argv, input = '' }: Command): { readonly argv: Argv; readonly data: string } {
  const at = argv.indexOf(launcher);
  if (at === -1) return { argv, data: input };
  const [name = '', length = '', ...words] = argv.slice(at + 1);
  const script = input.slice(0, Number(length));
  return { argv: [argv[0], ...argv.slice(1, at), script, name, ...words], data: input.slice(script.length) };
}
