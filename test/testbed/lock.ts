import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cache } from './places.ts';

/**
 * Runs something while no other process runs what goes by the same name; waits for its turn. The kernel keeps
 * the lock, so it ends with this process, however that ends.
 */
export async function withLock<T>(name: string, run: () => Promise<T>): Promise<T> {
  const locks = join(cache, 'locks');
  mkdirSync(locks, { recursive: true });
  // `cat` ends with its input, which is ours.
  const holder = execa('flock', [join(locks, name), 'sh', '-c', 'echo held; cat'], { reject: false });
  const held = holder.iterable()[Symbol.asyncIterator]().next();
  if ((await held).done) throw new Error(`the lock ${name} could not be had: ${(await holder).stderr}`);
  try {
    return await run();
  } finally {
    holder.stdin.end();
    await holder;
  }
}
