import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesIn } from '../../src/adapters/files.ts';
import { tempFolder } from '../support/temp-folder.ts';

it('clears away what a killed process left of a write of the same file, and nothing else', async () => {
  const root = tempFolder();
  const gone = spawnSync('true').pid;
  const others = [
    `.env.${process.pid}.0123abcd.tmp`,
    `.env-example.${gone}.0123abcd.tmp`,
    '.env.1.tmp',
    '.env.bak',
  ];
  for (const name of [`.env.${gone}.0123abcd.tmp`, ...others]) writeFileSync(join(root, name), 'x');
  await filesIn(root).write('.env', 'whole', 0o600);
  expect(readdirSync(root).sort()).toEqual(['.env', ...others].sort());
});
