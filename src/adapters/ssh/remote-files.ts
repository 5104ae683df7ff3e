import { isUtf8 } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import type { Stats } from 'ssh2';
import filesScript from '../../../assets/remote/files.sh';
import { isConfined } from '../../domain/confined.ts';
import { FileFault, type Files, type Node } from '../../domain/ports.ts';
import { type Command, scriptCommand } from '../../domain/shell-script.ts';
import type { Commands } from './commands.ts';
import { errnoOf } from './errno.ts';
import { isLockLost } from './link-problems.ts';
import { type Sftp, SftpRefusal, sftpStatus } from './sftp.ts';
import { upload } from './upload.ts';

type Argv = readonly [string, ...string[]];

/**
 * Returns the files in a folder of a host. They are read by SFTP. Each change is one command, so that it happens as a
 * whole or not at all even if the connection is lost. If it fails, errno.sh finds the reason, not the command's
 * message.
 * @param root need not exist, so `commands` must run in another folder
 */
export function remoteFiles(root: string, sftp: Sftp, commands: Commands): Files {
  const full = (path: string) => posix.join(root, path);
  // With a listener for lines, which allows more time: a checksum of a dump or a flush to a slow disk takes long.
  const run = ({ argv, input }: Command) =>
    commands.run(argv, '.', new AbortController().signal, () => undefined, { input });
  const withoutLock = (argv: Argv) => commands.run(argv, '.', new AbortController().signal);
  const fault = (operation: string, path: string, errno: string, options: ErrorOptions = {}) =>
    new FileFault(operation, path, errno, { ...options, host: sftp.host });
  const withFault = async <Answer>(
    operation: string,
    path: string,
    act: () => Promise<Answer>,
  ): Promise<Answer> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SftpRefusal)) throw error;
      throw fault(operation, path, await errnoOf(sftp, run, full(path), error), { cause: error });
    }
  };
  const change = async (operation: string, path: string, command: Command): Promise<void> => {
    const { exitCode, notFound } = await run(command);
    if (exitCode === 0) return;
    throw fault(operation, path, notFound ? 'ENOSYS' : await errnoOf(sftp, run, full(path)));
  };
  /** Makes a change with a temporary file beside the target, which is removed if the change fails. */
  const withTemporary = (
    operation: string,
    path: string,
    act: (temporary: string, target: string) => Promise<void>,
  ) =>
    withFault(operation, path, async () => {
      const target = await followed(sftp, full(path));
      const temporary = `${target}.erp-deploy-${randomUUID().slice(0, 8)}.tmp`;
      try {
        await withFault(operation, path, () => act(temporary, target));
      } catch (error) {
        // Not before errno.sh has found the reason: removing the file may free a full disk. If the connection is lost,
        // the next write to the same path removes it.
        if (error instanceof FileFault) await run({ argv: ['rm', '-f', '--', temporary] });
        // The file may contain secrets and its name is unique, so it is removed even without the lock. The lost lock is
        // reported, whether or not that succeeds.
        else if (isLockLost(error)) await withoutLock(['rm', '-f', '--', temporary]).catch(() => undefined);
        throw error;
      }
    });
  const bytes = (path: string) => sftp.call<Buffer>((session, done) => session.readFile(full(path), done));
  return {
    root,
    look: (path) => withFault('inspect', path, () => nodeAt(sftp, full(path))),
    read: async (path) => {
      const text = textIn(await withFault('read', path, () => bytes(path)));
      if (text === null) throw fault('read', path, 'EILSEQ');
      return text;
    },
    hash: (path) =>
      withFault('read', path, async () => {
        const summed = await run({ argv: ['sha256sum', '--', full(path)] });
        // sha256sum prints a backslash first if it escapes the name.
        const sum = summed.exitCode === 0 ? /^\\?([0-9a-f]{64}) /.exec(summed.stdout)?.[1] : undefined;
        return (
          sum ??
          createHash('sha256')
            .update(await bytes(path))
            .digest('hex')
        );
      }),
    isInside: async (path) => isConfined(path),
    list: (path) => withFault('list', path, () => namesIn(sftp, full(path))),
    makeDirectory: (path) => change('make the folder', path, { argv: ['mkdir', '-p', '--', full(path)] }),
    write: (path, content, mode) =>
      withTemporary('write', path, async (temporary, target) => {
        const bytesToWrite = Buffer.from(content, 'utf8');
        await upload(sftp, temporary, bytesToWrite, mode);
        const sum = createHash('sha256').update(bytesToWrite).digest('hex');
        await change('write', path, files('place', temporary, target, sum));
      }),
    move: (from, to) => change('move', from, { argv: ['mv', '-fT', '--', full(from), full(to)] }),
    copy: (from, to, mode) =>
      withTemporary('copy', to, async (temporary, target) => {
        const node = await withFault('copy', from, () => nodeAt(sftp, full(from)));
        if (node.type !== 'file') throw fault('copy', from, node.type === 'absent' ? 'ENOENT' : 'EISDIR');
        const [source, octal] = [full(from), mode.toString(8)];
        await change('copy', to, files('copy', temporary, target, source, octal));
      }),
    setMode: (path, mode) =>
      change('set the mode of', path, { argv: ['chmod', mode.toString(8), '--', full(path)] }),
    remove: (path) => change('remove', path, { argv: ['rm', '-rf', '--', full(path)] }),
    removeFolder: (path) => change('remove', path, { argv: ['rmdir', '--', full(path)] }),
  };
}

