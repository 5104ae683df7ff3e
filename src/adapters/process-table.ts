import { readFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { execa } from 'execa';
import type { ProcessIdentity, ProcessTable } from '../domain/ports.ts';
import { errnoOf } from './files.ts';

/** This machine's processes: from /proc on Linux, from ps(1) and sysctl(8) elsewhere. */
export function processTable(): ProcessTable {
  return {
    self: async () => ({
      pid: process.pid,
      started: (await startOf(process.pid)) ?? '',
      boot: await bootId(),
      host: hostname(),
      user: userInfo().username,
    }),
    isRunning: async (identity: ProcessIdentity) => {
      if (identity.host !== hostname()) return 'unknown';
      if (identity.boot !== (await bootId())) return 'gone';
      return (await startOf(identity.pid)) === identity.started ? 'running' : 'gone';
    },
  };
}

/**
 * When a process started; null where there is none of that number, or only what is left of one.
 * proc(5): field 22 of /proc/PID/stat is the start in clock ticks since boot, field 3 the state
 * (`Z` is one that ended); the name in field 2 may hold anything, so they are counted from its last `)`.
 */
async function startOf(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return startByPs(pid);
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return null;
    throw error;
  }
}

async function startByPs(pid: number): Promise<string | null> {
  const { exitCode, stdout } = await execa('ps', ['-o', 'lstart=', '-p', String(pid)], { reject: false });
  return exitCode === 0 ? stdout.trim() : null;
}

async function bootId(): Promise<string> {
  if (process.platform === 'linux') return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  return (await execa('sysctl', ['-n', 'kern.boottime'])).stdout.trim();
}
