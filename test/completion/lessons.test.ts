import { describe, expect, it } from 'vitest';
import { lessonsPart } from '../../src/completion/lessons.ts';
import type { Entry } from '../../src/domain/journal-record.ts';
import type { Context } from '../../src/workspace/context.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith, remembering } from '../support/program/step-context.ts';
import { stack } from '../support/workspace/workspace.ts';

const path = `${stack}/LESSONS_LEARNED.md`;

/** Returns the resulting text of the file; null if nothing is written. */
async function written(
  { text, ...how }: Partial<Context> & { readonly text?: string },
  ...journal: readonly Entry[]
): Promise<string | null> {
  const files = new MemoryFiles();
  if (text !== undefined) files.put(path, text);
  const memory = remembering(...journal);
  const context = contextWith({ files, memory, lessons: null, leftOut: new Map(), ...how });
  const { changes } = await lessonsPart(context);
  const [write] = changes.flatMap((one) =>
    one.status === 'exact' && one.change.kind === 'write' && one.change.entry.type === 'file'
      ? [one.change.entry]
      : [],
  );
  return write === undefined ? null : write.content.join('');
}

const skipped = (step: string, reason: string): Entry => ({ type: 'skipped', step, reason });

describe('a skipped step', () => {
  it('is a lesson, with the reason if the operator gave one', async () => {
    const text = await written(
      {},
      skipped('2.4', 'nothing to *look* at'),
      { type: 'skipped', step: '2.5', reason: 'left out by --skip', flag: '--skip' },
      skipped('2.6', 'left out by me'),
    );
    expect(text).toMatch(/^- \S+Z, step 2\.4 skipped by the operator: nothing to \\\*look\\\* at$/m);
    expect(text).toMatch(/^- \S+Z, step 2\.5 left out by --skip$/m);
    expect(text).toMatch(/^- \S+Z, step 2\.6 skipped by the operator: left out by me$/m);
  });

  it('is listed before the journal records it, and only once', async () => {
    const leftOut = new Map([['2.4', { reason: 'no people yet', isByFlag: false }]] as const);
    expect(await written({ leftOut })).toMatch(/^- step 2\.4 skipped by the operator: no people yet$/m);
    const text = await written({ leftOut }, skipped('2.4', 'no people yet'));
    expect(text?.match(/step 2\.4/g)).toHaveLength(1);
  });
});

it('writes nothing if no step failed and none was skipped', async () => {
  expect(await written({})).toBeNull();
});

describe('the notes of the operator', () => {
  const answered = (text: string): Entry => ({ type: 'answered', step: '5.3', text });
  const applied: Entry = { type: 'applied', step: '5.3', scope: `write:${path}` };

  it('are added after the earlier notes', async () => {
    const first = (await written({}, answered('Measure first.'))) ?? '';
    expect(first).toContain('## Notes\n\nMeasure first.\n\n## Collected');
    const second = await written({ text: first }, answered('Then cut.'));
    expect(second).toContain('## Notes\n\nMeasure first.\n\nThen cut.\n\n## Collected');
  });

  it('are written once, whether or not the journal records that, and empty notes are not written', async () => {
    const text = (await written({}, answered('Measure first.'))) ?? '';
    expect(await written({ text }, answered('Measure first.'))).toBeNull();
    const repaired = text.replace('Measure', 'Weigh');
    const again = await written({ text: repaired }, answered('Measure first.'), applied);
    expect(again).toContain('## Notes\n\nWeigh first.\n\n## Collected');
    expect(await written({}, answered(''))).toBeNull();
  });

  it('are kept from a file that an earlier version wrote', async () => {
    const text = (await written({}, answered('Measure first.'))) ?? '';
    const earlier = text.replace('## Notes', '## Told by people');
    expect(await written({ text: earlier })).toContain('## Notes\n\nMeasure first.\n\n## Collected');
  });

  it('stay if the text around them was edited by hand, and are replaced by those of a given file', async () => {
    const text = (await written({}, answered('Measure first.'))) ?? '';
    const edited = text.replace('No step failed or was skipped.', 'All went well!');
    const kept = await written({ text: edited });
    expect(kept).toContain('## Notes\n\nMeasure first.\n\n## Collected');
    expect(kept).not.toContain('All went well!');
    expect(await written({ text, lessons: 'Other words.\r\n' })).not.toContain('Measure');
  });
});
