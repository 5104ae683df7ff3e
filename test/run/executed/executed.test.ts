import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { checksumOf } from '../../../src/database/checksum.ts';
import { exitCodes } from '../../../src/domain/problem.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';
import { recordCoverageOf, takeSourcesOfPrograms } from './program-coverage.ts';
import { FileCoverage } from './record-file.ts';

test('a test file executes the sources in which it calls a function, and not those that it only loads', () => {
  const measured = new FileCoverage(undefined);
  checksumOf('before');
  measured.begin();
  expect(exitCodes.done).toBe(0);
  expect(measured.end()).toEqual([]);
  checksumOf('after');
  expect(measured.end()).toEqual(['src/database/checksum.ts']);
});

/** A built program of three sources. */
const sources = {
  'cli.ts': `import { used } from './used.ts';
    import { unused } from './unused.ts';
    export const start = () => console.log(process.argv.length > 9 ? unused() : used());`,
  'used.ts': `export const used = () => 'used';`,
  'unused.ts': `const table = [1, 2];\nexport const unused = () => table.map((one) => one + 1);`,
};

test('a built program executes the sources in which it calls a function, as its source map says', async () => {
  const program = join(tempFolder(), 'program');
  for (const folder of ['src', 'bin']) mkdirSync(join(program, folder), { recursive: true });
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(program, 'src', name), text);
  const bin = join(program, 'bin/erp-deploy.js');
  writeFileSync(bin, "#!/usr/bin/env node\nimport('../dist/cli.js').then(({ start }) => start());\n");
  writeFileSync(join(program, 'package.json'), '{ "type": "module" }');
  const entry = join(program, 'src/cli.ts');
  const how = { bundle: true, format: 'esm', sourcemap: 'linked', outdir: join(program, 'dist') } as const;
  await build({ ...how, entryPoints: [entry] });
  recordCoverageOf(program);
  expect(execFileSync(process.execPath, [bin], { encoding: 'utf8' })).toBe('used\n');
  const executed = takeSourcesOfPrograms(program);
  expect([...executed].toSorted()).toEqual(['src/cli.ts', 'src/used.ts']);
  expect(takeSourcesOfPrograms(program)).toEqual(new Set());
});
