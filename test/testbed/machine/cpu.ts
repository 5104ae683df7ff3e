import { cpuSecondsOfAll } from '../../run/cpu-time.ts';

/**
 * CPU seconds that machines of this process have used. They are added when a machine ends, because containers are not
 * child processes.
 */
export const machineCpu = { seconds: 0 };

/** Adds the CPU time of a machine since its boot. @param pid PID of its first process on this machine */
export function countMachineCpu(pid: number): void {
  machineCpu.seconds += cpuSecondsOfAll(`/proc/${pid}/root/proc`);
}
