import { expect, it } from 'vitest';
import type { Database } from '../../src/domain/ports/database.ts';
import { lowDisks } from '../../src/host/low-disk.ts';
import { scriptedHost } from '../support/production/scripted-host.ts';
import { containersOn } from '../support/program/step-context.ts';

const { signal } = new AbortController();
const database = { target: 'production' } as Database; // the tests read only this property

/** A target on a production host whose disks have this much free space. */
function hostWith(root: number, images: number, mount = '/images') {
  const stdout = `Filesystem 1024-blocks Used Available Capacity Mounted on
/dev/a 50000000 0 ${Math.round(root / 1024)} 40% /
/dev/b 50000000 0 ${Math.round(images / 1024)} 40% ${mount}
MemTotal: 1000000 kB
`;
  return containersOn(
    scriptedHost(() => ({ stdout }), { name: 'droplet' }),
    database,
  );
}

const keysOf = async (host: ReturnType<typeof hostWith>, known: readonly string[] = []) =>
  (await lowDisks(host, (key) => known.includes(key), signal)).map(({ key }) => key);

it('names each low disk of the production host with its free space', async () => {
  expect(await lowDisks(hostWith(900_000_000, 5e9), () => false, signal)).toEqual([
    { key: 'disk /', text: 'the disk at / of droplet is low: 900 MB free', exit: 3 },
  ]);
  expect(await keysOf(hostWith(9e8, 9e8))).toEqual(['disk /', 'disk /images']);
  expect(await keysOf(hostWith(9e8, 9e8, '/'))).toEqual(['disk /']);
});

it('does not flap: a low disk needs more free space to count as sufficient again', async () => {
  expect(await keysOf(hostWith(1.1e9, 5e9))).toEqual([]);
  expect(await keysOf(hostWith(1.1e9, 5e9), ['disk /'])).toEqual(['disk /']);
  expect(await keysOf(hostWith(1.3e9, 5e9), ['disk /'])).toEqual([]);
});

it('reports nothing if no engine answers, which the steps report', async () => {
  const host = containersOn(
    scriptedHost(() => ({ exitCode: 1 })),
    database,
  );
  expect(await lowDisks(host, () => false, signal)).toEqual([]);
});
