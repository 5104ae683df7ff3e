import { posix } from 'node:path';
import * as z from 'zod';
import errnoScript from '../../../assets/remote/errno.sh';
import type { ProcessResult } from '../../domain/ports.ts';
import { type Command, scriptCommand } from '../../domain/shell-script.ts';
import { type Sftp, SftpRefusal, sftpStatus } from './sftp.ts';

/** statvfs@openssh.com (openssh-portable, PROTOCOL, 4.3); its first flag bit is "read-only". */
const statvfs = z.object({
  f_bavail: z.coerce.bigint(),
  f_favail: z.coerce.bigint(),
  f_files: z.coerce.bigint(),
  f_flag: z.coerce.bigint(),
});

type Run = (command: Command) => Promise<ProcessResult>;

/**
 * Returns why an operation on a path failed, as errno(3) names it. SFTP has only few status codes, and commands report
 * only messages, so the state of the file system is inspected.
 */
export async function errnoOf(sftp: Sftp, run: Run, path: string, refusal?: SftpRefusal): Promise<string> {
  if (refusal?.status === sftpStatus.permissionDenied) return 'EACCES';
  const { stdout } = await run(scriptCommand('errno.sh', errnoScript, [path]));
  const errno = stdout.trim();
  if (refusal?.status === sftpStatus.noSuchFile) return errno === 'ENOTDIR' ? errno : 'ENOENT';
  return (await diskReason(sftp, path)) ?? (/^E[A-Z]+$/.test(errno) ? errno : 'EIO');
}

/** Checks whether the disk of the nearest existing folder is read-only or full. */
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
      return null; // the server does not support the extension
    }
  }
}
