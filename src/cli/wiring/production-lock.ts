import { randomUUID } from 'node:crypto';
import type { ConnectedProduction } from '../../connections/connected-production.ts';
import { commandLine, sameCommand } from '../../domain/command-text.ts';
import type { Remedy } from '../../domain/remedy.ts';
import { holderText, hostLockHolder, type LockOwner, takeHostLock } from '../../host/host-lock.ts';
import type { CommandParts } from './command.ts';
import type { OpenWorkspace } from './workspace.ts';

/**
 * Takes the lock of the production host if a step of this rollout works on it; waits for it with --wait-for-lock.
 * @throws ProblemError (exit 6) if another rollout holds it
 */
export async function lockProduction(parts: CommandParts, open: OpenWorkspace): Promise<void> {
  const { production } = open.ports;
  if (production === null || productionSteps(open).length === 0) return;
  production.logInAhead?.();
  await holdProduction(parts, production);
}

/** Returns the steps of this rollout that would work on a production host: 3.7 starts a client there. */
export function productionSteps({ steps, skip, config }: OpenWorkspace): OpenWorkspace['steps'] {
  const tunnel = config.cloudflare.container !== undefined;
  return steps.filter(
    ({ id, phase }) => (phase === 'production' || id === '3.7' || (id === '3.6' && tunnel)) && !skip.has(id),
  );
}

/** Takes the lock of the production host; a managed server has none. */
export async function holdProduction(parts: CommandParts, production: ConnectedProduction): Promise<void> {
  if (production.stack === null) return;
  const { host } = production.stack;
  const { signal, reporter, flags } = parts;
  let last = '';
  const report = (text: string) => {
    if (text !== last) reporter.emit({ type: 'note', level: 'info', text });
    last = text;
  };
  const todo = [
    { text: 'Wait until it is done', command: sameCommand('--wait-for-lock') },
    {
      text: 'Or check whether that rollout still runs, and take the lock over',
      command: ['erp-deploy', 'unlock', '--production-host', host.name],
    },
  ];
  const how = { force: false, waits: flags.waitForLock ? report : null, todo, hasEnded: endedHere(parts) };
  production.lock = await takeHostLock(host, await ownerOf(parts), randomUUID(), how, signal);
  // What was inspected without the lock, another rollout may have changed since.
  host.forget?.();
}

/** Shows who holds the lock of the production host, and takes it over if its heartbeat has stopped, or by force. */
export async function unlockProduction(parts: CommandParts, { ports }: OpenWorkspace): Promise<void> {
  const { production } = ports;
  if (production?.stack == null) return;
  const { host } = production.stack;
  const { flags, signal, reporter } = parts;
  const say = (text: string) => reporter.emit({ type: 'note', level: 'info', text });
  const held = await hostLockHolder(host, signal);
  if (held === null) return say(`The lock of ${host.name} is free already.`);
  say(`The lock of ${host.name} is held by ${holderText(held)}.`);
  const owner = await ownerOf(parts);
  const todo = [{ text: 'Wait until it is done, then run again.' }, byForce];
  const how = { force: flags.force, waits: null, todo, hasEnded: endedHere(parts) };
  const lock = await takeHostLock(host, owner, randomUUID(), how, signal);
  await lock.release();
  say(`The lock of ${host.name} is free now.`);
}

/** Returns what the operator can do about a lock that is still held. */
export const byForce: Remedy = {
  text: 'Or take it over by force, if that rollout does not run any more',
  command: sameCommand('--force'),
};

async function ownerOf({ adapters, typed }: CommandParts): Promise<LockOwner> {
  const { user, host, pid, started, boot, pidNamespace, machine } = await adapters.processTable().self();
  const command = commandLine(['erp-deploy', ...typed]);
  return { user, host, pid, since: adapters.clock(), command, started, boot, pidNamespace, machine };
}

/**
 * Returns a function that says whether a lock was left by a process of this machine that has ended, and reports it. The
 * machine is recognized by its id and its name, since either alone can be the same elsewhere.
 */
function endedHere({ adapters, reporter }: CommandParts): (owner: LockOwner) => Promise<boolean> {
  let last = '';
  return async ({ started, boot, pidNamespace, machine, ...owner }) => {
    const table = adapters.processTable();
    const self = await table.self();
    if (machine == null || machine !== self.machine || owner.host !== self.host) return false;
    if (started === undefined || boot === undefined) return false;
    if ((await table.isRunning({ ...owner, started, boot, pidNamespace })) !== 'gone') return false;
    const text = `The lock was left by process ${owner.pid} of this machine ("${owner.command}", since ${owner.since}), which has ended. This process takes it over.`;
    // Asked again while a command of that process still runs on the host.
    if (text !== last) reporter.emit({ type: 'note', level: 'info', text });
    last = text;
    return true;
  };
}
