import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy } from '../support/program/in-process.ts';

const at = '2026-11-22T21:04:00.000Z';
const kept = createHash('sha256').update('precious').digest('hex');

/** Forged records of a rollout that claims to have written a file. */
function journalOf(path: string, undo?: object): string {
  const records = [
    {
      type: 'rollout',
      rollout: '2026-11-22-aaaaaaaa',
      program: '0.1.0',
      engine: 'embedded',
      by: 'a@b',
      steps: ['0.1'],
    },
    {
      type: 'intended',
      step: '0.1',
      scope: `write:${path}`,
      ...(undo === undefined ? { written: { path, sha256: kept } } : { undo }),
    },
    { type: 'applied', step: '0.1', scope: `write:${path}` },
    { type: 'finished', exit: 0 },
  ];
  return records.map((one) => `${JSON.stringify({ v: 1, at, ...one })}\n`).join('');
}

/** Returns a workspace beside a folder that does not belong to it. */
function besideVictim(): { readonly workspace: string; readonly victim: string } {
  const root = tempFolder();
  const [workspace, victim] = [join(root, 'workspace'), join(root, 'victim')];
  for (const folder of [join(workspace, '.erp-deploy'), victim, join(victim, 'empty')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(victim, 'keep.txt'), 'precious');
  symlinkSync(victim, join(workspace, 'link'));
  return { workspace, victim };
}

it.each([
  ['a file above the workspace', '../victim/keep.txt', undefined],
  ['a file behind a symbolic link', 'link/keep.txt', undefined],
  [
    'a folder above the workspace',
    '../victim/empty',
    { type: 'folder', host: 'here', path: '../victim/empty', above: [] },
  ],
  ['a parent of a folder', 'x', { type: 'folder', host: 'here', path: 'x', above: ['../victim/empty'] }],
  ['a moved file', 'x', { type: 'move', from: 'x', to: '../victim/keep.txt', sha256: kept }],
  ['an absolute path', '/victim/keep.txt', undefined],
])('refuses to undo %s, and changes nothing', async (_, path, undo) => {
  const { workspace, victim } = besideVictim();
  appendFileSync(join(workspace, '.erp-deploy/journal.jsonl'), journalOf(path, undo));
  const words = ['rollback', '--allow-copied-journal', '--non-interactive', '--engine', 'embedded'];
  const { exit, stderr } = await erpDeploy(workspace, words);
  expect({ exit, stderr }).toEqual({ exit: 3, stderr: expect.stringContaining('ERP-0835') });
  expect(readFileSync(join(victim, 'keep.txt'), 'utf8')).toBe('precious');
  expect(existsSync(join(victim, 'empty'))).toBe(true);
});

it('reports a journal that names a step that does not exist', async () => {
  const { workspace } = besideVictim();
  writeFileSync(join(workspace, '.erp-deploy/journal.jsonl'), journalOf('x').replaceAll('"0.1"', '"0.9"'));
  const { exit, stderr } = await erpDeploy(workspace, [
    'rollback',
    '--allow-copied-journal',
    '--non-interactive',
    '--engine',
    'embedded',
  ]);
  expect({ exit, stderr }).toEqual({ exit: 3, stderr: expect.stringContaining('ERP-0835') });
});
