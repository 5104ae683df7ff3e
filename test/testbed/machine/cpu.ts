import { cpuSecondsOfAll } from '../../run/cpu-time.ts';

/** CPU seconds that machines of this process have used, counted when each one ends: containers are no child of ours. */
export const machineCpu = { seconds: 0 };

/** Counts what a machine has used since it booted. @param pid of its first process, as this side sees it */
export function countMachineCpu(pid: number): void {
  machineCpu.seconds += cpuSecondsOfAll(`/proc/${pid}/root/proc`);
}
