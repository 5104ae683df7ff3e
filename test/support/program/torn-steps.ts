import fs from 'node:fs/promises';
import { join } from 'node:path';
import type { TearStep } from '../kill/kill-point.ts';

/**
 * Replaces the functions of node:fs/promises that a kill can leave half done, before `nodeFileSystem` reads them. The
 * real files of the adapters are torn, under their real names.
 * @returns a function that makes the next such call halt when half of its work is done
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

/** An opened file is written through its handle. All handles have the same class, which is not exported. */
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

/** The function to call in the middle of the next call, if any. */
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

  /** Called when half of the work is done. */
  halt(): void {
    const halt = this.#halt;
    this.#halt = undefined;
    halt?.();
  }
}

/** Splits bytes: the first part has at least one byte, and not all if there are two or more. */
function halves(content: unknown): readonly [Uint8Array, Uint8Array] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as Uint8Array);
  const middle = Math.ceil(bytes.length / 2);
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}
