import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { haveNeeds } from '../run/have-needs.ts';
import { needs } from '../run/needs.ts';
import { haveCompose } from './compose.ts';
import { docker } from './docker.ts';
import { endOwnEngine, engineAnswers, haveEngine } from './engine.ts';
import { haveImages, removeImages } from './images/have-images.ts';
import { withLock } from './lock.ts';
import { checkoutLabel, ownerLabel } from './machine/container.ts';
import { removeMachine } from './machine/machine.ts';
import { haveSeed } from './machine/seed.ts';
import { haveNetworks, removeNetworks, removeRoutes } from './networks.ts';
import { cache, label } from './places.ts';

type Say = (line: string) => void;

/**
 * Brings the testbed up unless it is up. Several processes may call this at the same time.
 * @throws if no engine can be started, or if this process is not root on a Debian machine
 */
export function bringUp(say: Say): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error('The testbed needs root: it starts an engine and makes systems.');
  return withLock('bed', async () => {
    await haveDebianPackages(say);
    await haveEngine();
    await haveImages(say);
    await haveCompose();
    await haveNetworks();
    await removeAbandoned();
    await haveSeed();
  });
}

/** Removes only what the testbed created; with `everything`, also its cache. */
export function takeDown({ everything }: { readonly everything: boolean }): Promise<void> {
  return withLock('bed', async () => {
    if (await engineAnswers()) {
      for (const name of await machineNames()) await removeMachine(name);
      await removeNetworks();
      await removeImages();
    }
    await endOwnEngine();
    await removeRoutes();
    for (const part of ['machines', 'seed', 'droplets'])
      await rm(join(cache, part), { recursive: true, force: true });
    if (everything) await rm(cache, { recursive: true, force: true });
  });
}

/** @throws an error that names the packages to install */
async function haveDebianPackages(say: Say): Promise<void> {
  if ((await haveNeeds(['testbed'], say)).length === 0) return;
  throw new Error(`The testbed needs these Debian packages: ${needs.testbed.packages.join(' ')}`);
}

async function machineNames(...filters: readonly string[]): Promise<readonly string[]> {
  // The value distinguishes machines from other containers of the testbed's images, which inherit the label of their
  // image.
  const words = [`label=${label}=machine`, ...filters].flatMap((one) => ['--filter', one]);
  const { stdout } = await docker(['container', 'ls', '--all', ...words, '--format', '{{.Names}}']);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Removes machines whose process or checkout no longer exists, after a killed test run or a deleted folder. */
async function removeAbandoned(): Promise<void> {
  await removeUnless(ownerLabel, (owner) => existsSync(`/proc/${owner}`));
  await removeUnless(checkoutLabel, existsSync);
}

async function removeUnless(labelName: string, isThere: (value: string) => boolean): Promise<void> {
  // One call, because other runs may remove theirs meanwhile.
  const words = ['container', 'ls', '--all', '--filter', `label=${labelName}`];
  const { stdout } = await docker([...words, '--format', `{{.Names}} {{.Label "${labelName}"}}`]);
  for (const line of stdout.split('\n').filter((one) => one !== '')) {
    const [name = '', ...value] = line.split(' ');
    if (!isThere(value.join(' '))) await removeMachine(name);
  }
}
