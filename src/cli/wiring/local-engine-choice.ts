import type { Config } from '../../config/config.ts';
import type { Host } from '../../domain/ports/host.ts';
import type { Recorded } from '../../engine/journal.ts';

export interface LocalEngineChoice {
  readonly engine: 'embedded' | 'docker';
  readonly reason: string;
}

/**
 * Chooses where the database of the local test runs: in this process (embedded) or in Docker. A rollout keeps its
 * engine, which the journal records, until a flag or the configuration names another engine.
 * @param byFlag whether the configuration's engine comes from a flag
 * @param here the machine to check for a Docker engine; null to skip this check
 */
export async function chooseLocalEngine(
  config: Config,
  byFlag: boolean,
  recorded: Recorded,
  here: Host | null,
  signal: AbortSignal,
): Promise<LocalEngineChoice> {
  if (config.engine !== 'auto')
    return { engine: config.engine, reason: byFlag ? 'from --engine' : 'from the configuration' };
  if (recorded.engine !== null) return { engine: recorded.engine, reason: 'from the earlier rollout' };
  if (here === null) return { engine: 'embedded', reason: 'Docker was not checked' };
  const { toolsOf } = await import('../../containers/tools.ts');
  const tools = await toolsOf(here, signal);
  return 'code' in tools
    ? { engine: 'embedded', reason: withoutDot(tools.what) }
    : { engine: 'docker', reason: `Docker ${tools.engine} answers, with Compose ${tools.composeVersion}` };
}

const withoutDot = (sentence: string) => sentence.replace(/\.$/, '');
