import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy } from '../support/program/erp-deploy.ts';
import { finishedWorkspace } from '../support/workspace/workspace.ts';

/** Returns what a start loads: Node's own modules by name, and the program's files. */
async function loadedBy(workspace: string, words: readonly string[]) {
  const list = join(tempFolder(), 'loaded.json');
  const hook = `import module from 'node:module';
    const files = [];
    module.registerHooks({ load: (url, context, next) => { if (url.startsWith('file:')) files.push(url); return next(url, context); } });
    process.on('exit', () => process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(list)},
      JSON.stringify({ builtin: process.moduleLoadList, files })));`;
  const node = [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(hook)}`];
  expect(await erpDeploy(workspace, words, { node })).toMatchObject({ exit: 0 });
  const { builtin, files }: { builtin: string[]; files: string[] } = JSON.parse(readFileSync(list, 'utf8'));
  const sources = files.map((url) => readFileSync(fileURLToPath(url), 'utf8'));
  return { builtin, hasSchemas: sources.some((source) => source.includes('$ZodType')), count: files.length };
}

// Each takes milliseconds of every start, and a single import is enough to load it.
const slow = ['NativeModule crypto', 'NativeModule http', 'NativeModule tls', 'NativeModule worker_threads'];

test.each([[['--version']], [['--help']], [['run', '--help']]])(
  '%j loads neither the schemas nor a slow module of Node',
  async (words) => {
    const { builtin, hasSchemas, count } = await loadedBy('/', words);
    expect(builtin.filter((name) => slow.includes(name))).toEqual([]);
    expect(hasSchemas).toBe(false);
    expect(count).toBeLessThanOrEqual(5);
  },
);

test('status --recorded loads no slow module of Node', async () => {
  const { builtin, hasSchemas } = await loadedBy(await finishedWorkspace(), ['status', '--recorded']);
  expect(builtin.filter((name) => slow.includes(name))).toEqual([]);
  expect(hasSchemas).toBe(true);
});
