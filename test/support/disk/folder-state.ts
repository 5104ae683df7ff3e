import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The last read state of an entry, and the time of the read in nanoseconds since 1970. */
interface Known {
  readonly stat: BigIntStats;
  readonly content: string;
  readonly seen: bigint;
}

/** Resolution of file system clocks: a file may change twice within this time with the same timestamp. */
const tick = 50_000_000n;

/** The contents of a folder: equal hashes mean equal names, modes and bytes. Reads only changed files. */
export class FolderState {
  readonly #folder: string;
  #known = new Map<string, Known>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns a hash of the present contents. */
  now(): string {
    const known = new Map<string, Known>();
    const hash = createHash('sha256');
    for (const name of readdirSync(this.#folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const found = this.#look(name);
      known.set(name, found);
      hash.update(`${name}\0${found.stat.mode}\0${found.content}\0`);
    }
    this.#known = known;
    return hash.digest('hex');
  }

  #look(name: string): Known {
    const before = this.#known.get(name);
    const path = join(this.#folder, name);
    const stat = lstatSync(path, { bigint: true });
    const unchanged = before?.stat.ctimeNs === stat.ctimeNs && before.stat.ino === stat.ino;
    if (unchanged && before.seen - stat.ctimeNs > tick) return before;
    return { stat, content: contentOf(path, stat), seen: BigInt(Date.now()) * 1_000_000n };
  }
}

function contentOf(path: string, stat: BigIntStats): string {
  if (stat.isSymbolicLink()) return readlinkSync(path);
  return stat.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
}
