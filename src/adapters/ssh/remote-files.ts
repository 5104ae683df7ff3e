import { isUtf8 } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import type { Stats } from 'ssh2';
import filesScript from '../../../assets/remote/files.sh';
import { FileFault, type Files, type Node } from '../../domain/ports.ts';
import { type Command, scriptCommand } from '../../domain/shell-script.ts';
import type { Commands } from './commands.ts';
import { errnoOf } from './errno.ts';
import { isLockLost } from './link-problems.ts';
import { type Sftp, SftpRefusal, sftpStatus } from './sftp.ts';
import { upload } from './upload.ts';

type Argv = readonly [string, ...string[]];

/**
 * Returns the files below a folder of a host. They are read by sftp. Each change is one command, so that it is done or
 * not done, whatever happens to the link; if it fails, the file system is checked instead of its messages.
 * @param commands in a folder that exists; `root` need not exist
 */
export function remoteFiles(root: string, sftp: Sftp, commands: Commands): Files {
  const full = (path: string) => posix.join(root, path);
  // With a listener for lines, because a checksum of a dump or a flush to a slow disk takes its time.
  const run = ({ argv, input }: Command) =>
    commands.run(argv, '.', new AbortController().signal, () => undefined, { input });
  const withoutLock = (argv: Argv) => commands.run(argv, '.', new AbortController().signal);
  const fault = (operation: string, path: string, errno: string, options: ErrorOptions = {}) =>
    new FileFault(operation, path, errno, { ...options, host: sftp.host });
  const told = async <Answer>(
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
  /** Has a temporary file beside the target, which is removed if the change fails. */
  const placed = (
    operation: string,
    path: string,
    act: (temporary: string, target: string) => Promise<void>,
  ) =>
    told(operation, path, async () => {
      const target = await followed(sftp, full(path));
      const temporary = `${target}.erp-deploy-${randomUUID().slice(0, 8)}.tmp`;
      try {
        await told(operation, path, () => act(temporary, target));
      } catch (error) {
        // Only now that the reason is known: removing it frees the disk. If the link is gone, the next write to the same
        // path removes it.
        if (error instanceof FileFault) await run({ argv: ['rm', '-f', '--', temporary] });
        // It may hold secrets, and no other file has its name, so it is removed without the lock as well. The lost lock
        // is what is reported, whether or not that succeeds.
        else if (isLockLost(error)) await withoutLock(['rm', '-f', '--', temporary]).catch(() => undefined);
        throw error;
      }
    });
  const bytes = (path: string) => sftp.call<Buffer>((session, done) => session.readFile(full(path), done));
  return {
    root,
    look: (path) => told('look at', path, () => nodeAt(sftp, full(path))),
    read: async (path) => {
      const text = textIn(await told('read', path, () => bytes(path)));
      if (text === null) throw fault('read', path, 'EILSEQ');
      return text;
    },
    hash: (path) =>
      told('read', path, async () => {
        const summed = await run({ argv: ['sha256sum', '--', full(path)] });
        // A backslash before it means that the name is printed escaped.
        const sum = summed.exitCode === 0 ? /^\\?([0-9a-f]{64}) /.exec(summed.stdout)?.[1] : undefined;
        return (
          sum ??
          createHash('sha256')
            .update(await bytes(path))
            .digest('hex')
        );
      }),
    list: (path) => told('list', path, () => namesIn(sftp, full(path))),
    makeDirectory: (path) => change('make the folder', path, { argv: ['mkdir', '-p', '--', full(path)] }),
    write: (path, content, mode) =>
      placed('write', path, async (temporary, target) => {
        const bytesToWrite = Buffer.from(content, 'utf8');
        await upload(sftp, temporary, bytesToWrite, mode);
        const sum = createHash('sha256').update(bytesToWrite).digest('hex');
        await change('write', path, files('place', temporary, target, sum));
      }),
    move: (from, to) => change('move', from, { argv: ['mv', '-fT', '--', full(from), full(to)] }),
    copy: (from, to, mode) =>
      placed('copy', to, async (temporary, target) => {
        const node = await told('copy', from, () => nodeAt(sftp, full(from)));
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

const files = (action: 'place' | 'copy', ...words: readonly string[]): Command =>
  scriptCommand('files.sh', filesScript, [action, ...words]);

/** Returns the file that a path leads to: it is replaced, and a link to it stays a link. */
async function followed(sftp: Sftp, path: string): Promise<string> {
  try {
    // sftp-server returns a path also for what does not exist, and for a link to nothing.
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
    return { type: 'other', what: 'neither a file nor a folder' };
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return whyAbsent(sftp, path);
  }
}

/** Tells an absent path from what sftp calls absent as well: links to nothing or in a circle, and paths below a file. */
async function whyAbsent(sftp: Sftp, path: string): Promise<Node> {
  const seen = (at: string) =>
    sftp
      .call<Stats>((session, done) => session.lstat(at, done))
      .catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      });
  if ((await seen(path)) !== null) return { type: 'other', what: 'a symbolic link that leads nowhere' };
  for (let above = posix.dirname(path); above !== '/' && above !== '.'; above = posix.dirname(above)) {
    const found = await seen(above);
    if (found === null) continue;
    if (found.isFile()) return { type: 'other', what: 'below something that is no folder' };
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

/** Returns the text of the bytes; null if they are not UTF-8, which a lenient decoder would alter silently. */
function textIn(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : null;
}
