import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, put } from '../support/workspace/workspace.ts';

it('a drill neither stores nor removes anything in the target of a link that replaces its folder', async () => {
  const copies = tempFolder();
  const victim = tempFolder();
  const [name, text] = ['20261130T031500Z', 'rows'];
  const is = { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
  const about = { version: 1, made: '2026-11-30T03:15:00Z', database: 'shop', server: '17.6' };
  put(copies, `${name}.json`, JSON.stringify({ ...about, dump: is, roles: is, rows: {} }));
  for (const ending of ['.dump', '.roles.sql']) put(copies, `${name}${ending}`, text);
  put(victim, '20200101T000000Z.dump', 'precious');
  const workspace = emptyWorkspace({ 'erp-deploy.config.yaml': `backup: { folder: ${copies} }\n` });
  mkdirSync(join(workspace, '.erp-deploy'), { mode: 0o700 });
  symlinkSync(victim, join(workspace, '.erp-deploy/drill'));
  const words = ['restore', '--drill', '--database-url', 'postgres://ada@127.0.0.1:9/shop'];
  const { exit, stderr } = await erpDeploy(workspace, words);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0630' });
  expect(readdirSync(victim)).toEqual(['20200101T000000Z.dump']);
});
