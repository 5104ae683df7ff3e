import fs from 'node:fs/promises';
import { join } from 'node:path';
import type { TearStep } from '../kill/kill-point.ts';

/**
 * Replaces steps of node:fs/promises that a kill can leave half done, as `nodeFileSystem` finds them there: it is the
 * adapters' very files, under the names that they give them, that are torn.
 * @returns what makes the next such step of the process halt when half of its work is done
 */
export async function tearableSteps(): Promise<TearStep> {
  const torn = new TornStep();
  tearRemoval(torn);
  await tearWriting(torn);
  return (halt) => torn.arm(halt);
}

function tearRemoval(torn: TornStep): void {
  const { rm } = fs;
  fs.rm = async (path, options) => {
    if (torn.isDue && options?.recursive === true) await removeHalf(String(path));
    return rm(path, options);
  };

  async function removeHalf(path: string): Promise<void> {
    const names = await fs.readdir(path, { recursive: true }).catch(() => []);
    if (names.length === 0) return;
    for (const name of names.slice(0, Math.ceil(names.length / 2)).reverse()) {
      await rm(join(path, name), { recursive: true, force: true });
    }
    torn.halt();
  }
}

/** A file that was opened is written through its handle; all handles are of one class, which has no name. */
async function tearWriting(torn: TornStep): Promise<void> {
  const some = await fs.open('/dev/null', 'w');
  const handles: Pick<typeof some, 'writeFile' | 'write'> = Object.getPrototypeOf(some);
  await some.close();
  const whole = handles.writeFile;
  handles.writeFile = async function (this: typeof some, content: unknown, options?: unknown) {
    if (!torn.isDue) return Reflect.apply(whole, this, [content, options]);
    const [first, rest] = halves(content);
    await this.write(first);
    torn.halt();
    return Reflect.apply(whole, this, [rest, options]);
  };
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

/** At least one byte is in the first, and never all of two. */
function halves(content: unknown): readonly [Uint8Array, Uint8Array] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as Uint8Array);
  const middle = Math.ceil(bytes.length / 2);
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}
