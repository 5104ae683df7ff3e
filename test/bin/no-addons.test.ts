import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

test('npm ci compiled no addon of ssh2 or cpu-features', () => {
  const compiled = globSync('node_modules/{ssh2,cpu-features}/**/*.node', { cwd: checkout });

  expect(compiled, 'run npm ci again').toEqual([]);
});
