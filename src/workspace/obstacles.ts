import type { Files } from '../domain/ports.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';

function obstructed(path: string, expected: 'folder' | 'file', actual: string): Problem {
  return {
    code: 'ERP-0403',
    what: `${path} should be a ${expected}, but is ${actual}.`,
    why: 'erp-deploy never replaces what it did not create.',
    todo: [`Inspect it: ls -ld ${quoted(path)}`, 'Move it elsewhere, then run again.'],
    exit: exitCodes.stepFailed,
  };
}

/** Returns a problem for the first of these paths that exists and is not a folder; null if there is none. */
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

/** Returns a problem for the first of these paths that exists and is not a file; null if there is none. */
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
