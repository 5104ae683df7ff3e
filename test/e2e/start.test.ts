import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy, programFile } from '../support/program/erp-deploy.ts';
import { Terminal } from '../support/wizard/terminal.ts';
import { configured, seen } from '../support/wizard/wizard.ts';
import { finishedWorkspace } from '../support/workspace/workspace.ts';

/**
 * A module for --import that writes the names and files of all loaded modules to a file, when a text is printed or at
 * the end.
 */
function writesLoaded(list: string, text: string): string {
  const module = `import module from 'node:module';
    const files = [];
    module.registerHooks({ load: (url, context, next) => { if (url.startsWith('file:')) files.push(url); return next(url, context); } });
    const write = () => process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(list)},
      JSON.stringify({ builtin: process.moduleLoadList, files }));
    if (${JSON.stringify(text)} === '') process.on('exit', write);
    else {
      const print = process.stdout.write;
      let printed = false;
      process.stdout.write = function (chunk, ...rest) {
        if (!printed && (printed = String(chunk).includes(${JSON.stringify(text)}))) write();
        return print.call(this, chunk, ...rest);
      };
    }`;
  return `data:text/javascript,${encodeURIComponent(module)}`;
}

function readLoaded(list: string): {
  readonly builtin: readonly string[];
  readonly files: readonly string[];
} {
  return JSON.parse(readFileSync(list, 'utf8'));
}

/** Returns the modules that a start loads: those of Node by name, and the files of the program. */
async function loadedBy(workspace: string, words: readonly string[]) {
  const list = join(tempFolder(), 'loaded.json');
  const node = [process.execPath, '--import', writesLoaded(list, '')];
  expect(await erpDeploy(workspace, words, { node })).toMatchObject({ exit: 0 });
  const { builtin, files } = readLoaded(list);
  const sources = files.map((url) => readFileSync(fileURLToPath(url), 'utf8'));
  return { builtin, hasSchemas: sources.some((source) => source.includes('$ZodType')), count: files.length };
}

// Loading each of them takes milliseconds of every start, and a single import is enough.
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

// Each takes a tenth of the time until the first frame: yoga uses `fetch`, and Ink reads the size of the terminal.
const slowInFrames = ['internal/deps/undici/undici', 'http2', 'child_process'].map(
  (name) => `NativeModule ${name}`,
);

test('the first frame of the wizard is drawn before a slow module of Node is loaded', async () => {
  const list = join(tempFolder(), 'loaded.json');
  const start = ['--import', writesLoaded(list, 'checking'), programFile(), 'run', '--engine', 'embedded'];
  const wizard = Terminal.start([process.execPath, ...start], { cwd: configured() });
  await wizard.until(seen.plan);
  wizard.press('q');
  expect(await wizard.exit()).toBe(0);
  expect(readLoaded(list).builtin.filter((name) => slowInFrames.includes(name))).toEqual([]);
});
