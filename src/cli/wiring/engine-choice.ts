import type { Config } from '../../config/config.ts';
import { toolsOf } from '../../containers/tools.ts';
import type { Host } from '../../domain/ports.ts';
import type { Recorded } from '../../engine/journal.ts';

export interface EngineChoice {
  readonly engine: 'embedded' | 'docker';
  readonly reason: string;
}

/**
 * Where the local test runs. Decided once per roll-out: what was begun on an engine stays on it, until
 * another is asked for by name; the journal keeps that too, and a resume stays on the other one.
 * @param here where an engine is looked for; null where nothing is to be looked at
 */
export async function chooseEngine(
  config: Config,
  recorded: Recorded,
  here: Host | null,
  signal: AbortSignal,
): Promise<EngineChoice> {
  if (config.engine !== 'auto') return { engine: config.engine, reason: 'as asked' };
  if (recorded.engine !== null) return { engine: recorded.engine, reason: 'as the roll-out here goes on' };
  if (here === null) return { engine: 'embedded', reason: 'nothing was looked at' };
  const tools = await toolsOf(here, signal);
  return 'code' in tools
    ? { engine: 'embedded', reason: withoutDot(tools.what) }
    : { engine: 'docker', reason: `Docker ${tools.engine} answers, with Compose ${tools.composeVersion}` };
}

const withoutDot = (sentence: string) => sentence.replace(/\.$/, '');