const files = (action: 'place' | 'copy', ...args: readonly string[]): Command =>
  scriptCommand('files.sh', filesScript, [action, ...args]);

/** Returns the path with symbolic links resolved, so that a change replaces the target of a link and not the link. */
async function followed(sftp: Sftp, path: string): Promise<string> {
  try {
    // stat as well, because sftp-server also resolves a path that does not exist, and a broken link.
    const [target] = await Promise.all([
      sftp.call<string>((session, done) => session.realpath(path, done)),
      sftp.call<Stats>((session, done) => session.stat(path, done)),
    ]);
    return target;
  } catch (error) {
    if (isAbsent(error)) return path;
    throw error;
  }
}

const isAbsent = (error: unknown) => error instanceof SftpRefusal && error.status === sftpStatus.noSuchFile;

async function nodeAt(sftp: Sftp, path: string): Promise<Node> {
  try {
    const found = await sftp.call<Stats>((session, done) => session.stat(path, done));
    const mode = found.mode & 0o7777;
    if (found.isFile()) return { type: 'file', mode, size: found.size };
    if (found.isDirectory()) return { type: 'directory', mode };
    return { type: 'other', what: 'neither a file nor a directory' };
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return whyAbsent(sftp, path);
  }
}

/**
 * Distinguishes a path that does not exist from what SFTP reports the same way: broken links, loops, paths in a file.
 */
async function whyAbsent(sftp: Sftp, path: string): Promise<Node> {
  const inspected = (at: string) =>
    sftp
      .call<Stats>((session, done) => session.lstat(at, done))
      .catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      });
  if ((await inspected(path)) !== null) return { type: 'other', what: 'a broken symbolic link' };
  for (let above = posix.dirname(path); above !== '/' && above !== '.'; above = posix.dirname(above)) {
    const found = await inspected(above);
    if (found === null) continue;
    if (found.isFile()) return { type: 'other', what: 'inside a path that is not a directory' };
    break;
  }
  return { type: 'absent' };
}

async function namesIn(sftp: Sftp, path: string): Promise<readonly string[]> {
  try {
    const entries = await sftp.call<readonly { readonly filename: string }[]>((session, done) =>
      session.readdir(path, done),
    );
    return entries.map(({ filename }) => filename).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Decodes UTF-8; null if the bytes are not UTF-8, because a lenient decoder would silently change them. */
function textIn(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : null;
}
