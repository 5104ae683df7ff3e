import { expect, test } from 'vitest';
import { withSection } from '../../src/documents/marked-section.ts';
import { sectionFile } from '../../src/documents/section-file.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith } from '../support/program/step-context.ts';

const spec = { path: 'INVENTORY.md', name: 'postgres', heading: 'Inventory' } as const;
const ours = withSection('# Inventory\n', spec.name, 'As it was.');

/** Returns the reason why a new text of the section needs approval, if the file has this text. */
async function consentFor(text: string | null) {
  const files = new MemoryFiles();
  if (text !== null) files.put(spec.path, text);
  const found = await sectionFile(contextWith({ files }), spec);
  if ('code' in found) throw new Error(found.what);
  const changes = await found.changes('As it is.');
  expect(changes).toMatchObject([{ change: { path: spec.path } }]);
  return changes[0]?.consent ?? null;
}

test.each([
  ['a file that does not exist', null],
  ['an empty file', '\n'],
  ['a section that erp-deploy wrote, whatever is around it', `Mine.\n\n${ours}\nMine.\n`],
])('%s is changed without separate approval', async (_, text) => {
  expect(await consentFor(text)).toBeNull();
});

test.each([
  ['a section that was edited', ours.replace('As it was.', 'As I say.'), 'edited by hand'],
  ['a file without a section', '# Mine\n', 'has no section'],
])('%s is changed only with separate approval', async (_, text, why) => {
  const consent = { flag: '--overwrite', value: spec.path, why: expect.stringContaining(why) };
  expect(await consentFor(text)).toEqual(consent);
});
