import { copyFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { livenessSockets } from '../../src/adapters/liveness-sockets.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

it.each(['lock', `${'x'.repeat(150)}/lock`])('is alive while it listens, in %s', async (path) => {
  const root = tempFolder();
  const sockets = livenessSockets(root, path);
  const listener = await sockets.listen();
  if (listener === null) throw new Error('no socket');
  expect(await sockets.stateOf(listener.socket)).toBe('running');
  expect(statSync(join(root, path, listener.socket.name)).isSocket()).toBe(true);
  await listener.close();
  expect(readdirSync(join(root, path))).toEqual([]);
  expect(await sockets.stateOf(listener.socket)).toBe('unknown');
});

it('is alive while connections wait that its busy process does not accept', async () => {
  const sockets = livenessSockets(tempFolder(), 'lock');
  const listener = await sockets.listen();
  if (listener === null) throw new Error('no socket');
  const asked = Array.from({ length: 600 }, () => sockets.stateOf(listener.socket));
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['running']));
  await listener.close();
});

it('draws no conclusion from a socket other than the recorded one', async () => {
  const root = tempFolder();
  const sockets = livenessSockets(root, 'lock');
  const [one, other] = [await sockets.listen(), await sockets.listen()];
  if (one === null || other === null) throw new Error('no socket');
  const at = (name: string) => join(root, 'lock', name);
  writeFileSync(at('plain'), '');
  await one.close();
  copyFileSync(at('plain'), at(one.socket.name));
  expect(await sockets.stateOf(one.socket)).toBe('unknown');
  rmSync(at(one.socket.name));
  renameSync(at(other.socket.name), at(one.socket.name));
  expect(await sockets.stateOf(other.socket)).toBe('unknown');
  await other.close();
});

it('removes every socket but one', async () => {
  const root = tempFolder();
  const sockets = livenessSockets(root, 'lock');
  const [one, other] = [await sockets.listen(), await sockets.listen()];
  if (one === null || other === null) throw new Error('no socket');
  writeFileSync(join(root, 'lock/1.json'), '{}');
  await sockets.removeAllBut(one.socket.name);
  expect(readdirSync(join(root, 'lock')).sort()).toEqual(['1.json', one.socket.name].sort());
  await Promise.all([one.close(), other.close()]);
});

it('works without a socket if its folder cannot be created', async () => {
  const root = tempFolder();
  writeFileSync(join(root, 'lock'), 'a file in the way');
  expect(await livenessSockets(root, 'lock').listen()).toBeNull();
});
