import { expect, test } from 'vitest';
import { entriesOf, isOurs, readArchive } from '../../src/dumps/archive.ts';

const listing = `;
; Archive created at 2026-11-23 07:32:01 UTC
;     dbname: portfolio
;     TOC Entries: 9
;     Compression: gzip
;
; Selected TOC Entries:
;
7; 2615 16386 SCHEMA - erp erp_admin
3456; 0 0 COMMENT - SCHEMA erp erp_admin
3457; 0 0 ACL - SCHEMA erp erp_admin
8; 2615 16999 SCHEMA - erp_deploy erp_admin
9; 2615 17999 SCHEMA - erp_elsewhere others
2; 3079 16500 EXTENSION - vector 
3458; 0 0 COMMENT - EXTENSION vector 
217; 1259 16398 TABLE erp people erp_admin
218; 1259 16399 TABLE public theirs others
3300; 0 16398 TABLE DATA erp people erp_admin
3301; 0 16399 TABLE DATA public theirs others
2400; 826 16600 DEFAULT ACL erp DEFAULT PRIVILEGES FOR TABLES erp_admin
3200; 2606 16700 FK CONSTRAINT erp projects projects_owner_person_id_fkey erp_admin
`;

test('reads database, time and contents of a dump from its listing', () => {
  const archive = readArchive(listing);
  expect(archive).toEqual({
    database: 'portfolio',
    made: '2026-11-23 07:32:01 UTC',
    schemas: ['erp', 'erp_deploy', 'erp_elsewhere'],
    tables: ['erp.people', 'public.theirs'],
  });
  expect(archive !== null && isOurs(archive)).toBe(true);
});

test('rejects a text that is not a listing', () => {
  expect(readArchive('')).toBeNull();
  expect(readArchive('pg_restore: error: input file does not appear to be a valid archive')).toBeNull();
});

test('restores only the schemas of erp-deploy, with their objects, comments and grants', () => {
  const pattern = new RegExp(entriesOf(['erp', 'erp_deploy']));
  const chosen = listing.split('\n').filter((line) => pattern.test(line));
  expect(chosen.map((line) => line.slice(0, line.indexOf(';')))).toEqual([
    '7',
    '3456',
    '3457',
    '8',
    '217',
    '3300',
    '2400',
    '3200',
  ]);
});

test('reads names with any characters', () => {
  expect(entriesOf(['a.b'])).toContain('(a\\.b)');
});
