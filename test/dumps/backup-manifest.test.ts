import { expect, test } from 'vitest';
import { readManifest } from '../../src/dumps/backup-manifest.ts';

const file = { bytes: 7, sha256: 'a'.repeat(64) };
const manifest = {
  version: 1,
  made: '2026-11-30T03:15:00Z',
  database: 'portfolio',
  server: '17.6',
  dump: file,
  roles: file,
  rows: { 'erp.people': 3 },
};

test('a manifest of this version is read, and none of a newer one', () => {
  expect(readManifest(JSON.stringify(manifest))).toEqual(manifest);
  expect(readManifest(JSON.stringify({ ...manifest, version: 2 }))).toBeNull();
  expect(readManifest('{')).toBeNull();
});
