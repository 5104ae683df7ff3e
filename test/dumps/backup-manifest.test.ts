import { describe, expect, it } from 'vitest';
import { backupsAmong, isBackupName, readManifest } from '../../src/dumps/backup-manifest.ts';

it('accepts only names that are a valid time, because an invalid one could stay the newest for ever', () => {
  const names = ['20261130T031500Z.json', '99999999T999999Z.json', '20261301T000000Z.json', 'x.json'];
  expect(backupsAmong([...names, '20261130T031500Z.dump', '20200229T235959Z.json'])).toEqual([
    '20261130T031500Z',
    '20200229T235959Z',
  ]);
  for (const text of ['', '20261130T031500Z\n', '20261130T031500Z/../x', '20261130T246000Z'])
    expect(isBackupName(text)).toBe(false);
});

describe('a manifest', () => {
  const file = { bytes: 1, sha256: 'a'.repeat(64) };
  const manifest = { version: 1, made: '2026-11-30T03:15:00Z', database: 'shop', server: '17.6' };
  const whole = { ...manifest, dump: file, roles: file, rows: { 'erp.people': 2 } };
  const read = (changed: object) => readManifest(JSON.stringify({ ...whole, ...changed }));

  it('is read if each table is named as pg_dump names it', () => {
    const rows = { 'public.people': 2, 'public."odd ""name"': 0, '"ÄÖ".order$1': 3 };
    expect(read({ rows })?.rows).toEqual(rows);
  });

  it.each([
    { rows: { 'erp.people; drop table erp.people': 1 } },
    { rows: { '(select pg_sleep(1000000))': 1 } },
    { rows: { 'erp.people where pg_sleep(9) is null': 1 } },
    { rows: { 'erp."a"b"': 1 } },
    { rows: { people: 1 } },
    { rows: { 'erp.people': -1 } },
    { dump: { ...file, bytes: -1 } },
    { dump: { ...file, sha256: '\u001b[2J' } },
    { made: 'yesterday' },
    { version: 2 },
  ])('is refused with %j', (changed) => {
    expect(read(changed)).toBeNull();
  });

  it.each(['', 'null', '[]', '{"version":1', '['.repeat(100_000)])('is refused if it is %.20s', (text) => {
    expect(readManifest(text)).toBeNull();
  });
});
