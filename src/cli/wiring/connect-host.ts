import type { Config } from '../../config/config.ts';
import { ProblemError } from '../../domain/problem.ts';
import { planMoved } from '../../engine/saved-plan/problems.ts';
import type { HostLock } from '../../host/host-lock.ts';
import type { CommandParts } from './command.ts';
import { canAsk, canPrompt } from './terminal.ts';

/**
 * Connects to the production host as the operator's own ssh would. An unknown host key is trusted only if a flag names
 * it or the operator accepts it. The passphrase of a locked key is asked for on the terminal.
 * @throws ProblemError if the host cannot be reached or refuses the login
 */
export async function connectHost(parts: CommandParts, { production }: Config, lock: () => HostLock | null) {
  const { flags, terminal, reporter, signal } = parts;
  const asked = new Set<string>();
  const canAnswer = canPrompt(flags, terminal);
  const { connectSsh } = await import('../../adapters/ssh/connect.ts');
  const connecting = connectSsh(production.host ?? '', {
    environment: parts.env,
    folder: production.directory,
    transport: production.ssh,
    lock,
    traffic: parts.traffic,
    askPassphrase: async (key) => {
      const intent = await reporter.ask({ type: 'passphrase', key, again: asked.has(key) }, signal);
      asked.add(key);
      return intent.type === 'passphrase' ? intent.passphrase : null;
    },
    trusted: (fingerprint) => {
      const { expected } = parts.hostKey;
      if (expected !== null && expected !== fingerprint) {
        throw new ProblemError(planMoved([`host key: was ${expected}, is ${fingerprint}`]));
      }
      parts.hostKey.shown = fingerprint;
    },
    ...(canAnswer && {
      askSecret: async (question: string, again: boolean) => {
        const intent = await reporter.ask(
          { type: 'passphrase', key: production.host ?? '', again, asks: question },
          signal,
        );
        return intent.type === 'passphrase' ? intent.passphrase : null;
      },
    }),
    decideHostKey: async (shown) => {
      if (flags.hostKeyFingerprint !== undefined) return flags.hostKeyFingerprint === shown.fingerprint;
      if (parts.name !== 'run' || flags.yes || !canAsk(flags, terminal)) return false;
      return (await reporter.ask({ type: 'host-key', ...shown }, signal)).type === 'approve';
    },
  });
  return connecting.catch((error: unknown) => {
    // An operator who stops at a prompt has not been refused a login, so report the interruption instead.
    signal.throwIfAborted();
    throw error;
  });
}
