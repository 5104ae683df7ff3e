import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { execa } from 'execa';

/**
 * Removes a folder of the testbed with its contents, including mounts that a killed engine left in it.
 * @param folder absolute, without symbolic links
 */
export async function removeFolder(folder: string): Promise<void> {
  // The last mount is on top.
  for (const place of mountsIn(folder).reverse()) await execa('umount', [place]);
  await rm(folder, { recursive: true, force: true });
}

/** Returns the mounts in the order of mounting. The kernel writes spaces as \040: see proc_pid_mountinfo(5). */
function mountsIn(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal) => byte(octal)))
    .filter((place) => `${place}/`.startsWith(`${folder}/`));
}

const byte = (octal: string) => String.fromCharCode(Number.parseInt(octal, 8));
