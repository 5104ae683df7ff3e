/**
 * Bundles the program into dist/ (or the folder given): small at the start, the heavy parts in files of
 * their own. A second word names a module that takes the place of src/cli.ts, for tests and pictures.
 */
import { chmod, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { newCluster } from './new-cluster.ts';

const [outdir = 'dist', entry = 'src/cli.ts'] = process.argv.slice(2);

await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: { cli: entry, run: 'src/run.ts', 'embedded-worker': 'src/adapters/embedded-worker.ts' },
  entryNames: '[name]',
  chunkNames: 'part-[hash]',
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.13',
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  // These find files of their own (WebAssembly) beside themselves, and stay where npm put them; Ink loads React's developer tools only where they are asked for.
  external: [
    '@electric-sql/pglite',
    '@electric-sql/pglite-pgvector',
    'libpg-query',
    'react-devtools-core',
    'cpu-features',
    '*.node',
  ],
  // ssh2's WebAssembly asks where it lies, though it is in the file itself. Its native parts are optional, and left out.
  define: { __dirname: 'import.meta.dirname' },
  // A CommonJS library inside an ES module asks for Node's own modules by require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
await copyFile(await newCluster(), join(outdir, 'new-cluster.tar.gz'));
// npx makes it a program when it first links it, and never again: a second clone in the same place, or a file that came
// without its mode, would be refused.
await chmod('bin/erp-deploy.js', 0o755);
