import { createHash } from 'node:crypto';
import { isConfined } from '../../../src/domain/confined.ts';
import { FileFault, type Files, type Node } from '../../../src/domain/ports/files.ts';

type Entry = { type: 'file'; text: string; mode: number } | { type: 'directory'; mode: number };

/** A workspace in memory. Every method that changes it calls `effect` first. */
export class MemoryFiles implements Files {
  readonly root = '/memory';
  readonly #entries = new Map<string, Entry>();
  readonly #effect: (what: string) => void;

  constructor(effect: (what: string) => void = () => undefined) {
    this.#effect = effect;
  }

  /** Writes a file as another process would, without calling `effect`. */
  put(path: string, text: string, mode = 0o644): this {
    this.#entries.set(path, { type: 'file', text, mode });
    return this;
  }

  /** Returns the text of a file; undefined if it does not exist. */
  text(path: string): string | undefined {
    const entry = this.#entries.get(path);
    return entry?.type === 'file' ? entry.text : undefined;
  }

  paths(): readonly string[] {
    return [...this.#entries.keys()].sort();
  }

  async inspect(path: string): Promise<Node> {
    const entry = this.#entries.get(path);
    if (entry === undefined) return { type: 'absent' };
    if (entry.type === 'directory') return { type: 'directory', mode: entry.mode };
    return { type: 'file', mode: entry.mode, size: Buffer.byteLength(entry.text) };
  }

  async read(path: string): Promise<string> {
    return this.#file('read', path).text;
  }

  async hash(path: string): Promise<string> {
    return sha256(this.#file('read', path).text);
  }

  async isInside(path: string): Promise<boolean> {
    return isConfined(path);
  }

  async list(path: string): Promise<readonly string[]> {
    const names = this.paths().filter((one) => one.startsWith(`${path}/`));
    return [...new Set(names.map((one) => one.slice(path.length + 1).split('/')[0] ?? ''))];
  }

  async makeDirectory(path: string): Promise<void> {
    this.#effect(`folder ${path}`);
    this.#entries.set(path, { type: 'directory', mode: 0o755 });
  }

  async write(path: string, content: string, mode: number): Promise<void> {
    this.#effect(`write ${path}`);
    this.put(path, content, mode);
  }

  async move(from: string, to: string): Promise<void> {
    const { text, mode } = this.#file('move', from);
    this.#effect(`move ${from} ${to}`);
    this.put(to, text, mode);
    this.#entries.delete(from);
  }

  async copy(from: string, to: string, mode: number): Promise<void> {
    const { text } = this.#file('copy', from);
    this.#effect(`copy ${from} ${to}`);
    this.put(to, text, mode);
  }

  async setMode(path: string, mode: number): Promise<void> {
    this.#effect(`mode ${path}`);
    this.put(path, this.#file('set the mode of', path).text, mode);
  }

  async remove(path: string): Promise<void> {
    this.#effect(`remove ${path}`);
    this.#entries.delete(path);
  }

  async removeFolder(path: string): Promise<void> {
    if ((await this.list(path)).length > 0) throw new FileFault('remove', path, 'ENOTEMPTY');
    await this.remove(path);
  }

  #file(operation: string, path: string): Extract<Entry, { type: 'file' }> {
    const entry = this.#entries.get(path);
    if (entry?.type === 'file') return entry;
    throw new FileFault(operation, path, entry === undefined ? 'ENOENT' : 'EISDIR');
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
