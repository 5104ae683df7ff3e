import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cache } from './places.ts';

/**
 * Runs a function under a lock of this name, and waits for the lock if another process holds it. The kernel releases
 * the lock when this process ends in any way.
 */
export async function withLock<T>(name: string, run: () => Promise<T>): Promise<T> {
  const locks = join(cache, 'locks');
  mkdirSync(locks, { recursive: true });
  // `cat` ends with its stdin, which this process holds.
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
