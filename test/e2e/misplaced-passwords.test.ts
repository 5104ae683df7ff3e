import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy } from '../support/program/in-process.ts';

const url = 'postgres://ada:PWsecret@db.example.org/shop';

it.each([
  [url],
  ['plan', url],
  ['plan', '--only', url],
  ['plan', '--from', url],
  ['plan', '--phase', url],
  ['plan', '--skip', url],
  ['plan', '--engine', url],
  ['plan', '--workspace', url],
  ['plan', `--workspace=${url}`],
  ['plan', '--config', url],
  ['plan', '--production-host', url],
  ['plan', `--${url}`],
  ['restore', url],
  ['report', '--output', url],
  ['checklist', '--file', url],
  ['token', '--role', url],
  ['token', '--ttl', url],
  ['run', '--non-interactive', '--lessons', url],
])('never repeats a password in the wrong argument: %s %s', async (...words) => {
  for (const json of [[], ['--json']]) {
    const { exit, stdout, stderr } = await erpDeploy(tempFolder(), [...words, ...json]);
    expect(`${stdout}${stderr}`).not.toContain('PWsecret');
    expect([2, 3]).toContain(exit);
  }
});

it('writes no URL into the lock, and no password of it into any file', async () => {
  const workspace = tempFolder();
  const words = ['run', '--non-interactive', '--engine', 'embedded', '--phase', 'prepare', '--database-url'];
  const { exit } = await erpDeploy(workspace, [...words, 'postgres://ada@h/shop?p%61ssword=PWsecret']);
  expect(exit).toBe(0);
  const files = readdirSync(join(workspace, '.erp-deploy'), { recursive: true, withFileTypes: true });
  const texts = files
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'));
  expect(texts.join('')).not.toContain('PWsecret');
  const locks = files.filter(({ parentPath }) => parentPath.endsWith('/lock'));
  for (const { parentPath, name } of locks.filter((one) => one.name.endsWith('.json')))
    expect(readFileSync(join(parentPath, name), 'utf8')).not.toContain('://');
});
