type Argv = readonly [string, ...string[]];

/** $1 a folder, which may not be there yet: its disk is then that of the folder above it. */
const script = [
  'set -eu',
  'd=$1',
  'while [ ! -d "$d" ]; do d=$(dirname -- "$d"); done',
  'root=$(docker info --format "{{.DockerRootDir}}")',
  // An engine of another machine keeps its images there.
  '[ -e "$root" ] || root=$d',
  'LC_ALL=C df -Pk -- "$d" "$root"',
  'grep -E "^(MemTotal|MemAvailable|SwapFree):" /proc/meminfo',
].join('\n');

/**
 * How much room a machine has (Linux): two lines of df(1) in kB under their heading, for a folder and for where its
 * engine keeps images and containers, then those of proc_meminfo(5) that tell of memory.
 * @param folder absolute
 */
export const roomOf = (folder: string): Argv => ['/bin/sh', '-c', script, 'room', folder];
