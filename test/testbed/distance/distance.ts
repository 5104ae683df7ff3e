import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../machine/machine.ts';
import { freeSubnet } from '../networks.ts';

/** Network conditions between this process and a machine. */
export interface Far {
  /** Delay of each packet in milliseconds, each way. */
  readonly delay: number;
  /** Percentage of lost packets. */
  readonly loss?: number;
  /** Seed that decides which packets are lost. */
  readonly seed?: number;
}

/** A machine with a slow address; its other addresses are not affected. */
export interface Distance extends AsyncDisposable {
  /** The slow address. */
  readonly host: string;
}

const relay = fileURLToPath(new URL('relay.py', import.meta.url));

/**
 * Adds a slow address to a machine until the result is disposed. Needs root, Python and /dev/net/tun. @throws if it
 * does not start
 */
export async function atDistance(machine: Machine, { delay, loss = 0, seed = 1 }: Far): Promise<Distance> {
  const [network = ''] = (await freeSubnet()).split('.0/');
  const [near, host] = [`${network}.1`, `${network}.2`];
  const words = [relay, `${machine.pid}`, near, host, `${delay}`, `${loss}`, `${seed}`];
  const running = spawn('python3', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(running, 'close');
  const first = await Promise.race([once(running.stdout, 'data'), ended.then(() => null)]);
  if (first === null) throw new Error(`relay.py ended with ${running.exitCode}`);
  return {
    host,
    [Symbol.asyncDispose]: async () => {
      running.kill('SIGTERM');
      await ended;
    },
  };
}
