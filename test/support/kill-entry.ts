import { realAdapters } from '../../src/cli/adapters.ts';
import { start } from '../../src/cli.ts';
import { countedAdapters } from './counted-adapters.ts';
import { contentsVariable, EffectMeter } from './kill-point.ts';
import { tearableSteps } from './torn-steps.ts';

/** The program, with the kill in it that its environment tells; without one it lists its effects. */
const meter = new EffectMeter(process.env, await tearableSteps());
await start(countedAdapters(realAdapters, meter, process.env[contentsVariable]));
