import type { Host } from './ports/host.ts';
import type { Remedy } from './remedy.ts';
import { quoted } from './show-change.ts';

/** Placeholder for the workspace's folder, at the start of an argument. */
const workspaceRoot = '{workspace}';

/**
 * Returns the argument for a path of the workspace. The composition root makes it absolute, since the command may be
 * pasted in another folder.
 * @param path relative to the workspace; `.` is the workspace itself
 */
export function inWorkspace(path: string): string {
  return path === '.' ? workspaceRoot : `${workspaceRoot}/${path}`;
}

/** Returns the argument; a path of `inWorkspace` is absolute. */
export function withWorkspace(argument: string, root: string): string {
  return argument === workspaceRoot || argument.startsWith(`${workspaceRoot}/`)
    ? `${root}${argument.slice(workspaceRoot.length)}`
    : argument;
}

/** Placeholder for the whole command that is running, as the operator typed it. */
const commandTyped = '{command}';

/** Returns the command that is running, with more flags. */
export function sameCommand(...flags: readonly string[]): readonly string[] {
  return [commandTyped, ...flags];
}

/** Returns the flags that `sameCommand` adds; null for any other command. */
export function flagsAdded([program, ...rest]: readonly string[]): readonly string[] | null {
  return program === commandTyped ? rest : null;
}

/** Removes the embedded database, which holds only the local test. */
export const removeEmbedded: readonly string[] = [
  'rm',
  '-r',
  inWorkspace('.erp-deploy/embedded'),
  inWorkspace('.erp-deploy/embedded.json'),
];

/** Returns a command line to be pasted into a POSIX shell. */
export function commandLine(argv: readonly string[]): string {
  return argv.map(quoted).join(' ');
}

/** Returns a text followed by the command that it names, if there is one. */
export function withCommand(text: string, command: readonly string[] | undefined): string {
  return command === undefined ? text : `${text}: ${commandLine(command)}`;
}

/** Returns a remedy in one line, as every view shows it. */
export function remedyLine({ text, command }: Remedy): string {
  return withCommand(text, command);
}

type NamedHost = Pick<Host, 'id' | 'name'>;

/**
 * Returns a command to be run on this machine; it uses SSH if it is meant for another host.
 * @param how `terminal` if the command asks for a password
 */
export function commandOn(
  host: NamedHost,
  argv: readonly string[],
  how: 'terminal' | 'output' = 'output',
): readonly string[] {
  return host.id === 'here' ? argv : shellOn(host, commandLine(argv), how);
}

/** Returns a command that runs a line of shell, such as a pipe or a variable of the host, as `commandOn` does. */
export function shellOn(
  { id, name }: NamedHost,
  line: string,
  how: 'terminal' | 'output' = 'output',
): readonly string[] {
  return id === 'here' ? ['sh', '-c', line] : ['ssh', ...(how === 'terminal' ? ['-t'] : []), name, line];
}
