/** Brings the testbed up: `npm run testbed:up`. */

import { composeV1, dockerConfig } from './places.ts';
import { bringUp } from './testbed.ts';

const started = performance.now();
const say = (line: string) => console.log(`${((performance.now() - started) / 1000).toFixed(1)} s  ${line}`);
try {
  await bringUp(say);
  say('the testbed is up');
  console.log(`compose v2: DOCKER_CONFIG=${dockerConfig}`);
  console.log(`compose v1: PATH=${composeV1}:$PATH`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
