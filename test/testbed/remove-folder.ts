import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { execa } from 'execa';

/**
 * Removes a folder of the testbed with all in it, also where an engine that was killed left something mounted there.
 * @param folder absolute, without symbolic links
 */
export async function removeFolder(folder: string): Promise<void> {
  // What was mounted last lies on top.
  for (const place of mountsIn(folder).reverse()) await execa('umount', [place]);
  await rm(folder, { recursive: true, force: true });
}

/** In the order in which they were mounted. The kernel writes spaces as \040: see proc_pid_mountinfo(5). */
function mountsIn(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal) => byte(octal)))
    .filter((place) => `${place}/`.startsWith(`${folder}/`));
}

const byte = (octal: string) => String.fromCharCode(Number.parseInt(octal, 8));
