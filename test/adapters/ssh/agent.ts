import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Sshd } from './sshd.ts';

/**
 * Starts a real ssh-agent of this test's own, with these keys. Returns its socket.
 *
 * Waits for the text that ssh-agent prints when it listens: the socket file exists earlier.
 */
export async function startAgent(sshd: Sshd, ...keys: readonly string[]): Promise<string> {
  const socket = join(sshd.folder, `agent-${keys.length}`);
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(agent, 'exit');
  onTestFinished(async () => {
    agent.kill('SIGTERM');
    await ended;
  });
  await once(agent.stdout, 'data');
  for (const key of keys) addToAgent(socket, key);
  return socket;
}

/** Runs `ssh-add` with these arguments. */
export function addToAgent(socket: string, ...words: readonly string[]): void {
  execFileSync('ssh-add', ['-q', ...words], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
}
