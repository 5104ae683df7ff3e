import { posix } from 'node:path';
import { z } from 'zod';
import type { ProcessResult } from '../../domain/ports.ts';
import { type Sftp, SftpRefusal, sftpStatus } from './sftp.ts';

/** statvfs@openssh.com (openssh-portable, PROTOCOL, 4.3); its first flag bit is "read-only". */
const statvfs = z.object({
  f_bavail: z.coerce.bigint(),
  f_favail: z.coerce.bigint(),
  f_files: z.coerce.bigint(),
  f_flag: z.coerce.bigint(),
});

type Run = (argv: readonly [string, ...string[]]) => Promise<ProcessResult>;

/** $1 a path: why nothing can be made or changed there, as far as the file system shows. */
const probe = [
  'd=$(dirname -- "$1")',
  'if [ ! -e "$d" ]; then while [ ! -e "$d" ]; do d=$(dirname -- "$d"); done; [ -d "$d" ] && echo ENOENT || echo ENOTDIR',
  'elif [ ! -d "$d" ]; then echo ENOTDIR',
  'elif [ ! -w "$d" ] || [ ! -x "$d" ]; then echo EACCES',
  'elif [ -d "$1" ]; then echo EISDIR',
  'elif [ ! -e "$1" ] && [ ! -L "$1" ]; then echo ENOENT',
  'else echo EEXIST; fi',
].join('; ');

/**
 * Why something failed at a path, as errno(3) names it. sftp has a number of its own for three reasons and
 * one for all the rest, and commands have only words: so the place is looked at.
 */
export async function errnoOf(sftp: Sftp, run: Run, path: string, refusal?: SftpRefusal): Promise<string> {
  if (refusal?.status === sftpStatus.permissionDenied) return 'EACCES';
  const { stdout } = await run(['/bin/sh', '-c', probe, 'sh', path]);
  const seen = stdout.trim();
  if (refusal?.status === sftpStatus.noSuchFile) return seen === 'ENOTDIR' ? seen : 'ENOENT';
  return (await diskReason(sftp, path)) ?? (/^E[A-Z]+$/.test(seen) ? seen : 'EIO');
}

/** The disk's own reasons, of the nearest folder that is there. */
async function diskReason(sftp: Sftp, path: string): Promise<'EROFS' | 'ENOSPC' | null> {
  for (let at = path; ; at = posix.dirname(at)) {
    try {
      const disk = statvfs.parse(
        await sftp.call<unknown>((session, done) => session.ext_openssh_statvfs(at, done)),
      );
      if ((disk.f_flag & 1n) === 1n) return 'EROFS';
      const noInodes = disk.f_files > 0n && disk.f_favail === 0n;
      return disk.f_bavail === 0n || noInodes ? 'ENOSPC' : null;
    } catch (error) {
      const absent = error instanceof SftpRefusal && error.status === sftpStatus.noSuchFile;
      if (absent && at !== '/') continue;
      return null; // no such extension
    }
  }
}
