import { realAdapters } from '../../../src/cli/wiring/adapters.ts';
import { start as startWith } from '../../../src/cli.ts';
import { countedAdapters } from '../program/counted-adapters.ts';
import { tearableSteps } from '../program/torn-steps.ts';
import { contentsVariable, EffectMeter } from './kill-point.ts';

/** Starts the program with the kill in its environment variables; without one, the program lists its effects. */
export async function start(): Promise<void> {
  const meter = new EffectMeter(process.env, await tearableSteps());
  await startWith(countedAdapters(realAdapters, meter, process.env[contentsVariable]));
}
