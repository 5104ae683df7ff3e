import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import { type Need, type NeedName, needs } from './needs.ts';

/**
 * Installs Debian packages for missing needs, if this process is root on a Debian machine.
 * @returns the needs that are still missing
 */
export async function haveNeeds(
  wanted: readonly NeedName[],
  say: (line: string) => void,
): Promise<NeedName[]> {
  const missing = wanted.filter((name) => !needs[name].isThere());
  for (const name of missing) {
    const need: Need = needs[name];
    if (need.install !== undefined) await installOwn(need, say);
  }
  const packages = [...new Set(missing.flatMap((name): readonly string[] => needs[name].packages))];
  if (packages.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say(`installing ${packages.join(' ')}`);
    await install(packages);
  }
  return missing.filter((name) => !needs[name].isThere());
}

/** Without a network the need stays missing, and the tests with it are left out. */
async function installOwn({ what, install }: Need, say: (line: string) => void): Promise<void> {
  say(`installing ${what}`);
  try {
    await install?.();
  } catch (error) {
    say(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const settings = '/etc/postgresql-common';
  mkdirSync(settings, { recursive: true });
  // The tests start their own servers, so Debian need not create its default cluster.
  if (!existsSync(`${settings}/createcluster.conf`))
    writeFileSync(`${settings}/createcluster.conf`, 'create_main_cluster = false\n');
  await execa('apt-get', ['update', '-qq'], { env });
  const known = await Promise.all(packages.map(async (name) => ((await isKnown(name)) ? [name] : [])));
  await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...known.flat()], { env });
}

/** Before Debian 13, docker-cli is a part of docker.io and not a package. */
async function isKnown(name: string): Promise<boolean> {
  const { exitCode, stdout } = await execa('apt-cache', ['show', name], { reject: false });
  return exitCode === 0 && stdout !== '';
}
