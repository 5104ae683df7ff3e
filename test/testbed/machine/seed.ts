import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { copyImages, docker, imagesPresent } from '../docker.ts';
import { machineTag, pins } from '../images/pins.ts';
import { withLock } from '../lock.ts';
import { networks } from '../networks.ts';
import { cache, prefix } from '../places.ts';
import { runMachine } from './container.ts';
import { diskOf, removeMachine } from './machine.ts';

const seed = join(cache, 'seed');
const keyFile = join(seed, 'testbed-key');

/** Prepares a seed disk for machines, whose engine already has the images. */
export async function haveSeed(): Promise<void> {
  const tags = Object.values(pins);
  const present = await imagesPresent([...tags, machineTag]);
  const ids = [...tags, machineTag].map((tag) => present.get(tag)?.id);
  const key = createHash('sha256').update(JSON.stringify(ids)).digest('hex');
  if (existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return;
  const name = `${prefix}-seed`;
  await removeMachine(name);
  const machine = await runMachine({ name, network: networks.alone });
  await copyImages(tags, machine.socket);
  await docker(['stop', '--time', '20', name]);
  writeFileSync(join(diskOf(name), 'testbed-key'), key);
  await withLock('seed', async () => {
    await rm(seed, { recursive: true, force: true });
    renameSync(diskOf(name), seed);
  });
  await machine.remove();
}

/**
 * Makes the disk of a machine from the seed in a fraction of a second. Image layers are never written to, so they are
 * links to those of the seed; the databases of the engine are copied.
 */
export function sow(name: string): Promise<void> {
  const disk = diskOf(name);
  mkdirSync(disk, { recursive: true });
  return withLock('seed', async () => {
    const others = readdirSync(seed).filter((entry) => entry !== 'overlay2');
    await execa('cp', ['-a', '--link', join(seed, 'overlay2'), disk]);
    await execa('cp', ['-a', ...others.map((entry) => join(seed, entry)), disk]);
  });
}
