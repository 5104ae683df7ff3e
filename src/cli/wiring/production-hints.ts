import type { ProbeResult } from '../../domain/front-end.ts';
import { FileFault } from '../../domain/ports/files.ts';
import { asProblem } from '../../engine/faults.ts';
import type { CommandParts } from './command.ts';
import type { ProductionHints } from './setup.ts';

/** Returns the hosts that the operator's SSH configuration names, and how to try one. */
export async function productionHints(parts: CommandParts): Promise<ProductionHints> {
  return { hosts: await sshHosts(parts), probe: (host) => tryLogin(parts, host) };
}

/** Returns the aliases of `Host` lines without wildcards, as ssh_config(5) defines them; files that it includes are not read. */
async function sshHosts({ adapters, env }: CommandParts): Promise<readonly string[]> {
  if (!env.HOME) return [];
  try {
    const text = await adapters.filesIn(env.HOME).read('.ssh/config');
    const names = text
      .split('\n')
      .flatMap((line) => /^\s*host[\s=]+(.*)$/i.exec(line)?.[1]?.trim().split(/\s+/) ?? []);
    return [...new Set(names.filter((name) => /^[\w.-]+$/.test(name)))];
  } catch (error) {
    // Without a configuration that can be read there is nothing to suggest.
    if (error instanceof FileFault) return [];
    throw error;
  }
}

/** Logs in and out. Nothing is asked: a passphrase or an unknown host key is asked for when the rollout starts. */
async function tryLogin({ env, traffic }: CommandParts, host: string): Promise<ProbeResult> {
  try {
    const { connectSsh } = await import('../../adapters/ssh/connect.ts');
    const connected = await connectSsh(host, {
      environment: env,
      traffic,
      askPassphrase: async () => null,
      decideHostKey: async () => false,
    });
    await connected.close();
    return { ok: true, text: `${host}: the login works` };
  } catch (error) {
    const { what } = asProblem(error);
    return { ok: false, text: `${what} You can go on: the rollout asks again.` };
  }
}
