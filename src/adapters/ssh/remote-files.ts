import { isUtf8 } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import type { Stats } from 'ssh2';
import { FileFault, type Files, type Node } from '../../domain/ports.ts';
import type { Commands } from './commands.ts';
import { errnoOf } from './errno.ts';
import { isLockLost } from './link-problems.ts';
import { type Sftp, SftpRefusal, sftpStatus } from './sftp.ts';
import { upload } from './upload.ts';

type Argv = readonly [string, ...string[]];

/**
 * The files below a folder of a host. Looks go by sftp. Each change is one command, so that it is done or
 * not, whatever becomes of the link; its own words are not read, the folder is looked at instead.
 * @param commands in a folder that is there; `root` need not be
 */
export function remoteFiles(root: string, sftp: Sftp, commands: Commands): Files {
  const full = (path: string) => posix.join(root, path);
  // With somebody to tell lines to, since a checksum of a dump or a flush to a slow disk takes its time.
  const run = (argv: Argv) => commands.run(argv, '.', new AbortController().signal, () => undefined);
  const unfenced = (argv: Argv) => commands.run(argv, '.', new AbortController().signal);
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
  const change = async (operation: string, path: string, argv: Argv): Promise<void> => {
    const { exitCode, notFound } = await run(argv);
    if (exitCode === 0) return;
    throw fault(operation, path, notFound ? 'ENOSYS' : await errnoOf(sftp, run, full(path)));
  };
  /** A temporary file beside the target, for as long as it takes. */
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
        // Only now that the reason is known: what is removed frees the disk. Where the link is gone, the next
        // write to the same place removes it.
        if (error instanceof FileFault) await run(['rm', '-f', '--', temporary]);
        // It may hold secrets, and its name is ours alone: it goes without the lock as well. That the lock is lost is
        // what is to be told, whatever comes of this.
        else if (isLockLost(error)) await unfenced(['rm', '-f', '--', temporary]).catch(() => undefined);
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
        const summed = await run(['sha256sum', '--', full(path)]);
        // A backslash before it says that the name is printed escaped.
        const sum = summed.exitCode === 0 ? /^\\?([0-9a-f]{64}) /.exec(summed.stdout)?.[1] : undefined;
        return (
          sum ??
          createHash('sha256')
            .update(await bytes(path))
            .digest('hex')
        );
      }),
    list: (path) => told('list', path, () => namesIn(sftp, full(path))),
    makeDirectory: (path) => change('make the folder', path, ['mkdir', '-p', '--', full(path)]),
    write: (path, content, mode) =>
      placed('write', path, async (temporary, target) => {
        const bytesToWrite = Buffer.from(content, 'utf8');
        await upload(sftp, temporary, bytesToWrite, mode);
        const sum = createHash('sha256').update(bytesToWrite).digest('hex');
        await change('write', path, ['/bin/sh', '-c', intoPlace, 'sh', temporary, target, sum]);
      }),
    move: (from, to) => change('move', from, ['mv', '-fT', '--', full(from), full(to)]),
    copy: (from, to, mode) =>
      placed('copy', to, async (temporary, target) => {
        const node = await told('copy', from, () => nodeAt(sftp, full(from)));
        if (node.type !== 'file') throw fault('copy', from, node.type === 'absent' ? 'ENOENT' : 'EISDIR');
        const [source, octal] = [full(from), mode.toString(8)];
        await change('copy', to, ['/bin/sh', '-c', copied, 'sh', temporary, target, source, octal]);
      }),
    setMode: (path, mode) => change('set the mode of', path, ['chmod', mode.toString(8), '--', full(path)]),
    remove: (path) => change('remove', path, ['rm', '-rf', '--', full(path)]),
    removeFolder: (path) => change('remove', path, ['rmdir', '--', full(path)]),
  };
}

/**
 * Temporary files ($1 aside) of uploads that were cut off. Nobody else is at one: whoever writes holds the lock of
 * the droplet.
 */
const sweep =
  'find "$(dirname -- "$2")" -maxdepth 1 -name "$(basename -- "$2").erp-deploy-*.tmp" ! -name "$(basename -- "$1")" -delete 2>/dev/null';
/** rename(2), and the folder flushed, so that it survives a power cut. */
const rename = 'mv -fT -- "$1" "$2" && { sync -- "$(dirname -- "$2")" 2>/dev/null || sync; }';
/** $1 temporary file, $2 target, $3 the checksum that the content must have; that settles its size as well. */
const intoPlace = `${sweep}; [ "$(sha256sum <"$1" | cut -c 1-64)" = "$3" ] && ${rename}`;
/** $1 temporary file, $2 target, $3 source, $4 mode; readable by its owner alone until it has that mode. */
const copied = `${sweep}; umask 077; cat <"$3" >"$1" && chmod "$4" "$1" && { sync -- "$1" 2>/dev/null || sync; } && ${rename}`;

/** A file that a link leads to is replaced where it lies, and the link stays a link. */
async function followed(sftp: Sftp, path: string): Promise<string> {
  try {
    // sftp-server gives a path also to what is not there, and to a link to nothing.
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

/** sftp says "no such file" also of links to nothing or in a circle, and of what lies below a file. */
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

/** A lenient decoder would alter unseen what is not UTF-8: then it is null. */
function textIn(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : null;
}
