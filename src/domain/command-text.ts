import type { Host } from './ports.ts';
import { quoted } from './show-change.ts';

/** Stands for the workspace's folder in a problem's text. */
export const workspaceRoot = '{workspace}';

/**
 * Returns a path of the workspace as commands in problem texts have it: `withWorkspace` makes it absolute, because a
 * command that is pasted runs in another folder.
 * @param path relative to the workspace, without spaces
 */
export function inWorkspace(path: string): string {
  return `${workspaceRoot}/${path}`;
}

/** Removes the embedded database, which holds nothing but the local test. */
export const removeEmbedded = `rm -r ${inWorkspace('.erp-deploy/embedded')} ${inWorkspace('.erp-deploy/embedded.json')}`;

/** Returns the text with every path of `inWorkspace` absolute and quoted for a shell. */
export function withWorkspace(text: string, root: string): string {
  return text.replace(/\{workspace\}(\/[^\s'";]*)?/g, (_, path = '') => quoted(`${root}${path}`));
}

/**
 * Returns a command line as it is pasted on this machine: through SSH if it is meant for another host.
 * @param how `terminal` if the command asks for a password
 */
export function lineOn(
  { id, name }: Pick<Host, 'id' | 'name'>,
  line: string,
  how: 'terminal' | 'output' = 'output',
): string {
  return id === 'here' ? line : `ssh ${how === 'terminal' ? '-t ' : ''}${quoted(name)} ${quoted(line)}`;
}
