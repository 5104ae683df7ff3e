import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { onHost } from '../../../src/adapters/ssh/bridge.ts';

/** Returns the processes in the session of a process. ps(1) fails if there are none. */
function sessionOf(pid: number | undefined): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-s', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

test.each([
  ['the server breaks off', 'server'],
  ['neither side sends any more', 'client'],
  ['it is asked to end', 'signal'],
])('when %s, a bridge ends without leaving a process behind', async (_when, ender) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const accepted = once(server, 'connection');
  const { argv, input } = onHost(address.port).command('marker');
  const [program, ...rest] = argv;
  const bridge = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  bridge.stdin.write(input);
  const [[socket], [said]] = await Promise.all([accepted, once(bridge.stdout, 'data')]);
  expect(String(said)).toBe('marker ready\n');
  // bash may not have started both copies yet.
  await expect.poll(() => sessionOf(bridge.pid).match(/^cat$/gm)).toHaveLength(2);
  const ended = once(bridge, 'exit');
  if (ender === 'server') socket.destroy();
  if (ender === 'client') bridge.stdin.end();
  if (ender === 'signal') bridge.kill('SIGTERM');
  await ended;
  expect(sessionOf(bridge.pid)).toBe('');
});
