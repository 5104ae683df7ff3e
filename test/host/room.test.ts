import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { roomOf } from '../../src/argv/room.ts';
import { type Room, roomIn, shortageOf, steadyRoom } from '../../src/host/room.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

const MB = 1_000_000;
const printed = `Filesystem     1024-blocks     Used Available Capacity Mounted on
/dev/vda1         50633164 20000000  30000000      40% /
/dev/mapper/a b    1000000   900000    100000      90% /mnt/a disk
MemTotal:        1000000 kB
MemAvailable:     300000 kB
SwapFree:         200000 kB
`;

it('reads the output of df and the kernel for any name of a disk, and counts free swap', () => {
  expect(roomIn(printed)).toEqual({
    folder: { free: 30_000_000 * 1024, mount: '/' },
    engine: { free: 100_000 * 1024, mount: '/mnt/a disk' },
    memory: { total: 1_000_000 * 1024, free: 500_000 * 1024 },
  });
});

it('checks the parent of a folder that does not exist yet', () => {
  const bin = tempFolder();
  writeFileSync(join(bin, 'docker'), '#!/bin/sh\necho /var\n', { mode: 0o755 });
  const { argv, input } = roomOf('/nowhere/at all');
  const [shell, ...words] = argv;
  const env = { PATH: `${bin}:${process.env.PATH}` };
  const room = roomIn(execFileSync(shell, words, { encoding: 'utf8', env, input }));
  expect(room.folder.mount).toBe('/');
  expect(room.memory.free).toBeGreaterThan(0);
});

const separate: Room = {
  folder: { free: 600 * MB, mount: '/' },
  engine: { free: 800 * MB, mount: '/var/lib/docker' },
  memory: { total: 1000 * MB, free: 450 * MB },
};
const one: Room = { ...separate, engine: separate.folder };
const all = { data: 500 * MB, images: 750 * MB, memory: 400 * MB };

it('finds no problem if there is space for everything', () => {
  expect(shortageOf({ id: 'production', name: 'droplet' }, separate, all)).toBeNull();
  expect(shortageOf({ id: 'production', name: 'droplet' }, one, { ...all, images: 0 })).toBeNull();
});

it.each([
  ['both of them on one disk', one, 'ERP-0611', 'The disk at / on droplet has 600 MB free.', '1250 MB'],
  [
    'the images on theirs',
    { ...separate, engine: { free: 10 * MB, mount: '/var/lib/docker' } },
    'ERP-0611',
    'The disk at /var/lib/docker on droplet has 10 MB free.',
    '750 MB are needed for the images',
  ],
  [
    'the containers in memory',
    { ...separate, memory: { total: 500 * MB, free: 90 * MB } },
    'ERP-0612',
    'droplet has 90 MB of memory free, of 500 MB.',
    '400 MB',
  ],
])('reports the missing space for %s', (_, room, code, what, why) => {
  expect(shortageOf({ id: 'production', name: 'droplet' }, room, all)).toMatchObject({
    code,
    what,
    why: expect.stringContaining(why),
    exit: 3,
  });
});

it('requires no space for existing images and running containers', () => {
  const nothing = { free: 0, mount: '/' };
  const full: Room = { folder: nothing, engine: nothing, memory: { total: 500 * MB, free: 0 } };
  expect(
    shortageOf({ id: 'production', name: 'droplet' }, full, { data: 0, images: 0, memory: 0 }),
  ).toBeNull();
});

it('keeps its figures as long as the actual ones are close', () => {
  const before = { diskFreeMB: 1000, memoryFreeMB: 500 };
  expect(steadyRoom(before, { diskFreeMB: 990, memoryFreeMB: 430 })).toBe(before);
  const less = { diskFreeMB: 990, memoryFreeMB: 100 };
  expect(steadyRoom(before, less)).toBe(less);
  expect(steadyRoom(undefined, less)).toBe(less);
});
