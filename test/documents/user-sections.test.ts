import { expect, test } from 'vitest';
import { sectionFile } from '../../src/documents/section-file.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith } from '../support/program/step-context.ts';

const spec = {
  path: 'INVENTORY.md',
  name: 'postgres',
  heading: 'Inventory',
  replaces: [/^postgres(?:ql)?(?![\w-])/i, /^current database state\b/i],
} as const;

const inventory = `# Services

## Redis

A cache.

## Postgres

Old words.

### Tables

- none

## postgres-exporter

Ours.

Current Database State
----------------------

As of last year.

# Appendix

> ## Postgres
> quoted
`;

async function changedTo(text: string) {
  const files = new MemoryFiles();
  files.put(spec.path, text);
  const found = await sectionFile(contextWith({ files }), spec);
  if ('code' in found) throw new Error(found.what);
  const [planned] = await found.changes('## Postgres (schemas erp and agent)\n\nNew words.');
  if (planned?.status !== 'exact' || planned.change.kind !== 'write' || planned.change.entry.type !== 'file')
    throw new Error('no file is written');
  return { text: planned.change.entry.content.join(''), consent: planned.consent };
}

test('sections of the user about the database are replaced in place, and not duplicated', async () => {
  const { text } = await changedTo(inventory);
  const [mark = ''] = /<!-- erp-deploy:begin .* -->/.exec(text) ?? [];
  expect(text).toBe(`# Services

## Redis

A cache.

${mark}

## Postgres (schemas erp and agent)

New words.

<!-- erp-deploy:end postgres -->

## postgres-exporter

Ours.

# Appendix

> ## Postgres
> quoted
`);
});

test('replacing them needs an approval that names them', async () => {
  const { consent } = await changedTo(inventory);
  expect(consent).toEqual({
    flag: '--overwrite',
    value: spec.path,
    why: 'The sections “Postgres” and “Current Database State” of INVENTORY.md would be replaced by the section of erp-deploy (a backup is kept).',
  });
});

test('a section at the end of the file is replaced, with its line ends', async () => {
  const { text } = await changedTo('# Mine\r\n\r\n## PostgreSQL 16\r\n\r\nOld.\r\n');
  expect(text).toMatch(
    /^# Mine\r\n\r\n<!-- erp-deploy:begin [\s\S]*New words\.\r\n\r\n<!-- erp-deploy:end postgres -->\r\n$/,
  );
  expect(text.replaceAll('\r\n', '')).not.toContain('\n');
});
