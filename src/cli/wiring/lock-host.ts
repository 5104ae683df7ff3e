import { randomUUID } from 'node:crypto';
import type { ConnectedProduction } from '../../connections/connected-production.ts';
import { quoted } from '../../domain/show-change.ts';
import { dropletLockHolder, ownerWords, takeDropletLock } from '../../host/host-lock.ts';
import type { CommandParts } from './command.ts';
import type { OpenWorkspace } from './workspace.ts';

/**
 * Takes the lock of the droplet, where a step of this roll-out works on it; waits for it with --wait-for-lock.
 * @throws ProblemError (exit 6) where another roll-out holds it
 */
export async function lockDroplet(parts: CommandParts, open: OpenWorkspace): Promise<void> {
  const { production } = open.world;
  if (production !== null && dropletSteps(open).length > 0) await holdDroplet(parts, production);
}

/** The steps of this roll-out that work on the droplet, should there be one: 3.7 with a client that it starts there. */
export function dropletSteps({ steps, skip, config }: OpenWorkspace): OpenWorkspace['steps'] {
  const tunnel = config.cloudflare.container !== undefined;
  return steps.filter(
    ({ id, phase }) => (phase === 'production' || id === '3.7' || (id === '3.6' && tunnel)) && !skip.has(id),
  );
}

/** The same for whatever works there; a server of others' has no lock. */
export async function holdDroplet(parts: CommandParts, production: ConnectedProduction): Promise<void> {
  if (production.stack === null) return;
  const { host } = production.stack;
  const { signal, teller, flags } = parts;
  let told = '';
  const tell = (text: string) => {
    if (text !== told) teller.tell({ type: 'note', level: 'info', text });
    told = text;
  };
  const todo = [
    'Wait until it is done: --wait-for-lock',
    `Or see whether it is still there, and take over: erp-deploy unlock --production-host ${quoted(host.name)}`,
  ];
  const how = { force: false, waits: flags.waitForLock ? tell : null, todo };
  production.lock = await takeDropletLock(host, await ownerOf(parts), randomUUID(), how, signal);
}

/** Shows who holds the lock of the droplet, and takes it from one whose heartbeat has stopped, or by force. */
export async function unlockDroplet(parts: CommandParts, { world }: OpenWorkspace): Promise<void> {
  const { production } = world;
  if (production?.stack == null) return;
  const { host } = production.stack;
  const { flags, signal, teller } = parts;
  const say = (text: string) => teller.tell({ type: 'note', level: 'info', text });
  const held = await dropletLockHolder(host, signal);
  if (held === null) return say(`Nobody holds the lock of ${host.name}.`);
  say(`On ${host.name}, held by ${ownerWords(held)}.`);
  const owner = await ownerOf(parts);
  const todo = ['Wait until it is done, and start again.', byForce(parts)];
  const how = { force: flags.force, waits: null, todo };
  const lock = await takeDropletLock(host, owner, randomUUID(), how, signal);
  await lock.release();
  say(`The lock of ${host.name} is free now.`);
}

/** What is left to whoever asked for a lock that somebody still holds. */
export const byForce = ({ typed }: CommandParts) =>
  `Or take it over all the same, where nobody is at work any more: ${typed} --force`;

async function ownerOf({ adapters, typed }: CommandParts) {
  const { user, host, pid } = await adapters.processTable().self();
  return { user, host, pid, since: adapters.clock(), command: typed };
}
