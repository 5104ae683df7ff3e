import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../disk/temp-folder.ts';

export type ShellName = 'dash' | 'bash' | 'busybox';

/** Returns the path of a shell that a host may have as /bin/sh: Debian's, a usual login shell, or Alpine's. */
export function pathOf(program: ShellName): string {
  return execFileSync('which', [program], { encoding: 'utf8' }).trim();
}

/** Returns a folder for PATH with every program of BusyBox, as on a host that has no others. */
export function busyboxPrograms(): string {
  const folder = tempFolder();
  const program = pathOf('busybox');
  const names = execFileSync(program, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const name of names) symlinkSync(program, join(folder, name));
  return folder;
}
