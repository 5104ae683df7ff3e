import { posix } from 'node:path';
import type { FileChange, Files } from '../domain/ports/files.ts';
import type { Given, Host } from '../domain/ports/host.ts';
import { Kept } from './kept.ts';

/**
 * Returns a host that keeps what inspections found until a change that touches it: a change of a file forgets what is
 * above and below it, and what was asked in the deployment's folder; a command that changes something forgets
 * everything. `forget` is for what may have changed on its own, or by others.
 */
export function inspectedHost(host: Host, kept = new Kept()): Host {
  return {
    id: host.id,
    name: host.name,
    files: inspectedFiles(host.files, kept),
    processes: {
      run: (argv, cwd, signal, onLine, given = {}) => {
        const run = () => host.processes.run(argv, cwd, signal, onLine, given);
        if (onLine !== undefined) return kept.change(run);
        return given.inspects === true ? kept.inspect(commandKey(argv, cwd, given), run) : run();
      },
    },
    listens: (port) => kept.inspect(`listens ${port}`, () => host.listens(port)),
    openServer: (login) => host.openServer(login),
    localAddress: (at) => host.localAddress(at),
    get: (...args) => host.get(...args),
    renew: () => kept.change(() => host.renew()),
    forget: () => kept.forget(),
  };
}

/**
 * Returns this machine in the same way, except that it looks at its files each time: that costs nothing, and the operator
 * edits them. A change of a file forgets what was asked in a folder.
 */
export function inspectedHere(host: Host, kept: Kept): Host {
  return { ...inspectedHost(host, kept), files: noticedFiles(host.files, kept) };
}

function noticedFiles(files: Files, kept: Kept): Files {
  const change = <Answer>(act: () => Promise<Answer>) => kept.change(act, (key) => key.startsWith('in '));
  const { readStream } = files;
  return {
    root: files.root,
    ...(files.checksBefore === undefined ? {} : { checksBefore: files.checksBefore }),
    inspect: (path) => files.inspect(path),
    read: (path) => files.read(path),
    ...(readStream === undefined ? {} : { readStream }),
    hash: (path) => files.hash(path),
    isInside: (path) => files.isInside(path),
    list: (path) => files.list(path),
    makeDirectory: (...args) => change(() => files.makeDirectory(...args)),
    write: (...args) => change(() => files.write(...args)),
    move: (...args) => change(() => files.move(...args)),
    copy: (...args) => change(() => files.copy(...args)),
    setMode: (...args) => change(() => files.setMode(...args)),
    remove: (...args) => change(() => files.remove(...args)),
    removeFolder: (...args) => change(() => files.removeFolder(...args)),
  };
}

/** Commands that run in the deployment's folder start with its path, because its files decide about their answers. */
function commandKey(argv: readonly string[], cwd: string | null, { input }: Given): string {
  return `${cwd === null ? 'command' : `in ${cwd}`} ${JSON.stringify([argv, input ?? ''])}`;
}

function inspectedFiles(files: Files, kept: Kept): Files {
  const near = (...touched: readonly string[]) => {
    const paths = touched.map((path) => posix.normalize(path));
    return (key: string) => {
      const [, at] = /^(?:look|read|hash|list) (.*)$/s.exec(key) ?? [];
      return at === undefined ? key.startsWith('in ') : paths.some((path) => isNear(at, path));
    };
  };
  const inspect = <Answer>(
    how: 'look' | 'read' | 'hash' | 'list',
    path: string,
    ask: () => Promise<Answer>,
  ) => kept.inspect(`${how} ${posix.normalize(path)}`, ask);
  return {
    get root() {
      return files.root;
    },
    ...(files.checksBefore === undefined ? {} : { checksBefore: files.checksBefore }),
    inspect: (path) => inspect('look', path, () => files.inspect(path)),
    read: (path) => inspect('read', path, () => files.read(path)),
    hash: (path) => inspect('hash', path, () => files.hash(path)),
    isInside: (path) => files.isInside(path),
    list: (path) => inspect('list', path, () => files.list(path)),
    ...togetherIn(files, kept, near),
    makeDirectory: (path, before) => kept.change(() => files.makeDirectory(path, before), near(path)),
    write: (path, ...rest) => kept.change(() => files.write(path, ...rest), near(path)),
    move: (from, to) => kept.change(() => files.move(from, to), near(from, to)),
    copy: (from, to, mode) => kept.change(() => files.copy(from, to, mode), near(to)),
    setMode: (path, ...rest) => kept.change(() => files.setMode(path, ...rest), near(path)),
    remove: (path, before) => kept.change(() => files.remove(path, before), near(path)),
    removeFolder: (path, before) => kept.change(() => files.removeFolder(path, before), near(path)),
  };
}

function togetherIn(
  files: Files,
  kept: Kept,
  near: (...paths: readonly string[]) => (key: string) => boolean,
): Pick<Files, 'together'> {
  const { together } = files;
  if (together === undefined) return {};
  const paths = (changes: readonly FileChange[]) => changes.map(({ path }) => path);
  return { together: (changes) => kept.change(() => together(changes), near(...paths(changes))) };
}

/** Whether one of two paths is above the other, or they are equal. `.` is above every path. */
function isNear(one: string, other: string): boolean {
  return one === '.' || other === '.' || one === other || isBelow(one, other) || isBelow(other, one);
}

const isBelow = (path: string, above: string) => path.startsWith(`${above}/`);
