import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Returns a line for each entry of a workspace outside `.erp-deploy`: type, mode, modification time, and content. */
export function treeOf(workspace: string): readonly string[] {
  return entriesBelow(workspace, '').map(([path, stat]) => {
    const time = stat.isSymbolicLink() ? '' : stat.mtimeNs;
    return `${path} ${stat.mode.toString(8)} ${time} ${contentOf(join(workspace, path))}`;
  });
}

/** Returns the same without the times, to compare two different rollouts. */
export function untimedTreeOf(workspace: string): readonly string[] {
  return entriesBelow(workspace, '').map(
    ([path, { mode }]) => `${path} ${mode.toString(8)} ${contentOf(join(workspace, path))}`,
  );
}

export function pathsIn(workspace: string): readonly string[] {
  return entriesBelow(workspace, '').map(([path]) => path);
}

type Entry = readonly [path: string, stat: ReturnType<typeof statOf>];

function entriesBelow(workspace: string, folder: string): readonly Entry[] {
  return readdirSync(join(workspace, folder))
    .filter((name) => folder !== '' || name !== '.erp-deploy')
    .sort()
    .flatMap((name): readonly Entry[] => {
      const path = join(folder, name);
      const stat = statOf(join(workspace, path));
      return stat.isDirectory() ? [[path, stat], ...entriesBelow(workspace, path)] : [[path, stat]];
    });
}

function statOf(path: string) {
  return lstatSync(path, { bigint: true });
}

function contentOf(path: string): string {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  return stat.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder';
}
