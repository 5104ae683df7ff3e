import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** What every command loads: with it, the bundle has a few parts for all of them in place of forty small ones. */
const shared = [
  'cli/wiring/command-line.ts',
  'cli/wiring/execute.ts',
  'cli/wiring/adapters.ts',
  'cli/commands/recorded-status.ts',
].map((path) => join(src, path));

/**
 * Bundles what every command loads into few files: finding and opening a file costs a start as much as some thousand
 * lines in it. esbuild puts modules that the same entries reach into one part, so each module that is loaded on demand
 * is made to reach all of them.
 */
export const fewParts: Plugin = {
  name: 'few-parts',
  setup({ onLoad }) {
    const entries = new Set([join(src, 'run.ts'), ...loadedOnDemand()]);
    onLoad({ filter: /\/src\/.*\.tsx?$/ }, ({ path }) => {
      if (!entries.has(path)) return undefined;
      const others = shared.filter((one) => one !== path);
      return {
        contents: others.map((one) => `import ${JSON.stringify(one)};`).join('') + readFileSync(path, 'utf8'),
        loader: path.endsWith('x') ? 'tsx' : 'ts',
        resolveDir: dirname(path),
      };
    });
  },
};

/** Returns the absolute paths of the modules that others load by `import('./…')`. */
function loadedOnDemand(): readonly string[] {
  return globSync('**/*.{ts,tsx}', { cwd: src }).flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(/\bimport\(\s*'(\.[^']+)'/g)].map(([, path = '']) =>
      join(src, dirname(file), path),
    ),
  );
}
