import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import type { TearStep } from './kill-point.ts';

/**
 * Puts steps of our own in place of those of node:fs/promises that a kill can leave half done, for whoever
 * imports them: so it is the adapters' very files, under the names that they give them, that are torn.
 * @returns what makes the next such step of the process halt when half of its work is done
 */
export async function tearableSteps(): Promise<TearStep> {
  const torn = new TornStep();
  const whole = { writeFile: fs.writeFile, appendFile: fs.appendFile, mkdir: fs.mkdir, rm: fs.rm };
  fs.writeFile = async (path, content, options) => {
    if (!torn.isDue || path instanceof Object) return whole.writeFile(path, content, options);
    const [first, rest] = halves(content);
    await whole.writeFile(path, first, options);
    torn.halt();
    await whole.appendFile(path, rest);
  };
  fs.rm = async (path, options) => {
    if (torn.isDue && options?.recursive === true) await removeHalf(String(path));
    return whole.rm(path, options);
  };
  Object.assign(fs, {
    mkdir: async (path: string, options?: { recursive?: boolean }) => {
      if (torn.isDue && options?.recursive === true) await makeTopmost(path);
      return whole.mkdir(path, options);
    },
  });
  await tearHandles(torn);
  syncBuiltinESMExports();
  return (halt) => torn.arm(halt);

  async function removeHalf(path: string): Promise<void> {
    const names = await fs.readdir(path, { recursive: true }).catch(() => []);
    if (names.length === 0) return;
    for (const name of names.slice(0, Math.ceil(names.length / 2)).reverse()) {
      await whole.rm(join(path, name), { recursive: true, force: true });
    }
    torn.halt();
  }

  /** Of folders in each other, the outermost is made first. */
  async function makeTopmost(path: string): Promise<void> {
    if (existsSync(path) || existsSync(dirname(path))) return;
    let topmost = path;
    while (!existsSync(dirname(topmost))) topmost = dirname(topmost);
    await whole.mkdir(topmost);
    torn.halt();
  }
}

/** The one step that is to be torn next, if any. */
class TornStep {
  #halt: (() => void) | undefined;

  get isDue(): boolean {
    return this.#halt !== undefined;
  }

  arm(halt: () => void): () => void {
    this.#halt = halt;
    return () => {
      this.#halt = undefined;
    };
  }

  /** Half of it is done. */
  halt(): void {
    const halt = this.#halt;
    this.#halt = undefined;
    halt?.();
  }
}

/** A file that was opened is written through its handle; all handles are of one class, which has no name. */
async function tearHandles(torn: TornStep): Promise<void> {
  const some = await fs.open('/dev/null', 'w');
  const handles: Pick<typeof some, 'appendFile' | 'writeFile' | 'write'> = Object.getPrototypeOf(some);
  await some.close();
  for (const name of ['appendFile', 'writeFile'] as const) {
    const whole = handles[name];
    handles[name] = async function (this: typeof some, content: unknown, options?: unknown) {
      if (!torn.isDue) return Reflect.apply(whole, this, [content, options]);
      const [first, rest] = halves(content);
      await this.write(first);
      torn.halt();
      return Reflect.apply(whole, this, [rest, options]);
    };
  }
}

/** At least one byte is in the first, and never all of two. */
function halves(content: unknown): readonly [Uint8Array, Uint8Array] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as Uint8Array);
  const middle = Math.ceil(bytes.length / 2);
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}
