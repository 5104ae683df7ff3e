import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { erpDeploy, startErpDeploy } from '../support/program/erp-deploy.ts';
import { finishedWorkspace, put } from '../support/workspace/workspace.ts';

const file = 'service-builds/postgres-erp/migrations/100_colour.sql';

test('validate --watch validates again after a migration or the database changed, beside a rollout, until Ctrl-C', async () => {
  const workspace = await finishedWorkspace();
  const watching = startErpDeploy(workspace, ['validate', '--watch', '--no-behaviour']);
  let seen = '';
  const add = (chunk: Buffer) => {
    seen += chunk.toString();
  };
  watching.stdout?.on('data', add);
  watching.stderr?.on('data', add);
  /** Waits for a text, and discards the output up to it. */
  const until = async (text: RegExp) => {
    await expect.poll(() => seen, { timeout: 60_000 }).toMatch(text);
    seen = seen.slice((text.exec(seen)?.index ?? 0) + (text.exec(seen)?.[0].length ?? 0));
  };
  await until(/The database matches its migrations\.[\s\S]*watching/);
  put(workspace, file, 'alter table erp.people ad column colour text;\n');
  await until(/ERP-05\d\d[\s\S]*watching/);
  put(workspace, file, 'alter table erp.people add column colour text;\n');
  await until(/1 migration is not applied yet[\s\S]*watching/);
  const run = await erpDeploy(workspace, ['run', '--non-interactive', '--engine', 'embedded']);
  expect(run).toMatchObject({ exit: 0, stderr: '' });
  await until(/The database matches its migrations\.[\s\S]*watching/);
  rmSync(join(workspace, file));
  await until(/ERP-05\d\d[\s\S]*watching/);
  watching.kill('SIGINT');
  expect((await watching).exitCode).toBe(130);
});
