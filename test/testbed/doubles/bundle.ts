import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;

/** The programs by the names of their folders. */
const doubles = ['postgrest', 'traefik', 'cloudflared', 'cloudflare'] as const;
export type Double = (typeof doubles)[number];

/**
 * Bundles each double into one file that runs under Node 24 without other files: `node postgrest.mjs`.
 * @param outDir is created if it does not exist
 * @returns the file of each double
 */
export async function bundleDoubles(outDir: string): Promise<Readonly<Record<Double, string>>> {
  await mkdir(outDir, { recursive: true });
  await build({
    entryPoints: doubles.map((name) => ({ in: join(here, name, 'main.ts'), out: name })),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Health checks start the program every few seconds, so it has to load fast.
    minify: true,
    keepNames: true,
    // pg imports it only for programs that use libpq.
    external: ['pg-native'],
    // pg is CommonJS, and loads Node's modules with require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  const file = (name: Double) => join(outDir, `${name}.mjs`);
  return {
    postgrest: file('postgrest'),
    traefik: file('traefik'),
    cloudflared: file('cloudflared'),
    cloudflare: file('cloudflare'),
  };
}
