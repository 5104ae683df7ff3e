import type { Config } from '../config/config.ts';
import { containerNamed } from '../containers/container.ts';
import { logInAsOwner } from '../containers/log-in.ts';
import { type Stack, services } from '../containers/stack.ts';
import type { Host } from '../domain/ports.ts';
import { layout } from '../workspace/layout.ts';
import { serverDatabase } from './server-database.ts';

/** The containers of the local test, on this machine's engine. */
export function localStack(host: Host, { database }: Config, signal: AbortSignal): Stack {
  const place = { host, folder: layout.stack };
  const isUp = async () => (await containerNamed(host, services.database.name, signal))?.status === 'running';
  const open = () => logInAsOwner(place, database.name, database.user);
  return { ...place, target: 'docker', database: serverDatabase('docker', isUp, open) };
}
