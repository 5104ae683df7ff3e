import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesIn } from '../../src/adapters/files.ts';
import { temporaryName } from '../../src/adapters/temporary-name.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

it('removes the temporary files that a killed process left for the same file, and no others', async () => {
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

it('identifies the process of a temporary file by its name, and keeps the file if that process is in another PID namespace', async () => {
  const root = tempFolder();
  const own = await temporaryName('.env');
  const killed = own.replace(`.${process.pid}.`, `.${spawnSync('true').pid}.`);
  const reused = own.replace(/(?<=\.\d+\.)[0-9a-f]{6}/, '000000');
  // In the name, the last six digits before the random ones identify the PID namespace.
  const elsewhere = killed.replace(/[0-9a-f]{6}(?=\.[0-9a-f]{8}\.tmp$)/, '000000');
  for (const name of [own, killed, reused, elsewhere]) writeFileSync(join(root, name), 'x');
  await filesIn(root).write('.env', 'whole', 0o600);
  expect(readdirSync(root).sort()).toEqual(['.env', own, elsewhere].sort());
});
