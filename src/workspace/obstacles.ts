import type { Files } from '../domain/ports.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';

/** Something lies where a folder or a file of ours has to be. */
function obstructed(path: string, wanted: 'folder' | 'file', found: string): Problem {
  return {
    code: 'ERP-0403',
    what: `${path} should be a ${wanted}, and is ${found}.`,
    why: 'erp-deploy never replaces what it did not make.',
    todo: [`Look at it: ls -ld ${quoted(path)}`, 'Move it away, and start again.'],
    exit: exitCodes.stepFailed,
  };
}

/** The first of these paths that is there and is no folder, as a problem. */
export async function folderObstacle(
  { files }: { readonly files: Files },
  paths: readonly string[],
): Promise<Problem | null> {
  for (const path of paths) {
    const node = await files.look(path);
    if (node.type === 'file') return obstructed(path, 'folder', 'a file');
    if (node.type === 'other') return obstructed(path, 'folder', node.what);
  }
  return null;
}

/** The first of these paths that is there and is no file, as a problem. */
export async function fileObstacle(
  { files }: { readonly files: Files },
  paths: readonly string[],
): Promise<Problem | null> {
  for (const path of paths) {
    const node = await files.look(path);
    if (node.type === 'directory') return obstructed(path, 'file', 'a folder');
    if (node.type === 'other') return obstructed(path, 'file', node.what);
  }
  return null;
}
