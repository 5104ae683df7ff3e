import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { cache, engineSocket } from './places.ts';
import { removeFolder } from './remove-folder.ts';

const folder = join(cache, 'engine');
const pidFile = join(folder, 'dockerd.pid');
const logFile = join(folder, 'dockerd.log');
/** Short, for sockets lie in it; in memory, for nothing in it outlives a boot. */
const execRoot = '/run/erp-deploy-testbed';

/** Whether an engine answers on this socket. */
export function engineAnswers(socket: string = engineSocket): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath: socket, path: '/_ping', timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

/** Waits until an engine answers. @throws with the words given where it does not, in half a minute or once it ended */
export async function untilEngineAnswers(
  socket: string,
  otherwise: () => string,
  ended: () => boolean = () => false,
): Promise<void> {
  for (let tries = 0; tries < 300 && !ended(); tries += 1) {
    if (await engineAnswers(socket)) return;
    await pause(100);
  }
  throw new Error(otherwise());
}

/**
 * Starts an engine for the testbed, which outlives this process. Where another's answers already, that one serves.
 * @throws where none can be had
 */
export async function haveEngine(): Promise<void> {
  if (await engineAnswers()) return;
  mkdirSync(folder, { recursive: true });
  const log = openSync(logFile, 'w');
  const data = join(folder, 'data');
  const flags = ['--data-root', data, '--exec-root', execRoot, '--pidfile', pidFile];
  const engine = spawn('dockerd', ['--host', `unix://${engineSocket}`, ...flags], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  let ended = false;
  engine.on('exit', () => {
    ended = true;
  });
  engine.on('error', (error) => {
    ended = true;
    writeSync(log, `${error}\n`);
  });
  engine.unref();
  const without = () => {
    const lastWords = readFileSync(logFile, 'utf8').split('\n').slice(-10).join('\n');
    return `No container engine answers on ${engineSocket}, and none could be started:\n${lastWords}`;
  };
  await untilEngineAnswers(engineSocket, without, () => ended);
}

/** Ends the engine, where the testbed started it, with all that it holds. */
export async function endOwnEngine(): Promise<void> {
  const pid = ownEngine();
  if (pid !== null) {
    process.kill(pid, 'SIGTERM');
    while (existsSync(`/proc/${pid}`)) await pause(50);
    // Its default bridge, which no engine needs that does not run.
    await execa('ip', ['link', 'delete', 'docker0'], { reject: false });
    await rm(execRoot, { recursive: true, force: true });
  }
  await removeFolder(folder);
}

/** The number of the engine that the testbed started and that runs still. */
function ownEngine(): number | null {
  if (!existsSync(pidFile)) return null;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  // After a boot the number may be another's.
  const words = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
  return words.includes(pidFile) ? pid : null;
}
