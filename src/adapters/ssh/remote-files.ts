import { createHash, randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import filesScript from '../../../assets/remote/files.sh';
import type { PathBefore } from '../../domain/change.ts';
import { isConfined } from '../../domain/confined.ts';
import { FileFault, type Files, type Node, PreconditionFailed } from '../../domain/ports/files.ts';
import { scriptCommand } from '../../domain/shell-script.ts';
import type { Commands } from './commands.ts';
import { type Answer, bytesOf, type Inspections, textIn } from './inspections.ts';
import { quoteLine } from './quote.ts';

/** The exit code of files.sh if the path is not as it was confirmed. */
const movedExitCode = 3;

/** The parts of a host that its files need. */
interface Parts {
  readonly name: string;
  readonly inspections: Inspections;
  /** Run in any folder. */
  readonly commands: Commands;
}

/**
 * Returns the files in a folder of a host. Each change is one command (assets/remote/files.sh), with its precondition
 * and its content, so that it happens as a whole or not at all even if the connection is lost.
 * @param root need not exist
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a table: the methods of a host's files
export function remoteFiles(root: string, { name: host, inspections, commands }: Parts): Files {
  const full = (path: string) => posix.join(root, path);
  const fault = (operation: string, path: string, errno: string) =>
    new FileFault(operation, path, errno, { host });
  const asked = async (operation: string, path: string, kind: string): Promise<string> => {
    const { is, rest } = await inspections.ask(kind, full(path));
    if (is !== 'ok') throw fault(operation, path, is);
    return rest.join('');
  };
  /** Makes changes, each given by its words; returns how many were made, and why the next one was not. */
  const changeAll = async (stage: string, changes: readonly (readonly string[])[], content = '') => {
    const { argv, input } = scriptCommand('files.sh', filesScript, [stage, ...changes.map(quoteLine)]);
    // With a listener for lines, which allows more time: a flush to a slow disk takes long.
    const { signal } = new AbortController();
    const given = { input: input + content };
    const { exitCode, stdout } = await commands.run(argv, '/', signal, () => undefined, given);
    if (exitCode === 0) return { done: changes.length, errno: null };
    const done = Number(/^\d+$/m.exec(stdout)?.[0] ?? 0);
    if (exitCode === movedExitCode) return { done, errno: 'moved' };
    return { done, errno: /^E[A-Z]+$/m.exec(stdout)?.[0] ?? 'EIO' };
  };
  const errorOf = (operation: string, path: string, errno: string) =>
    errno === 'moved' ? new PreconditionFailed() : fault(operation, path, errno);
  const change = async (
    operation: string,
    path: string,
    words: readonly [action: string, before: PathBefore | undefined, ...rest: readonly string[]],
    content = '',
  ): Promise<void> => {
    const [action, before, ...rest] = words;
    const { errno } = await changeAll('', [[action, wordOf(before), ...rest]], content);
    if (errno !== null) throw errorOf(operation, path, errno);
  };
  return {
    root,
    checksBefore: true,
    inspect: async (path) =>
      nodeOf(await inspections.ask('look', full(path)), (errno) => fault('inspect', path, errno)),
    read: async (path) => {
      const text = textIn(bytesOf(await asked('read', path, 'read')));
      if (text === null) throw fault('read', path, 'EILSEQ');
      return text;
    },
    hash: async (path) =>
      bytesOf(await asked('read', path, 'hash'))
        .toString('utf8')
        .slice(0, 64),
    isInside: async (path) => isConfined(path),
    list: async (path) => {
      const names = bytesOf(await asked('list', path, 'list'))
        .toString('utf8')
        .split('\0');
      return names.flatMap((name) => (name === '' ? [] : [name.slice('./'.length)])).sort();
    },
    makeDirectory: (path, before) => change('make the folder', path, ['folder', before, full(path)]),
    write: (path, content, mode, before) => {
      const [, , ...rest] = writing({ path: full(path), before, content, mode }, 1);
      return change('write', path, ['write', before, ...rest], content);
    },
    together: async (changes) => {
      let offset = 1;
      const words = changes.map((one) => {
        const path = full(one.path);
        if (one.type === 'directory') return ['folder', wordOf(one.before), path];
        const all = writing({ ...one, path }, offset);
        offset += Buffer.byteLength(one.content);
        return all;
      });
      const content = changes.map((one) => (one.type === 'file' ? one.content : '')).join('');
      const { done, errno } = await changeAll(full(`.erp-deploy/stage-${unique()}`), words, content);
      const failed = changes[done];
      if (failed === undefined || errno === null) return { done, error: null };
      const operation = failed.type === 'file' ? 'write' : 'make the folder';
      return { done, error: errorOf(operation, failed.path, errno) };
    },
    move: (from, to) => change('move', from, ['move', undefined, full(from), full(to)]),
    copy: async (from, to, mode) => {
      const node = nodeOf(await inspections.ask('look', full(from)), (errno) => fault('copy', from, errno));
      if (node.type !== 'file') throw fault('copy', from, node.type === 'absent' ? 'ENOENT' : 'EISDIR');
      await change('copy', to, ['copy', undefined, full(to), octal(mode), unique(), full(from)]);
    },
    setMode: (path, mode, before) =>
      change('set the mode of', path, ['mode', before, full(path), octal(mode)]),
    remove: (path, before) => change('remove', path, ['remove', before, full(path)]),
    removeFolder: (path, before) => change('remove', path, ['remove-folder', before, full(path)]),
  };
}

const octal = (mode: number) => mode.toString(8);
const unique = () => randomUUID().slice(0, 8);

/** Returns the words that write a file, whose content begins at this byte of the input, from 1. */
function writing(
  file: { path: string; before: PathBefore | undefined; content: string; mode: number },
  offset: number,
): readonly string[] {
  const sum = createHash('sha256').update(file.content, 'utf8').digest('hex');
  const length = Buffer.byteLength(file.content);
  return ['write', wordOf(file.before), file.path, octal(file.mode), unique(), sum, `${offset}`, `${length}`];
}

function wordOf(before: PathBefore | undefined): string {
  if (before === undefined) return 'any';
  if (before.state === 'folder') return 'empty';
  return before.state === 'absent' ? 'absent' : before.sha256;
}

function nodeOf({ is, rest }: Answer, fault: (errno: string) => FileFault): Node {
  const mode = Number.parseInt(rest[0] ?? '', 8);
  switch (is) {
    case 'file':
      return { type: 'file', mode, size: Number(rest[1]) };
    case 'directory':
      return { type: 'directory', mode };
    case 'other':
      return { type: 'other', what: rest.join(' ') };
    case 'absent':
      return { type: 'absent' };
    default:
      throw fault(is);
  }
}
