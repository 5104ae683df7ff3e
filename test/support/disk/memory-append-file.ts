import type { AppendFile } from '../../../src/domain/ports/append-file.ts';
import { FileFault } from '../../../src/domain/ports/files.ts';

/** An append-only file in memory, on a disk of limited size. */
export class MemoryAppendFile implements AppendFile {
  readonly path = '.erp-deploy/journal.jsonl';
  /** Called with each text before it is added. */
  readonly #effect: (text: string) => void;
  #bytes: Buffer;
  /** Bytes that still fit. A longer text is written in part, and then refused. */
  room = Number.POSITIVE_INFINITY;
  /** Whether truncating is refused as well. */
  stuck = false;

  constructor(text = '', effect: (text: string) => void = () => undefined) {
    this.#bytes = Buffer.from(text);
    this.#effect = effect;
  }

  get text(): string {
    return this.#bytes.toString('utf8');
  }

  async read(): Promise<Uint8Array> {
    return this.#bytes;
  }

  async append(text: string): Promise<void> {
    this.#effect(text);
    const bytes = Buffer.from(text);
    const fits = bytes.subarray(0, Math.min(bytes.length, this.room));
    this.room -= fits.length;
    this.#bytes = Buffer.concat([this.#bytes, fits]);
    if (fits.length < bytes.length) throw new FileFault('write', this.path, 'ENOSPC');
  }

  async folderId(): Promise<null> {
    return null;
  }

  async cut(bytes: number): Promise<void> {
    if (this.stuck) throw new FileFault('write', this.path, 'EIO');
    this.#bytes = this.#bytes.subarray(0, bytes);
  }
}
