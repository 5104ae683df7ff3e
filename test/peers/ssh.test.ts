import type { ServerChannel } from 'ssh2';
import { beforeAll, expect, it } from 'vitest';
import { visibleLines } from '../../src/domain/visible-text.ts';
import { Interrupted } from '../../src/engine/interrupted.ts';
import { sampleOf } from '../run/sample.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import {
  atCommand,
  atLogIn,
  atSession,
  atShell,
  beforeKeys,
  type Hostility,
  hostileSsh,
} from './hostile-ssh.ts';

/** Milliseconds within which a command must end after one signal. */
const promptly = 2_000;

// Loads the sources beforehand, so that this does not count as the time of a signal.
beforeAll(async () => {
  await Promise.all([
    import('../../src/cli/commands/unlock.ts'),
    import('../../src/cli/commands/doctor.ts'),
    import('../../src/adapters/ssh/connect.ts'),
  ]);
}, 60_000);

/** Runs a command on the host, and sends a signal soon after the hostile behaviour starts; returns the result. */
async function ended(hostility: Hostility, words: readonly string[]) {
  const stop = new AbortController();
  let stopped = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const reached = () => {
    timer ??= setTimeout(() => {
      stopped = performance.now();
      stop.abort(new Interrupted('SIGTERM'));
    }, 400);
  };
  const { bin } = await hostileSsh({ ...hostility, reached });
  const before = process.memoryUsage().rss;
  const result = await erpDeploy(tempFolder(), [...words, '--production-host', 'droplet'], {
    signal: stop.signal,
    env: { PATH: `${bin}:${process.env.PATH ?? ''}` },
  });
  clearTimeout(timer);
  return { ...result, late: performance.now() - stopped, memory: process.memoryUsage().rss - before };
}

const points: Readonly<Record<string, readonly [string, Hostility][]>> = {
  'before it sends its keys': Object.entries(beforeKeys).map(([name, keys]) => [name, { keys }]),
  'at the log-in': Object.entries(atLogIn).map(([name, logIn]) => [name, { logIn }]),
  'when a session is opened': Object.entries(atSession).map(([name, session]) => [name, { session }]),
  'in place of its shell': Object.entries(atShell).map(([name, shell]) => [name, { shell }]),
  'as the answer to a command': Object.entries(atCommand).map(([name, command]) => [name, { command }]),
};
const cases = Object.entries(points).flatMap(([point, peers]) =>
  peers.flatMap(([name, hostility]) =>
    ['unlock', 'doctor'].map((command) => ({ command, name, point, hostility })),
  ),
);

it.each(sampleOf('hostile SSH servers', cases, { usual: 6 }))(
  '$command has a problem, ends at one signal, and keeps to its memory if a server shows $name $point',
  async ({ command, hostility }) => {
    const { exit, stdout, stderr, late, memory } = await ended(hostility, [command]);
    expect({ exit, stderr }).toEqual({
      stderr,
      exit: expect.toSatisfy((code) => [0, 3, 4, 6, 143].includes(code)),
    });
    expect(visibleLines(stdout + stderr)).toBe(stdout + stderr);
    expect(late).toBeLessThan(promptly);
    expect(memory).toBeLessThan(400_000_000);
  },
);

it('unlocks a host whose lock has an owner that cannot be read', async () => {
  const command = (channel: ServerChannel, marker: string) => {
    channel.stderr.write(`${marker}\n`);
    channel.write(`${marker} ready 77\nheld 5 \n`);
    channel.exit(0);
    channel.end();
  };
  const { stdout, stderr } = await ended({ command }, ['unlock']);
  expect(stdout + stderr).toContain('an owner that cannot be read');
});
