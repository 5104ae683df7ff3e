import { expect, test } from 'vitest';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace } from '../support/workspace/workspace.ts';

const psql = (...words: readonly string[]) => erpDeploy(emptyWorkspace(), ['psql', ...words]);

test.each([
  [['--role', 'erp_admin'], 'ERP-0140'],
  [['--role', 'postgres', '--force'], 'ERP-0103'],
  [['--engine', 'embedded'], 'ERP-0141'],
  [['--database-url', 'postgres://me@127.0.0.1:1/erp'], 'ERP-0141'],
])('psql %j opens no session, gives the reason, and exits with 2', async (words, code) => {
  const { exit, stdout, stderr } = await psql(...words);
  expect({ exit, stdout, code: problemIn(stderr).code }).toEqual({ exit: 2, stdout: '', code });
});
