import { expect, it } from 'vitest';
import { filesIn } from '../../src/adapters/files.ts';
import { processesIn } from '../../src/adapters/processes.ts';
import type { Change } from '../../src/domain/change.ts';
import { applyChange } from '../../src/engine/executor.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { bench } from '../support/report/bench.ts';
import { commandOf } from '../support/workspace/changes.ts';

const signal = new AbortController().signal;
const node = (script: string): [string, ...string[]] => [process.execPath, '-e', script];

/** The executor with real processes, in a folder of their own. */
async function workspace() {
  const root = tempFolder();
  const { parts, types } = await bench({ processes: processesIn(root) });
  const apply = (change: Change) => applyChange(parts, '2.1', change, signal);
  return { apply, types, files: filesIn(root) };
}

it('runs a program with unchanged arguments, without a shell', async () => {
  const { apply, files, types } = await workspace();
  const script = 'require("node:fs").writeFileSync("said", process.argv[1])';
  expect(await apply(commandOf([...node(script), '$(id); *']))).toBe('applied');
  expect(await files.read('said')).toBe('$(id); *');
  expect(types()).toEqual(['intended', 'applied']);
});

it('runs it in the folder that it names', async () => {
  const { apply, files } = await workspace();
  await files.makeDirectory('services/erp');
  await apply(commandOf(node('require("node:fs").writeFileSync("here", "")'), { cwd: 'services/erp' }));
  expect(await files.list('services/erp')).toEqual(['here']);
});

it('reports a failing program as a failed step, with the last lines of its output', async () => {
  const { apply, types } = await workspace();
  const failing = commandOf(node('console.error("no such network"); process.exit(7)'));
  await expect(apply(failing)).rejects.toMatchObject({
    problems: [
      {
        code: 'ERP-0410',
        exit: 4,
        why: expect.stringContaining('It ended with exit code 7'),
        excerpt: expect.arrayContaining(['no such network']),
      },
    ],
  });
  expect(types()).toEqual(['intended']);
});

it('reports a program that a signal ended', async () => {
  const { apply } = await workspace();
  await expect(apply(commandOf(node('process.kill(process.pid, "SIGKILL")')))).rejects.toMatchObject({
    problems: [{ code: 'ERP-0410', exit: 4, why: expect.stringContaining('a signal') }],
  });
});

it('reports a program that is not installed as a missing prerequisite', async () => {
  const { apply } = await workspace();
  await expect(apply(commandOf(['erp-deploy-no-such-program', 'up']))).rejects.toMatchObject({
    problems: [
      { code: 'ERP-0410', exit: 3, what: 'erp-deploy-no-such-program cannot be run on this machine.' },
    ],
  });
});

it('does not report a program as missing if its folder is missing', async () => {
  const { apply } = await workspace();
  await expect(apply(commandOf(node(''), { cwd: 'nowhere' }))).rejects.toThrow(
    'enter the folder nowhere: ENOENT',
  );
});

it('runs a program only if the command that checks its precondition succeeds', async () => {
  const { apply, files, types } = await workspace();
  const change = (argv: [string, ...string[]]) =>
    commandOf(node('require("node:fs").writeFileSync("ran", "")'), { onlyIf: { argv } });
  expect(await apply(change(node('process.exit(1)')))).toBe('moved');
  expect(await apply(change(['erp-deploy-no-such-program']))).toBe('moved');
  expect(await files.list('.')).toEqual([]);
  expect(types()).toEqual([]);
  expect(await apply(change(node('')))).toBe('applied');
  expect(await files.list('.')).toEqual(['ran']);
});
