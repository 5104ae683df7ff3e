import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { builtinsOnDemand } from '../../scripts/builtins-on-demand.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

test('a library that requires process gets the whole module, and one that imports it the global one', async () => {
  const folder = tempFolder();
  const files = {
    'node_modules/requires/index.js': "module.exports = typeof require('process').emitWarning;",
    'node_modules/imports/index.mjs': "import own from 'node:process'; export default own === process;",
    'main.mjs':
      "export { default as required } from 'requires'; export { default as same } from 'imports/index.mjs';",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const outfile = join(folder, 'out.cjs');
  const entryPoints = [join(folder, 'main.mjs')];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    plugins: [builtinsOnDemand],
  });
  expect((await import(pathToFileURL(outfile).href)).default).toMatchObject({
    required: 'function',
    same: true,
  });
});
