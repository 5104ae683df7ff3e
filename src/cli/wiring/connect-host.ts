import type { Config } from '../../config/config.ts';
import type { HostLock } from '../../host/host-lock.ts';
import type { CommandParts } from './command.ts';
import { canAsk } from './terminal.ts';

/**
 * Connects to the droplet as the operator's own ssh would. A host key that nobody knows is trusted where a
 * flag names it, or a person says so; the passphrase of a locked key is asked for on the terminal.
 * @throws ProblemError
 */
export async function connectDroplet(
  parts: CommandParts,
  { production }: Config,
  lock: () => HostLock | null,
) {
  const { flags, terminal, teller, signal } = parts;
  const asked = new Set<string>();
  const { connectSsh } = await import('../../adapters/ssh/connect.ts');
  const connecting = connectSsh(production.host ?? '', {
    environment: parts.env,
    folder: production.directory,
    lock,
    askPassphrase: async (key) => {
      const intent = await teller.ask({ type: 'passphrase', key, again: asked.has(key) }, signal);
      asked.add(key);
      return intent.type === 'passphrase' ? intent.passphrase : null;
    },
    decideHostKey: async (shown) => {
      if (flags.hostKeyFingerprint !== undefined) return flags.hostKeyFingerprint === shown.fingerprint;
      if (parts.name !== 'run' || flags.yes || !canAsk(flags, terminal)) return false;
      return (await teller.ask({ type: 'host-key', ...shown }, signal)).type === 'approve';
    },
  });
  return connecting.catch((error: unknown) => {
    // Whoever stops the program while they are asked gives no key up: no log-in was refused.
    signal.throwIfAborted();
    throw error;
  });
}
