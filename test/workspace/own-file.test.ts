import { expect, test } from 'vitest';
import { showPlanned } from '../../src/domain/show-change.ts';
import { previewOf } from '../../src/workspace/own-file.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';

const text = Array.from({ length: 2_000 }, (_, line) => `select ${line};\n`).join('');

/** Returns the displayed lines of a change to a copy on a production host. */
async function shownOf(files: MemoryFiles, wrote = true): Promise<readonly string[]> {
  const location = {
    files,
    memory: { wrote: () => wrote },
    host: 'production',
    copyOf: (path: string) => `stack/${path}`,
  } as const;
  const planned = await previewOf(location, { path: 'migrations/001.sql', text });
  if (planned?.status !== 'exact') throw new Error('nothing is planned');
  return showPlanned(planned).lines;
}

test('a copy on a host is shown by the name of its source file, without repeating its lines', async () => {
  expect(await shownOf(new MemoryFiles())).toEqual([
    'a copy of stack/migrations/001.sql of the workspace, 2000 lines',
  ]);
});

test('a file that differs on the host is shown with its differences', async () => {
  const files = new MemoryFiles();
  files.put('migrations/001.sql', text.replace('select 7;', 'select x;'));
  const shown = await shownOf(files);
  expect(shown.filter((line) => /^[-+]/.test(line))).toEqual(['-select x;', '+select 7;']);
});
