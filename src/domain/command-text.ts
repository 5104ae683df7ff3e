import type { Host } from './ports.ts';
import { quoted } from './show-change.ts';

/** Placeholder for the workspace's folder in the text of a problem. */
export const workspaceRoot = '{workspace}';

/**
 * Returns a path of the workspace for commands in problem texts: `withWorkspace` makes it absolute later, since a
 * pasted command may run in another folder.
 * @param path relative to the workspace, without spaces
 */
export function inWorkspace(path: string): string {
  return `${workspaceRoot}/${path}`;
}

/** Removes the embedded database, which holds only the local test. */
export const removeEmbedded = `rm -r ${inWorkspace('.erp-deploy/embedded')} ${inWorkspace('.erp-deploy/embedded.json')}`;

/** Returns the text with every path of `inWorkspace` absolute and quoted for a shell. */
export function withWorkspace(text: string, root: string): string {
  return text.replace(/\{workspace\}(\/[^\s'";]*)?/g, (_, path = '') => quoted(`${root}${path}`));
}

/**
 * Returns a command line to be pasted on this machine; it uses SSH if it is meant for another host.
 * @param how `terminal` if the command asks for a password
 */
export function lineOn(
  { id, name }: Pick<Host, 'id' | 'name'>,
  line: string,
  how: 'terminal' | 'output' = 'output',
): string {
  return id === 'here' ? line : `ssh ${how === 'terminal' ? '-t ' : ''}${quoted(name)} ${quoted(line)}`;
}
