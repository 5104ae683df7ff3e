import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../machine/machine.ts';
import { freeSubnet } from '../networks.ts';

/** How far away a machine is. */
export interface Far {
  /** Milliseconds that a packet takes, each way. */
  readonly delay: number;
  /** Percent of the packets that are lost. */
  readonly loss?: number;
  /** Decides which. */
  readonly seed?: number;
}

/** A machine at a distance. Its other addresses are as near as before. */
export interface Distance extends AsyncDisposable {
  /** Its address at the other end of the way. */
  readonly host: string;
}

const relay = fileURLToPath(new URL('relay.py', import.meta.url));

/** Puts a machine at a distance, until it is disposed of. Needs root, Python and /dev/net/tun. @throws if it does not start */
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
