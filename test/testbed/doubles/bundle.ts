import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;

/** The programs, by the name of their folder. */
const doubles = ['postgrest', 'traefik', 'cloudflared', 'cloudflare'] as const;
export type Double = (typeof doubles)[number];

/**
 * Makes each double one file that runs under Node 24 with nothing beside it: `node postgrest.mjs`.
 * @param outDir is created where missing
 * @returns the file of each
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
    // What a health check starts every few seconds has to be read fast.
    minify: true,
    keepNames: true,
    // pg asks for it only where a program wants libpq.
    external: ['pg-native'],
    // pg is CommonJS, and asks for Node's own modules by require.
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
