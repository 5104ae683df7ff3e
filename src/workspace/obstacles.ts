import type { HostId } from '../domain/change.ts';
import { inWorkspace } from '../domain/command-text.ts';
import type { Files } from '../domain/ports/files.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';

/** The workspace, or the folder of the deployment on another host. */
interface Location {
  readonly files: Files;
  /** Left out for the workspace. */
  readonly host?: HostId;
}

function obstructed(
  path: string,
  expected: 'folder' | 'file',
  actual: string,
  host: HostId | undefined,
): Problem {
  return {
    code: 'ERP-0403',
    what: `${path} should be a ${expected}, but is ${actual}.`,
    why: 'erp-deploy never replaces what it did not create.',
    todo: [
      host === undefined
        ? { text: 'Inspect it', command: ['ls', '-ld', inWorkspace(path)] }
        : { text: 'Inspect it, in the folder of the deployment on the production host.' },
      { text: 'Move it elsewhere, then run again.' },
    ],
    exit: exitCodes.stepFailed,
  };
}

/** Returns a problem for the first of these paths that exists and is not a folder; null if there is none. */
export async function folderObstacle(
  { files, host }: Location,
  paths: readonly string[],
): Promise<Problem | null> {
  for (const path of paths) {
    const node = await files.inspect(path);
    if (node.type === 'file') return obstructed(path, 'folder', 'a file', host);
    if (node.type === 'other') return obstructed(path, 'folder', node.what, host);
  }
  return null;
}

/** Returns a problem for the first of these paths that exists and is not a file; null if there is none. */
export async function fileObstacle(
  { files, host }: Location,
  paths: readonly string[],
): Promise<Problem | null> {
  for (const path of paths) {
    const node = await files.inspect(path);
    if (node.type === 'directory') return obstructed(path, 'file', 'a folder', host);
    if (node.type === 'other') return obstructed(path, 'file', node.what, host);
  }
  return null;
}
