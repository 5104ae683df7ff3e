import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { endHere } from './kill-point.ts';

/**
 * Puts steps of our own in place of those of node:fs/promises that a kill can leave half done, for whoever
 * imports them: so it is the adapters' very files, under the names that they give them, that are torn.
 * @returns what makes the next such step of the process do half of its work and end the process
 */
export async function tearableSteps(): Promise<() => void> {
  let armed = false;
  const whole = { writeFile: fs.writeFile, mkdir: fs.mkdir, rm: fs.rm };
  fs.writeFile = async (path, content, options) => {
    if (!armed) return whole.writeFile(path, content, options);
    await whole.writeFile(path, half(content), options);
    endHere();
  };
  fs.rm = async (path, options) => {
    if (armed && options?.recursive === true) await removeHalf(String(path));
    return whole.rm(path, options);
  };
  Object.assign(fs, {
    mkdir: async (path: string, options?: { recursive?: boolean }) => {
      if (armed && options?.recursive === true) await makeTopmost(path);
      return whole.mkdir(path, options);
    },
  });
  await tearHandles(() => armed);
  syncBuiltinESMExports();
  return () => {
    armed = true;
  };

  async function removeHalf(path: string): Promise<void> {
    const names = await fs.readdir(path, { recursive: true }).catch(() => []);
    if (names.length === 0) return;
    for (const name of names.slice(0, Math.ceil(names.length / 2)).reverse()) {
      await whole.rm(join(path, name), { recursive: true, force: true });
    }
    endHere();
  }

  /** Of folders in each other, the outermost is made first. */
  async function makeTopmost(path: string): Promise<void> {
    if (existsSync(path) || existsSync(dirname(path))) return;
    let topmost = path;
    while (!existsSync(dirname(topmost))) topmost = dirname(topmost);
    await whole.mkdir(topmost);
    endHere();
  }
}

/** A file that was opened is written through its handle; all handles are of one class, which has no name. */
async function tearHandles(armed: () => boolean): Promise<void> {
  const some = await fs.open('/dev/null', 'w');
  const handles: Pick<typeof some, 'appendFile' | 'writeFile' | 'write'> = Object.getPrototypeOf(some);
  await some.close();
  for (const name of ['appendFile', 'writeFile'] as const) {
    const whole = handles[name];
    handles[name] = async function (this: typeof some, content: unknown, options?: unknown) {
      if (!armed()) return Reflect.apply(whole, this, [content, options]);
      await this.write(half(content));
      endHere();
    };
  }
}

/** At least one byte, and never all of them. */
function half(content: unknown): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as Uint8Array);
  return bytes.subarray(0, Math.ceil(bytes.length / 2));
}
