import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The contents of a disk if everything stops.
 * `synced`: only what was flushed, which is all that POSIX guarantees. A flush of the folder saves a name, a flush of
 * the file saves contents and mode. A file of which only the name was flushed is empty.
 * `named`: every name, but of each file only what was flushed, as a file system with delayed allocation may leave it.
 * `all`: the effects of every call, as after a kill of the process.
 */
export const imageKinds = ['synced', 'named', 'all'] as const;
export type ImageKind = (typeof imageKinds)[number];

/** Files and folders by path; a folder comes before its contents. */
export type Image = ReadonlyMap<string, Entry>;

export interface Entry {
  readonly mode: number;
  /** Null for a folder. */
  readonly bytes: Buffer | null;
}

class DiskFile {
  now: Entry & { readonly bytes: Buffer };
  synced: Entry;

  constructor(mode: number, bytes: Buffer = Buffer.alloc(0)) {
    this.now = { mode, bytes };
    this.synced = this.now;
  }
}

class DiskFolder {
  readonly entry: Entry;
  readonly now = new Map<string, DiskFile | DiskFolder>();
  synced = new Map<string, DiskFile | DiskFolder>();

  constructor(mode: number) {
    this.entry = { mode, bytes: null };
  }
}

/** A folder as running programs see it, and as it is after a power cut. Paths are relative to this folder. */
export class RecordedDisk {
  readonly #root = new DiskFolder(0o755);
  readonly #moves: { readonly base: string; readonly source: DiskFolder; readonly target: DiskFolder }[] = [];

  /** @param folder its present contents count as flushed */
  constructor(folder: string) {
    load(folder, this.#root);
  }

  image(kind: ImageKind): Image {
    return new Map(entriesOf(this.#root, '', kind));
  }

  has(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  makeFolder(path: string, mode: number): void {
    this.#folder(dirname(path)).now.set(basename(path), new DiskFolder(mode));
  }

  makeFile(path: string, mode: number): void {
    this.#folder(dirname(path)).now.set(basename(path), new DiskFile(mode));
  }

  append(path: string, bytes: Uint8Array): void {
    const file = this.#file(path);
    file.now = { ...file.now, bytes: Buffer.concat([file.now.bytes, bytes]) };
  }

  cut(path: string, size: number): void {
    const file = this.#file(path);
    file.now = { ...file.now, bytes: file.now.bytes.subarray(0, size) };
  }

  setMode(path: string, mode: number): void {
    const file = this.#file(path);
    file.now = { ...file.now, mode };
  }

  link(existing: string, path: string): void {
    this.#folder(dirname(path)).now.set(basename(path), this.#file(existing));
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.#folder(dirname(from)), this.#folder(dirname(to))];
    target.now.set(basename(to), this.#file(from));
    source.now.delete(basename(from));
    this.#moves.push({ base: basename(from), source, target });
  }

  remove(path: string): void {
    this.#folder(dirname(path)).now.delete(basename(path));
  }

  sync(path: string): void {
    const node = this.#find(path);
    if (node instanceof DiskFile) node.synced = node.now;
    if (node instanceof DiskFolder) this.#syncFolder(node);
  }

  /**
   * File systems commit both names of a move together, so a flush of the new name also removes the old one. After a
   * flush of only the old folder, the model assumes the worst: the file has no name.
   */
  #syncFolder(folder: DiskFolder): void {
    folder.synced = new Map(folder.now);
    for (const { base, source, target } of this.#moves) {
      if (target === folder && !source.now.has(base)) source.synced.delete(base);
    }
  }

  #find(path: string): DiskFile | DiskFolder | undefined {
    let node: DiskFile | DiskFolder | undefined = this.#root;
    for (const base of path.split('/').filter((part) => part !== '' && part !== '.')) {
      node = node instanceof DiskFolder ? node.now.get(base) : undefined;
    }
    return node;
  }

  #folder(path: string): DiskFolder {
    const found = this.#find(path);
    if (!(found instanceof DiskFolder)) throw new Error(`the recorded disk has no folder ${path}`);
    return found;
  }

  #file(path: string): DiskFile {
    const found = this.#find(path);
    if (!(found instanceof DiskFile)) throw new Error(`the recorded disk has no file ${path}`);
    return found;
  }
}

function entriesOf(folder: DiskFolder, path: string, kind: ImageKind): readonly [string, Entry][] {
  return [...(kind === 'synced' ? folder.synced : folder.now)].flatMap(([base, node]): [string, Entry][] => {
    const at = join(path, base);
    if (node instanceof DiskFile) return [[at, kind === 'all' ? node.now : node.synced]];
    return [[at, node.entry], ...entriesOf(node, at, kind)];
  });
}

function load(path: string, folder: DiskFolder): void {
  for (const base of readdirSync(path)) {
    const full = join(path, base);
    const stat = lstatSync(full);
    const mode = stat.mode & 0o7777;
    if (stat.isFile()) folder.now.set(base, new DiskFile(mode, readFileSync(full)));
    else if (stat.isDirectory()) {
      const inner = new DiskFolder(mode);
      load(full, inner);
      folder.now.set(base, inner);
    } else throw new Error(`${full} is neither a file nor a folder`);
  }
  folder.synced = new Map(folder.now);
}
