import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** Checks by the names of their npm scripts. Some unit tests need the build. */
const programs = {
  build: ['node', 'scripts/build.ts'],
  types: ['tsc', '--noEmit'],
  lint: ['biome', 'check', '.'],
  'dead-code': ['knip'],
} as const;

export type Check = keyof typeof programs;

export const allChecks: readonly Check[] = ['build', 'types', 'lint', 'dead-code'];

/** Runs these checks at the same time, and prints their output. Returns those that failed. */
export async function runChecks(
  names: readonly Check[],
  say: (line: string) => void,
): Promise<readonly Check[]> {
  const outcomes = await Promise.all(names.map(run));
  for (const { name, passed, output } of outcomes)
    say(passed ? `npm run ${name}: passed` : `\nnpm run ${name}: failed\n${output}\n`);
  return outcomes.filter(({ passed }) => !passed).map(({ name }) => name);
}

async function run(name: Check) {
  const [program, ...words] = programs[name];
  const how = { cwd: checkout, reject: false, all: true, preferLocal: true, localDir: checkout } as const;
  const { exitCode, all } = await execa(program, words, { ...how, env: { FORCE_COLOR: '0' } });
  return { name, passed: exitCode === 0, output: all };
}
