import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Ticks per second in /proc/PID/stat: USER_HZ, which is 100 on every architecture that Node runs on (proc(5)). */
const ticksPerSecond = 100;

/**
 * Returns the CPU seconds of a process and of all of its ended descendants: fields 14 to 17 of /proc/PID/stat
 * (proc(5)). Returns 0 if it does not run, or without /proc.
 * @param proc where the process table of its PID namespace is mounted
 */
export function cpuSecondsOf(pid: number | 'self', proc = '/proc'): number {
  const file = `${proc}/${pid}/stat`;
  if (!existsSync(file)) return 0;
  // The second field is a name in parentheses, which may contain any characters.
  const [, rest = ''] = /\) (.*)$/s.exec(readFileSync(file, 'utf8')) ?? [];
  const ticks = rest.split(' ').slice(11, 15).map(Number);
  return ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond;
}

/** Returns the CPU seconds of all processes of a PID namespace since it began, including ended ones. */
export function cpuSecondsOfAll(proc: string): number {
  if (!existsSync(proc)) return 0;
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => secondsIfRunning(Number(pid), proc)).reduce((sum, one) => sum + one, 0);
}

/** Treats a process that ended after it was listed as zero, because its parent includes it. */
function secondsIfRunning(pid: number, proc: string): number {
  try {
    return cpuSecondsOf(pid, proc);
  } catch (error) {
    if (error instanceof Error && /ENOENT|ESRCH/.test(error.message)) return 0;
    throw error;
  }
}
