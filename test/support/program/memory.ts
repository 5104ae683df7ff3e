import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Returns the peak memory of a process at its end, in MB (proc(5)). */
export async function mostMemoryOf(pid: number | undefined): Promise<number> {
  let most = 0;
  for (const file = `/proc/${pid}/status`; existsSync(file); await pause(20)) {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(statusIn(file))?.[1];
    // A process that has ended has no memory.
    if (kilobytes !== undefined) most = Number(kilobytes) / 1024;
  }
  return most;
}

function statusIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return '';
    throw error;
  }
}
