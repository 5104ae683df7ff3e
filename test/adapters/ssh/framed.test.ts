import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { headingOf } from '../../../src/adapters/ssh/framed.ts';
import { ChannelSocket } from '../../../src/adapters/ssh/socket.ts';
import { RoundTrips } from '../../../src/domain/round-trips.ts';

/** A channel whose output and end arrived before a listener was added: a command that ended immediately. */
function overAtOnce(output: string) {
  const channel = new PassThrough();
  channel.end(output);
  return Object.assign(channel, { close: () => channel.destroy() });
}

test('finds no second heading after one that arrived together with the end', async () => {
  const channel = overAtOnce('motd\nmark ready 7\n');
  expect(await headingOf(channel, 'mark')).toEqual({ word: 'ready 7', noise: 'motd\n' });
  await turn();
  expect(await headingOf(channel, 'mark')).toEqual({ word: null, noise: '' });
});

test('a socket over a channel that has ended ends as well', async () => {
  const channel = overAtOnce('mark ready 7\n');
  await headingOf(channel, 'mark');
  await turn();
  const socket = new ChannelSocket(channel, {
    lost: new AbortController().signal,
    traffic: new RoundTrips(),
  });
  await expect(socket.toArray()).resolves.toEqual([]);
});
