import { expect, test } from 'vitest';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace } from '../support/workspace/workspace.ts';

const logs = (...words: readonly string[]) => erpDeploy(emptyWorkspace(), ['logs', ...words]);

test.each([
  [['elsewhere'], 'ERP-0103'],
  [['--tail', 'many'], 'ERP-0103'],
  [['--since', '$(reboot)'], 'ERP-0103'],
  [['--engine', 'embedded'], 'ERP-0137'],
  [['--database-url', 'postgres://me@127.0.0.1:1/erp'], 'ERP-0137'],
])('logs %j has no log to print, says why, and ends with 2', async (words, code) => {
  const { exit, stderr } = await logs(...words);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code });
});
