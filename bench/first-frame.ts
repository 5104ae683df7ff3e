import { readdirSync, readFileSync } from 'node:fs';
import { spawn } from '@lydell/node-pty';
import type { CommandLine, Used } from './command-line.ts';

/** What the wizard says in its first frame, and in no later one until it has looked at everything. */
const firstFrame = 'checking';

/**
 * Starts the wizard in a pseudo-terminal, and ends it after its first frame.
 * @throws an error if it ends before
 */
export function untilFirstFrame([file, ...words]: CommandLine, cwd: string): Promise<Used> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH ?? '', HOME: cwd, LANG: 'C.UTF-8' };
    const terminal = spawn(file, words, { cols: 80, rows: 24, name: 'xterm-256color', cwd, env });
    let screen = '';
    let used: Used | null = null;
    terminal.onData((text) => {
      screen += text;
      if (used !== null || !screen.includes(firstFrame)) return;
      used = usedBy(terminal.pid);
      terminal.kill('SIGTERM');
    });
    terminal.onExit(() => {
      if (used === null) reject(new Error(`it ended without a frame:\n${screen}`));
      else resolve(used);
    });
  });
}

/** Returns the CPU time of all threads of a process, in seconds, and the most memory that it had, in MB (proc(5)). */
function usedBy(pid: number): Used {
  const nanoseconds = readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
    .reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { seconds: nanoseconds / 1e9, megabytes: Number(kilobytes) / 1024 };
}
