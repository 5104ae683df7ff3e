import { chmod, copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { builtinsOnDemand } from './builtins-on-demand.ts';
import { fewParts } from './few-parts.ts';
import { lighterLibraries } from './lighter-libraries.ts';
import { newCluster } from './new-cluster.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

/**
 * Bundles the program into a folder, which is emptied first: small at the start, the heavy parts in files of their own.
 * @param entry a module that takes the place of src/cli.ts, for tests and pictures
 * @returns the files that are in the bundle, as paths from the checkout, those of node_modules included
 */
export async function bundle(outdir: string, entry = 'src/cli.ts'): Promise<readonly string[]> {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    metafile: true,
    entryPoints: { cli: entry, run: 'src/run.ts', 'embedded-worker': 'src/adapters/embedded-worker.ts' },
    entryNames: '[name]',
    chunkNames: 'part-[hash]',
    outdir,
    bundle: true,
    splitting: true,
    plugins: [fewParts, builtinsOnDemand, lighterLibraries],
    format: 'esm',
    platform: 'node',
    target: 'node22.13',
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // The scripts that run on a host: scripts/text-imports.d.ts.
    loader: { '.sh': 'text', '.bash': 'text' },
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
    // React's development build would be in the bundle too, and would be the one that runs.
    define: { __dirname: 'import.meta.dirname', 'process.env.NODE_ENV': '"production"' },
    // A CommonJS library inside an ES module asks for Node's own modules by require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  await writeFile(join(outdir, 'THIRD_PARTY_NOTICES'), thirdPartyNotices(Object.keys(metafile.inputs)));
  await copyFile(await newCluster(), join(outdir, 'new-cluster.tar.gz'));
  // npx makes it a program when it first links it, and never again: a second clone in the same place, or a file that came
  // without its mode, would be refused.
  await chmod('bin/erp-deploy.js', 0o755);
  return Object.keys(metafile.inputs);
}
