import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';

/** A file system of a few bytes, mounted for one test. Only root may mount one. */
export interface SmallDisk {
  readonly path: string;
  /** Resizes it, like an operator who makes space. */
  resize(size: `${number}k` | `${number}m`): void;
  /** Makes it read-only. */
  lock(): void;
}

export function smallDisk(size: `${number}k` | `${number}m`): SmallDisk {
  const path = join(inject('testRun'), 'workspaces', `disk-${crypto.randomUUID().slice(0, 8)}`);
  mkdirSync(path);
  mount('tmpfs', '-t', 'tmpfs', '-o', `size=${size},mode=755`);
  onTestFinished(() => {
    execFileSync('umount', [path]);
    rmSync(path, { recursive: true });
  });
  return {
    path,
    resize: (wanted) => mount('-o', `remount,size=${wanted}`),
    lock: () => mount('-o', 'remount,ro'),
  };

  function mount(...words: readonly string[]): void {
    execFileSync('mount', [...words, path], { stdio: 'pipe' });
  }
}
