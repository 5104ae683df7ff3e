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
/** A short path, because it contains sockets, and in memory, because nothing in it is needed after a reboot. */
const execRoot = '/run/erp-deploy-testbed';

/** Returns whether an engine answers on this socket. */
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

/**
 * Waits until an engine answers. @throws an error with the given text if it ends, or does not answer within half a
 * minute
 */
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
 * Starts an engine for the testbed, which outlives this process. If an engine already answers, uses that one.
 * @throws if no engine can be started
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

/** Ends the engine if the testbed started it, and removes its data. */
export async function endOwnEngine(): Promise<void> {
  const pid = ownEngine();
  if (pid !== null) {
    process.kill(pid, 'SIGTERM');
    while (existsSync(`/proc/${pid}`)) await pause(50);
    // Removes its default bridge, which only a running engine needs.
    await execa('ip', ['link', 'delete', 'docker0'], { reject: false });
    await rm(execRoot, { recursive: true, force: true });
  }
  await removeFolder(folder);
}

/** Returns the PID of the engine if the testbed started it and it still runs. */
function ownEngine(): number | null {
  if (!existsSync(pidFile)) return null;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  // After a reboot, the PID may belong to another process.
  const words = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
  return words.includes(pidFile) ? pid : null;
}
