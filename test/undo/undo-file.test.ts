import { expect, it } from 'vitest';
import { findSection, withSection } from '../../src/documents/marked-section.ts';
import { decideFileUndo, type FileUndo } from '../../src/undo/undo-file.ts';
import { MemoryFiles, sha256 } from '../support/disk/memory-files.ts';
import { contextWith } from '../support/program/step-context.ts';

const path = 'SERVICE_INVENTORY.md';

/**
 * Returns what a rollback does with a document that contained `before`, that the rollout changed to `written`, and that
 * now contains `now`.
 */
async function undoOf(before: string, written: string, now: string): Promise<FileUndo> {
  const files = new MemoryFiles().put(path, now);
  for (const text of [before, written]) files.put(`.erp-deploy/backups/${sha256(text)}`, text);
  return decideFileUndo(contextWith({ files }), {
    type: 'file',
    host: 'here',
    path,
    versions: [{ before: sha256(before), written: sha256(written) }],
    oursBefore: false,
  });
}

async function undoneTo(before: string, written: string, now: string): Promise<string> {
  const undo = await undoOf(before, written, now);
  if (undo.is !== 'text') throw new Error(`it is ${undo.is}`);
  expect(await undoOf(before, written, undo.text), 'looked at again').toEqual({ is: 'undone' });
  return undo.text;
}

const ours = withSection('# Inventory\n', 'postgres', 'Old.');
const edited = ours.replace('Old.', 'Old, and by hand.');
const written = withSection(edited, 'postgres', 'New.');

it.each(['\n', '\r\n'])(
  'a section edited by hand comes back as that, and is asked about again (%j)',
  async (end) => {
    const now = `${written}\nA line of a person's.\n`.replaceAll('\n', end);
    const text = await undoneTo(edited, written, now);
    expect(text).toBe(`${edited}\nA line of a person's.\n`.replaceAll('\n', end));
    expect(findSection(text, 'postgres')).toMatchObject({ body: 'Old, and by hand.', intact: false });
  },
);

it('a section that was edited since is kept', async () => {
  expect(await undoOf(edited, written, written.replace('New.', 'New!'))).toMatchObject({ is: 'kept' });
});

it('a restored section still counts as written by erp-deploy', async () => {
  const text = await undoneTo(ours, written, `${written}\nMore.\n`);
  expect(text).toBe(`${ours}\nMore.\n`);
  expect(findSection(text, 'postgres')).toMatchObject({ body: 'Old.', intact: true });
});
