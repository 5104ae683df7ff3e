import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** Types, lint and unused code, by the names of their npm scripts. */
const checks = {
  types: ['tsc', '--noEmit'],
  lint: ['biome', 'check', '.'],
  'dead-code': ['knip'],
} as const;

/** Runs the checks at the same time. Returns the names of those that failed, having shown what each one said. */
export async function runChecks(say: (line: string) => void): Promise<readonly string[]> {
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, [program, ...words]]) => {
      const how = { cwd: checkout, reject: false, all: true, preferLocal: true, localDir: checkout } as const;
      const { exitCode, all } = await execa(program, words, { ...how, env: { FORCE_COLOR: '0' } });
      say(`npm run ${name}: ${exitCode === 0 ? 'passed' : 'failed'}`);
      return exitCode === 0 ? [] : [{ name, all }];
    }),
  );
  const failed = outcomes.flat();
  for (const { name, all } of failed) say(`\nnpm run ${name}:\n${all}\n`);
  return failed.map(({ name }) => name);
}
